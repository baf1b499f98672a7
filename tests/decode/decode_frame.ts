/**
 * Runs single frames through the dissector with every decoder there is and gives the records back
 * as protobuf-es reads them.
 */
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { concat, parseHex } from "../../lib/base/bytes/bytes.ts";
import type { RecordSink } from "../../lib/base/record/record_sink.ts";
import { typeName } from "../../lib/base/record/record_types.ts";
import { WireWriter } from "../../lib/base/record/wire_writer.ts";
import { type DissectCounts, Dissector } from "../../lib/decode/dissect.ts";
import { Reassembly } from "../../lib/decode/reassembly.ts";
import { DECODERS } from "../../lib/decode/registry.ts";

/** How a frame is decoded; `-context` is on and the others are off, as in the sensor. */
export interface FrameOptions {
  readonly linkType?: number;
  /** Capture time in nanoseconds since 1970, as `Timestamp` has it. */
  readonly nanos?: bigint;
  readonly payload?: boolean;
  readonly context?: boolean;
  readonly entropy?: boolean;
  readonly tunnelDepth?: number;
  /** Whether fragments are put together, and the first has the record of what is behind IP. */
  readonly defrag?: boolean;
  /** How long the frame was, when it has been cut. */
  readonly originalLength?: number;
}

/** What became of one frame. */
export class DecodedFrame {
  /** Names of the record types in the order in which the records were written. */
  readonly types: readonly string[];
  readonly counts: DissectCounts;
  readonly #records: readonly WrittenRecord[];

  constructor(records: readonly WrittenRecord[], counts: DissectCounts) {
    this.#records = records;
    this.types = records.map(({ type }) => typeName(type));
    this.counts = counts;
  }

  /** The records of one type, outermost first. */
  recordsOf<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    return this.encodingsOf(schema).map((bytes) => fromBinary(schema, bytes));
  }

  /** The same as bytes. */
  encodingsOf(schema: DescMessage): Uint8Array[] {
    return this.#records
      .filter(({ type }) => typeName(type) === schema.name)
      .map(({ bytes }) => bytes);
  }
}

export interface WrittenRecord {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Bytes one after the other, given as such or as hex digits with white space where it helps. */
export function frame(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return concat(parts.map((part) => {
    if (typeof part !== "string") return part;
    const bytes = parseHex(part.replaceAll(/\s/g, ""));
    assert(bytes, `not pairs of hex digits: ${part}`);
    return bytes;
  }));
}

/** The frame with the bytes from `at` on replaced. */
export function patched(whole: Uint8Array, at: number, hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(whole);
  bytes.set(frame(hex), at);
  return bytes;
}

/**
 * Decodes one frame. It lies in the middle of a buffer full of other bytes, so that a decoder that
 * reads outside of its frame shows.
 */
export function decodeFrame(bytes: Uint8Array, options: FrameOptions = {}): DecodedFrame {
  const { linkType = 1, nanos = 0n, payload = false, context = true, entropy = false } = options;
  const { originalLength = bytes.length, tunnelDepth = 8 } = options;
  const sink = new MemorySink();
  const dissector = new Dissector(
    DECODERS,
    sink,
    { payload, context, entropy, tunnelDepth },
    undefined,
    undefined,
    undefined,
    undefined,
    options.defrag ? new Reassembly() : undefined,
  );
  const around = new Uint8Array(64).fill(0xa5);
  const buffer = concat([around, bytes, around]);
  dissector.packet(
    buffer,
    around.length,
    around.length + bytes.length,
    originalLength,
    Number(nanos / 1_000_000_000n),
    Number(nanos % 1_000_000_000n),
    linkType,
  );
  return new DecodedFrame(sink.records, dissector.counts());
}

/**
 * Asserts that the frame ends with the failure given, as `"Udp malformed"`, and holds no record of
 * the type.
 */
export function assertRefused(
  bytes: Uint8Array,
  schema: DescMessage | undefined,
  failure: string,
  options: FrameOptions = {},
): void {
  const { counts, types } = decodeFrame(bytes, options);
  assertEquals(counts.failed, { [failure]: 1 }, `${bytes.length} bytes`);
  if (schema) assertEquals(types.includes(schema.name), false);
}

/** Asserts that the frame cut to `from` bytes, and to every length up to `to`, is refused like that. */
export function assertTruncated(
  bytes: Uint8Array,
  from: number,
  to: number,
  schema: DescMessage | undefined,
  failure: string,
  options: FrameOptions = {},
): void {
  assert(from <= to && to < bytes.length, "a part of the frame");
  for (let length = from; length <= to; length++) {
    assertRefused(bytes.subarray(0, length), schema, failure, options);
  }
}

/**
 * Asserts that the frame of which the capture has kept `from` bytes, and every number up to `to`, gives
 * a record of the type that says that it is cut; returns these.
 */
export function assertCut<Desc extends DescMessage>(
  bytes: Uint8Array,
  from: number,
  to: number,
  schema: Desc,
  options: FrameOptions = {},
): MessageShape<Desc>[] {
  assert(from <= to && to < bytes.length, "a part of the frame");
  return Array.from({ length: to - from + 1 }, (_, more) => {
    const cut = bytes.subarray(0, from + more);
    const decoded = decodeFrame(cut, { originalLength: bytes.length, ...options });
    assertCanonical(decoded, schema);
    const record = decoded.recordsOf(schema).at(-1)!;
    assertEquals((record as { Truncated?: boolean }).Truncated, true, `${cut.length} bytes`);
    assertEquals(decoded.counts.decoded, 1, `${cut.length} bytes`);
    return record;
  });
}

/** Asserts that there are records of the type, and that each has the bytes that protobuf-es writes. */
export function assertCanonical(decoded: DecodedFrame, schema: DescMessage): void {
  const encodings = decoded.encodingsOf(schema);
  assert(encodings.length > 0, `a record of type ${schema.name}`);
  for (const bytes of encodings) {
    assertEquals(toBinary(schema, fromBinary(schema, bytes)), new Uint8Array(bytes));
  }
}

/** Keeps every record by itself. One writer serves all, with what was before left in its buffer. */
export class MemorySink implements RecordSink {
  readonly records: WrittenRecord[] = [];
  readonly #writer = new WireWriter(16);

  begin(_type: number): WireWriter {
    this.#writer.recordAt = this.#writer.at;
    this.#writer.overflowed = false;
    return this.#writer;
  }

  commit(type: number): boolean {
    const { bytes, recordAt, at, overflowed } = this.#writer;
    if (overflowed) this.rewind(type);
    else this.records.push({ type, bytes: bytes.slice(recordAt, at) });
    return !overflowed;
  }

  rewind(_type: number): void {
    this.#writer.at = this.#writer.recordAt;
  }
}
