import type { Libpcap } from "../../ffi/libpcap.ts";
import { type BurstReader, MAX_BURST_PACKETS, PCAP_ERROR } from "./burst_reader.ts";
import type { PacketHandler } from "./packet_handler.ts";

const ERROR_BYTES = 256;
const ONE_PACKET = 1;
const NANOSECONDS = 1;

/**
 * struct pcap_pkthdr in words of 4 bytes: the two halves of struct timeval, then the captured and the
 * original length. The halves have 4 bytes each on Windows, 8 elsewhere, of which the lower 4 count.
 */
const HEADER = Deno.build.os === "windows"
  ? { words: 4, fraction: 1, captured: 2, original: 3 }
  : { words: 6, fraction: 2, captured: 4, original: 5 };

/**
 * Copies packets one by one, for where memory cannot be a file: waits for the first one of a burst on
 * another thread, then takes what has come without waiting.
 */
export class CopiedBursts implements BurstReader {
  readonly #pcap: Libpcap;
  readonly #handle: Deno.PointerObject;
  readonly #handler: PacketHandler;
  readonly #linkType: number;
  readonly #nanosPerUnit: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #words = new Uint32Array(HEADER.words);
  /** Where libpcap writes the addresses of the packet's header and bytes. */
  readonly #headerAt = new BigUint64Array(1);
  readonly #bytesAt = new BigUint64Array(1);
  #waiting: Promise<number> | undefined;
  #isOver = false;
  bytes = 0;

  /** @param snapLength Bytes that a packet has at most. */
  constructor(
    pcap: Libpcap,
    handle: Deno.PointerObject,
    snapLength: number,
    handler: PacketHandler,
  ) {
    this.#pcap = pcap;
    this.#handle = handle;
    this.#handler = handler;
    this.#linkType = pcap.pcap_datalink(handle);
    this.#nanosPerUnit = pcap.pcap_get_tstamp_precision(handle) === NANOSECONDS ? 1 : 1000;
    this.#bytes = new Uint8Array(snapLength);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async read(signal: AbortSignal): Promise<number> {
    this.#setWaiting(true);
    // Only who waits is woken by pcap_breakloop: what came before would be missed.
    if (signal.aborted) {
      this.#isOver = true;
      return 0;
    }
    this.#waiting = this.#pcap.pcap_next_ex_waiting(this.#handle, ...this.#results());
    let result = await this.#waiting;
    this.#waiting = undefined;
    this.#setWaiting(false);
    let packets = 0;
    while (result === ONE_PACKET) {
      this.#handOver();
      if (++packets === MAX_BURST_PACKETS) break;
      result = this.#next();
    }
    this.#isOver = result === PCAP_ERROR || signal.aborted;
    return packets;
  }

  readRest(): Promise<number> {
    let packets = 0;
    for (; packets < MAX_BURST_PACKETS && this.#next() === ONE_PACKET; packets++) this.#handOver();
    return Promise.resolve(packets);
  }

  async close(): Promise<void> {
    await this.#waiting;
  }

  #setWaiting(waits: boolean): void {
    this.#pcap.pcap_setnonblock(this.#handle, Number(!waits), new Uint8Array(ERROR_BYTES));
  }

  #next(): number {
    return this.#pcap.pcap_next_ex(this.#handle, ...this.#results());
  }

  #results() {
    return [new Uint8Array(this.#headerAt.buffer), new Uint8Array(this.#bytesAt.buffer)] as const;
  }

  #handOver(): void {
    copyFrom(this.#headerAt[0]!, this.#words);
    const [sec] = this.#words;
    const nsec = this.#words[HEADER.fraction]! * this.#nanosPerUnit;
    const length = Math.min(this.#words[HEADER.captured]!, this.#bytes.length);
    const originalLength = this.#words[HEADER.original]!;
    copyFrom(this.#bytesAt[0]!, this.#bytes.subarray(0, length));
    this.bytes += length;
    this.#handler.packet(this.#bytes, 0, length, originalLength, sec!, nsec, this.#linkType);
  }
}

function copyFrom(
  address: bigint,
  destination: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
) {
  Deno.UnsafePointerView.copyInto(Deno.UnsafePointer.create(address)!, destination);
}
