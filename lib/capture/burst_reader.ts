/** Gives the packets of one opened interface to a packet handler, burst by burst. */
export interface BurstReader {
  /**
   * Waits for packets, as long as the kernel may gather them, and hands them over.
   *
   * @param signal Once it has aborted, and `pcap_breakloop` was called, this burst is the last.
   * @returns How many packets there were.
   */
  read(signal: AbortSignal): Promise<number>;
  /** How many bytes of packets have been handed over. */
  readonly bytes: number;
  /** Whether no more will come: the last burst has been read, or libpcap has failed. */
  readonly isOver: boolean;
  /** When libpcap has failed: hands over a burst of what it still gives, without waiting; returns how many. */
  readRest(): Promise<number>;
  /** Frees its memory, after `pcap_breakloop` and before the interface is closed. */
  close(): Promise<void>;
}

/** Packets of a burst at most: handling them, about 10 ms, is what others wait for. */
export const MAX_BURST_PACKETS = 10_000;

/** Results of libpcap's functions. */
export const PCAP_ERROR = -1;
