/** Whoever reads what connections carry. Connections are told by their row, a number. */
export interface StreamReaders {
  /** A connection has begun; false when nothing of it is to be read. */
  opened(row: number): boolean;
  /**
   * A segment of TCP that has payload, SYN, FIN or RST, in the order of the capture.
   *
   * @param direction 0 from the client, 1 from the server.
   * @param seq Sequence number, as in its header.
   * @param flags Byte 13 of its header.
   * @param bytes The payload is `bytes[at, end)`, during the call.
   * @param missing How many bytes of it, behind these, the capture does not have.
   */
  segment(
    row: number,
    direction: number,
    seq: number,
    flags: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): void;
  /** A datagram of UDP; see {@linkcode StreamReaders.segment}. */
  datagram(
    row: number,
    direction: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): void;
  /** A connection ends; its record is written afterwards, and its row may be another's. */
  closed(row: number): void;
}
