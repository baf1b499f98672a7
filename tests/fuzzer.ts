/** Runs frames and files that were changed by a seed through what reads them, and counts what that costs. */
import { Dissector } from "../lib/decode/dissect.ts";
import { DECODERS } from "../lib/decode/registry.ts";
import { WireWriter } from "../lib/base/record/wire_writer.ts";
import { createCaptureCounts } from "../lib/capture/capture_counts.ts";
import { CaptureParser } from "../lib/capture/capture_parser.ts";
import { randomNumbers } from "./base/random_numbers.ts";
import { type Capture, type Frame, framesOf } from "./decode/captured_frames.ts";
import { CountedBytes } from "./decode/counted_bytes.ts";
import { MAX_BYTES, mutate } from "./decode/mutate.ts";
import { redactedBytes } from "./gather/redact/redacted_bytes.ts";
import { LayerWalk } from "./decode/walk_layers.ts";
import { followFuzzed } from "./fuzzed_conversations.ts";

/** A frame of any bytes may become so many times its length of records, and so many bytes more. */
const MAX_TIMES = 16;
const MAX_MORE = 4096;
/** As many layers may a byte have, and as often be read; some layers are passed without moving. */
const MAX_LAYERS_A_BYTE = 2;
const MAX_READS_A_BYTE = 32;
const MAX_READS_MORE = 1024;
/** So much may become of a frame that is followed: records of its connection and of what that carries. */
const MAX_FOLLOWED_TIMES = 8;
const MAX_FOLLOWED_BYTES = 1024;
const MAX_FOLLOWED_RECORDS = 4;
/** Of the shortest message that has a record: one of DNS over TCP, with its length. */
const MIN_MESSAGE_BYTES = 14;
const FILE_EVERY = 200;
/** A label of one letter may become twelve. */
const MAX_REDACTED_TIMES = 8;
const REDACTED_EVERY = 100;
/** A capture is followed behind so many frames, as many as it has at most. */
const FOLLOWED_EVERY = 400;
/** Reading is counted byte by byte, which takes long. */
const COUNTED_EVERY = 20;
const EVERYTHING = { payload: true, context: true, entropy: true };
const NOTHING = { payload: false, context: false, entropy: false };
/** Without entropy, for which every layer reads all that is behind it. */
const COUNTED = { payload: true, context: true, entropy: false };

/** One for all seeds. */
export class Fuzzer {
  readonly #captures: readonly (readonly Frame[])[];
  readonly #frames: readonly Frame[];
  readonly #files: readonly Frame[];
  readonly #walks = [EVERYTHING, NOTHING].map((options) => new LayerWalk(options));
  readonly #counted = new LayerWalk(COUNTED);
  readonly #bytes = new Uint8Array(MAX_BYTES);
  #ran = 0;
  #read = 0;
  #followed = 0;
  #mostWritten = 0;
  #mostReads = 0;

  /** @param captures Whose frames, and the files that are small enough, are changed. */
  constructor(captures: readonly Capture[]) {
    this.#captures = captures.map(framesOf);
    this.#frames = this.#captures.flat();
    this.#files = captures.map(({ url }, index) => fileOf(Deno.readFileSync(url), index))
      .filter(({ bytes }) => bytes.length < MAX_BYTES / 2);
  }

