import { cString, type Libpcap, type LibpcapDump, textAt } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import { type BurstReader, MAX_BURST_PACKETS, PCAP_ERROR } from "./burst_reader.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { PcapParser } from "./pcap.ts";

/** Memory for one burst; untouched pages cost nothing. */
const BURST_BYTES = 32 << 20;
const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const SEEK_SET = 0;
const ERROR_BYTES = 256;

/**
 * Reads two bursts in turn: a thread of libpcap's own dumps packets into one, as if it were a capture
 * file, while those of the other are handled. One call for hundreds or thousands of packets.
 */
export class DumpedBursts implements BurstReader {
  readonly #pcap: Libpcap;
  readonly #dump: LibpcapDump;
  readonly #handle: Deno.PointerObject;
  readonly #parser: PcapParser;
  readonly #burstPackets: number;
  readonly #bursts: readonly [Burst, Burst];
  #current = 0;
  #filling: Promise<number> | undefined;
  #isOver = false;
  bytes = 0;

  /**
   * @param dump The functions of `pcap` that write into memory.
   * @param snapLength Bytes that a packet has at most.
   */
  constructor(
    pcap: Libpcap,
    dump: LibpcapDump,
    handle: Deno.PointerObject,
    snapLength: number,
    handler: PacketHandler,
  ) {
    this.#pcap = pcap;
    this.#dump = dump;
    this.#handle = handle;
    // So many that a burst of the longest packets fits.
    const fitting = Math.floor(BURST_BYTES / (snapLength + PACKET_HEADER_BYTES)) - 1;
    this.#burstPackets = Math.min(fitting, MAX_BURST_PACKETS);
    const first = Burst.open(pcap, dump, handle);
    try {
      this.#bursts = [first, Burst.open(pcap, dump, handle)];
    } catch (error) {
      first.close();
      throw error;
    }
    this.#parser = new PcapParser(handler);
    this.#parser.push(this.#bursts[0].bytes.subarray(0, FILE_HEADER_BYTES));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async read(signal: AbortSignal): Promise<number> {
    const result = await (this.#filling ?? this.#fill());
    const full = this.#bursts[this.#current]!;
    this.#isOver = result === PCAP_ERROR || signal.aborted;
    this.#current = 1 - this.#current;
    this.#filling = this.#isOver ? undefined : this.#fill();
    this.#push(full);
    return Math.max(0, result);
  }

  async readRest(): Promise<number> {
    this.#pcap.pcap_setnonblock(this.#handle, 1, new Uint8Array(ERROR_BYTES));
    this.#filling = this.#fill();
    const packets = await this.#filling;
    this.#filling = undefined;
    this.#push(this.#bursts[this.#current]!);
    return Math.max(0, packets);
  }

  async close(): Promise<void> {
    await this.#filling;
    for (const burst of this.#bursts) burst.close();
  }

  #push(full: Burst): void {
    const packets = full.take();
    this.bytes += packets.length;
    this.#parser.push(packets);
  }

  #fill(): Promise<number> {
    const { dumper } = this.#bursts[this.#current]!;
    return this.#dump.pcap_dispatch(
      this.#handle,
      this.#burstPackets,
      this.#dump.pcap_dump,
      dumper,
    );
  }
}

/** Memory that libpcap dumps packets into. */
class Burst {
  readonly #dump: LibpcapDump;
  readonly bytes: Uint8Array;
  readonly #file: Deno.PointerObject;
  readonly dumper: Deno.PointerObject;

  /** @throws CaptureError `interface` when there is no memory for it. */
  static open(pcap: Libpcap, dump: LibpcapDump, handle: Deno.PointerObject): Burst {
    const bytes = new Uint8Array(BURST_BYTES);
    const file = dump.fmemopen(bytes, BigInt(BURST_BYTES), cString("w"));
    if (!file) throw new CaptureError("interface", "Cannot capture: no memory for packets");
    const dumper = dump.pcap_dump_fopen(handle, file);
    if (!dumper) throw new CaptureError("interface", textAt(pcap.pcap_geterr(handle)));
    return new Burst(dump, bytes, file, dumper);
  }

  private constructor(
    dump: LibpcapDump,
    bytes: Uint8Array,
    file: Deno.PointerObject,
    dumper: Deno.PointerObject,
  ) {
    this.#dump = dump;
    this.bytes = bytes;
    this.#file = file;
    this.dumper = dumper;
    dump.pcap_dump_flush(dumper);
  }

  /** The packets that were dumped, each with its header; the next ones overwrite them. */
  take(): Uint8Array {
    this.#dump.pcap_dump_flush(this.dumper);
    const end = Number(this.#dump.ftell(this.#file));
    this.#dump.fseek(this.#file, BigInt(FILE_HEADER_BYTES), SEEK_SET);
    return this.bytes.subarray(FILE_HEADER_BYTES, end);
  }

  close(): void {
    this.#dump.pcap_dump_close(this.dumper);
  }
}
