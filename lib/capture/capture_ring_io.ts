import type { Libpcap } from "../../ffi/libpcap.ts";
import { rest } from "../base/wait/rest_io.ts";
import type { BurstReader } from "./burst_reader.ts";
import { CopiedBursts } from "./copied_bursts_io.ts";
import { DumpedBursts } from "./dumped_bursts_io.ts";
import { KernelCounts } from "./kernel_counts.ts";
import type { LiveReading } from "./live_reading.ts";
import type { LiveOptions } from "./live_options.ts";
import { MovedCollector } from "./moved_collector_io.ts";
import { openInterface } from "./open_interface_io.ts";
import type { PacketHandler } from "./packet_handler.ts";

/** struct pcap_stat: three counts, and three more on Windows. */
const STAT_WORDS = 6;
const ERROR_BYTES = 256;
const ONE_PACKET = 1;

/** An interface opened by libpcap, with the kernel's ring that belongs to it. */
export class CaptureRing {
  /** As it was asked for. */
  readonly ringBytes: number;
  readonly handle: Deno.PointerObject;
  readonly bursts: BurstReader;
  readonly #pcap: Libpcap;
  readonly #moved: MovedCollector;
  readonly #reading: LiveReading;
  readonly #kernel = new KernelCounts();

  /** @throws CaptureError As {@linkcode openInterface} does. */
  constructor(
    pcap: Libpcap,
    name: string,
    options: LiveOptions & { readonly ringBytes: number },
    handler: PacketHandler,
    reading: LiveReading,
  ) {
    const collector = reading.collector?.endpoint ?? options.collector;
    this.ringBytes = options.ringBytes;
    this.#pcap = pcap;
    this.#reading = reading;
    this.handle = openInterface(pcap, name, { ...options, ...(collector && { collector }) });
    this.#moved = new MovedCollector(pcap, this.handle, handler, reading, collector);
    try {
      const { packets } = this.#moved;
      const { dump } = pcap;
      this.bursts = dump && !reading.copies
        ? new DumpedBursts(pcap, dump, this.handle, options.snapLength, packets)
        : new CopiedBursts(pcap, this.handle, options.snapLength, packets);
    } catch (error) {
      this.#moved.close();
      pcap.pcap_close(this.handle);
      throw error;
    }
  }

  /** Of the socket; negative where there is none. */
  get fd(): number {
    return this.#pcap.pcap_fileno(this.handle);
  }

  /** Adds what the kernel has counted since the last call. */
  count(): void {
    const stat = this.#stat();
    if (stat) this.#kernel.addTo(this.#reading.counts, stat);
  }

  /** Forgets what has come so far, and that it came. */
  forget(): void {
    const { pcap_next_ex, pcap_setnonblock } = this.#pcap;
    const error = new Uint8Array(ERROR_BYTES);
    const [header, bytes] = [new Uint8Array(8), new Uint8Array(8)];
    pcap_setnonblock(this.handle, 1, error);
    while (pcap_next_ex(this.handle, header, bytes) === ONE_PACKET);
    pcap_setnonblock(this.handle, 0, error);
    const stat = this.#stat();
    if (stat) this.#kernel.skip(stat);
  }

  /** Makes whoever waits for packets go on; the current burst is then handed over as it is. */
  breakLoop(): void {
    this.#pcap.pcap_breakloop(this.handle);
  }

  /** Hands over all that is left when nothing more comes. @param gatheringMs How long the kernel may keep it. */
  async drain(gatheringMs: number): Promise<void> {
    if (!this.bursts.isOver) {
      this.breakLoop();
      await this.bursts.read(AbortSignal.abort());
    }
    await rest(gatheringMs);
    this.#reading.afterBurst();
    // The first burst may be none, since the loop was to break.
    for (let empty = 0; empty < 2;) {
      empty = await this.bursts.readRest() > 0 ? 0 : empty + 1;
      this.#reading.afterBurst();
    }
  }

  close(): Promise<void> {
    return this.#close(() => this.count());
  }

  /** Closes a ring that was of no use: what came to it, and that it came, is not counted. */
  discard(): Promise<void> {
    return this.#close(() => {});
  }

  async #close(atLast: () => void): Promise<void> {
    this.#moved.close();
    this.breakLoop();
    await this.bursts.close();
    atLast();
    this.#pcap.pcap_close(this.handle);
  }

  #stat(): Uint32Array | undefined {
    const stat = new Uint32Array(STAT_WORDS);
    const failed = this.#pcap.pcap_stats(this.handle, new Uint8Array(stat.buffer)) !== 0;
    return failed ? undefined : stat;
  }
}