  /** Throws an `Error` that names the seed when something does not hold. */
  run(seed: number): void {
    try {
      this.#decode(seed);
      if (seed % REDACTED_EVERY === 0) this.#redact(seed);
      if (seed % FILE_EVERY === 0) this.#readFile(seed);
      if (seed % FOLLOWED_EVERY === 0) this.#follow(seed);
    } catch (cause) {
      throw new Error(`Seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  summary(): string {
    return `${this.#ran} frames of ${this.#frames.length}, ${this.#followed} followed, and ` +
      `${this.#read} files of ${this.#files.length}; at most ${
        this.#mostWritten.toFixed(1)
      } bytes of records and ` +
      `${this.#mostReads.toFixed(1)} reads a byte`;
  }

  #decode(seed: number): void {
    const [frame, length] = mutate(this.#frames, this.#bytes, seed);
    const walk = this.#walks[seed % this.#walks.length]!;
    let layers = 0;
    walk.run(frame, this.#bytes, length, () => layers++);
    const written = walk.out.at;
    if (written > MAX_TIMES * length + MAX_MORE) fail(`${written} bytes of records`, frame, length);
    if (layers > MAX_LAYERS_A_BYTE * length + 1) fail(`${layers} layers`, frame, length);
    this.#ran++;
    this.#mostWritten = Math.max(this.#mostWritten, written / (length + 1));
    if (seed % COUNTED_EVERY !== 0) return;
    const counted = new CountedBytes(this.#bytes);
    this.#counted.run(frame, counted.bytes, length);
    if (counted.reads > MAX_READS_A_BYTE * length + MAX_READS_MORE) {
      fail(`${counted.reads} reads`, frame, length);
    }
    this.#mostReads = Math.max(this.#mostReads, counted.reads / (length + 1));
  }

  #redact(seed: number): void {
    const [frame, length] = mutate(this.#frames, this.#bytes, seed);
    const changed = { ...frame, bytes: this.#bytes.slice(0, length) };
    const { plain, redacted } = redactedBytes(changed, seed % (2 * REDACTED_EVERY) === 0);
    if (redacted > MAX_REDACTED_TIMES * plain) {
      fail(`${redacted} bytes of rewritten records instead of ${plain}`, frame, length);
    }
  }

  #follow(seed: number): void {
    const captured = this.#captures[seed / FOLLOWED_EVERY % this.#captures.length]!;
    const { frames, frameBytes, records, recordBytes } = followFuzzed(captured, this.#bytes, seed);
    this.#followed += frames;
    if (recordBytes > MAX_FOLLOWED_TIMES * frameBytes + MAX_FOLLOWED_BYTES * frames) {
      throw new Error(`${frames} frames of ${frameBytes} bytes became ${recordBytes} of records`);
    }
    if (records > MAX_FOLLOWED_RECORDS * frames + frameBytes / MIN_MESSAGE_BYTES) {
      throw new Error(`${frames} frames became ${records} records`);
    }
  }

  #readFile(seed: number): void {
    const [, length] = mutate(this.#files, this.#bytes, seed);
    const file = this.#bytes.slice(0, length);
    const whole = readIn(file, length);
    const pieces = readIn(file, 1 + randomNumbers(seed)(97));
    if (whole !== pieces) throw new Error(`a file in pieces gave ${pieces} instead of ${whole}`);
    this.#read++;
  }
}

function fail(what: string, { number, linkType }: Frame, length: number): never {
  throw new Error(`${what} of ${length} bytes, made of frame ${number} with link type ${linkType}`);
}

function fileOf(bytes: Uint8Array, index: number): Frame {
  return { number: index + 1, bytes, originalLength: bytes.length, sec: 0, nsec: 0, linkType: -1 };
}

/** What becomes of a file that is read in pieces of so many bytes: counts, and the problem if there is one. */
function readIn(file: Uint8Array, pieceBytes: number): string {
  const out = new WireWriter(1 << 16);
  const sink = {
    begin: () => {
      out.at = out.recordAt = 0;
      out.overflowed = false;
      return out;
    },
    commit: () => !out.overflowed,
    rewind: () => {},
  };
  const dissector = new Dissector(DECODERS, sink, EVERYTHING);
  const counts = createCaptureCounts();
  const parser = new CaptureParser(dissector, counts);
  for (let at = 0; at < file.length; at += pieceBytes) {
    parser.push(file.slice(at, at + pieceBytes));
  }
  parser.end();
  const { packets } = dissector.counts();
  if (packets > file.length / MIN_PACKET_BYTES) throw new Error(`${packets} packets of a file`);
  return JSON.stringify([dissector.counts(), counts, parser.problem]);
}

/** Of the shortest packet that a file can hold: a simple packet block of pcapng; pcap's have 16. */
const MIN_PACKET_BYTES = 16;
