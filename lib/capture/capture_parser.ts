import { encodeHex, u32, u32le } from "../base/bytes/bytes.ts";
import { type CaptureCounts, createCaptureCounts } from "./capture_counts.ts";
import type { CaptureProblem } from "./capture_problem.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { PCAP_MAGIC, PCAP_NANOS_MAGIC, PCAP_PATCHED_MAGIC, PcapParser } from "./pcap.ts";
import { PcapngParser, SECTION_HEADER } from "./pcapng.ts";
import type { PushParser } from "./push_parser.ts";

const MAGIC_BYTES = 4;

/**
 * Parses a capture pushed in chunks, of the format that its first four bytes show: pcap or pcapng.
 *
 * ```ts
 * import { CaptureParser } from "./capture_parser.ts";
 *
 * const parser = new CaptureParser({ packet: () => {} });
 * parser.push(new TextEncoder().encode("GET / HTTP/1.1"));
 * parser.end();
 * if (parser.problem?.code !== "not-a-capture") throw new Error("that was no capture");
 * ```
 */
export class CaptureParser {
  readonly #handler: PacketHandler;
  readonly #counts: CaptureCounts;
  readonly #magic = new Uint8Array(MAGIC_BYTES);
  #magicBytes = 0;
  #format: PushParser | undefined;
  #problem: CaptureProblem | undefined;

  /** @param counts Where to count; may be shared by several parsers. */
  constructor(handler: PacketHandler, counts: CaptureCounts = createCaptureCounts()) {
    this.#handler = handler;
    this.#counts = counts;
  }

  /** Why no more is read; what was good before it has been delivered. */
  get problem(): CaptureProblem | undefined {
    return this.#problem ?? this.#format?.problem;
  }

  /**
   * Takes the next bytes of the capture, in chunks of any size; ignored after a problem.
   *
   * @param chunk Read during the call only.
   */
  push(chunk: Uint8Array): void {
    if (this.problem !== undefined) return;
    if (this.#format === undefined) {
      const magic = chunk.subarray(0, MAGIC_BYTES - this.#magicBytes);
      this.#magic.set(magic, this.#magicBytes);
      this.#magicBytes += magic.length;
      if (this.#magicBytes < MAGIC_BYTES) return;
      this.#format = this.#parserOf(this.#magic);
      if (this.#format === undefined) return this.#refuse();
      this.#format.push(this.#magic);
      chunk = chunk.subarray(magic.length);
    }
    this.#format.push(chunk);
  }

  /** Says that no more bytes come: a record that has begun is now a problem. */
  end(): void {
    if (this.#format !== undefined) this.#format.end();
    else if (this.#problem === undefined) this.#refuse();
  }

  #parserOf(magic: Uint8Array): PushParser | undefined {
    const isMagic = (wanted: number) => u32(magic, 0) === wanted || u32le(magic, 0) === wanted;
    if (isMagic(SECTION_HEADER)) return new PcapngParser(this.#handler, this.#counts);
    if ([PCAP_MAGIC, PCAP_NANOS_MAGIC, PCAP_PATCHED_MAGIC].some(isMagic)) {
      return new PcapParser(this.#handler, this.#counts);
    }
    return undefined;
  }

  #refuse(): void {
    const first = encodeHex(this.#magic.subarray(0, this.#magicBytes));
    const found = first === "" ? "it is empty" : `it begins with the bytes ${first}`;
    const message = `it is neither pcap nor pcapng: ${found}`;
    this.#problem = { code: "not-a-capture", offset: 0, message };
  }
}
