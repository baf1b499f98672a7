/** Follows the frames of a capture, some of them changed by a seed, lost, doubled or late. */
import { WireWriter } from "../lib/base/record/wire_writer.ts";
import { dnsOverTcp } from "../lib/decode/application/dns_over_tcp.ts";
import { Dissector } from "../lib/decode/dissect.ts";
import { DECODERS } from "../lib/decode/registry.ts";
import { Conversations } from "../lib/follow/conversations.ts";
import { Streams } from "../lib/follow/streams/streams.ts";
import { randomNumbers } from "./base/random_numbers.ts";
import type { Frame } from "./decode/captured_frames.ts";
import { mutate } from "./decode/mutate.ts";

/** So many frames one after another; long captures are begun somewhere. */
const MAX_FRAMES = 256;
const MEMORY_BYTES = 1 << 18;
const CHANGED_EVERY = 4;
const OPTIONS = { payload: false, context: true, entropy: false };
const DECODED = DECODERS.filter((decoder) => decoder !== dnsOverTcp);

/** What became of them. */
export interface Followed {
  readonly frames: number;
  readonly frameBytes: number;
  /** Of all that was written of conversations and what they carried. */
  readonly recordBytes: number;
  readonly records: number;
}

/** @param into Room for a frame, of `MAX_BYTES`. */
export function followFuzzed(
  captured: readonly Frame[],
  into: Uint8Array,
  seed: number,
): Followed {
  const random = randomNumbers(seed);
  const written = new CountingSink();
  let streams: Streams | undefined;
  const conversations = new Conversations(
    {
      idleSeconds: { tcp: 300, udp: 60, icmp: 10 },
      activeSeconds: 300,
      maxBytes: MEMORY_BYTES,
      hasCredentials: true,
      hasProfiles: true,
    },
    written,
    true,
    new Uint8Array(12),
    (connections) => {
      const options = { isWanted: () => true, hasCredentials: true, hasContext: true };
      streams = new Streams(connections, written, options);
      return streams;
    },
    undefined,
    { devices: true, ips: true },
  );
  const dissector = new Dissector(
    DECODED,
    new CountingSink(),
    OPTIONS,
    () => true,
    [],
    undefined,
    conversations,
  );
  let [frames, frameBytes] = [0, 0];
  const take = (frame: Frame, bytes: Uint8Array, length: number) => {
    const { originalLength, sec, nsec, linkType } = frame;
    dissector.packet(bytes, 0, length, Math.max(length, originalLength), sec, nsec, linkType);
    frames++;
    frameBytes += length;
  };
  const from = random(Math.max(1, captured.length - MAX_FRAMES / 2));
  let late: Frame | undefined;
  for (const frame of captured.slice(from, from + MAX_FRAMES)) {
    const fate = random(16 * CHANGED_EVERY);
    if (fate === 0) continue; // lost
    if (fate === 1 && late === undefined) {
      late = frame;
      continue;
    }
    if (fate < 16) {
      const [changed, length] = mutate([frame], into, random(0x7fffffff));
      take(changed, into, length);
    } else take(frame, frame.bytes, frame.bytes.length);
    if (fate === 63) take(frame, frame.bytes, frame.bytes.length);
    if (late !== undefined && fate > 48) {
      take(late, late.bytes, late.bytes.length);
      late = undefined;
    }
  }
  for (const _ of conversations.end());
  return { frames, frameBytes, recordBytes: written.bytes, records: written.records };
}

/** Counts what is written, and keeps none. */
class CountingSink {
  records = 0;
  bytes = 0;
  readonly #out = new WireWriter(1 << 16);

  begin(): WireWriter {
    this.#out.at = this.#out.recordAt = 0;
    this.#out.overflowed = false;
    return this.#out;
  }

  commit(): boolean {
    this.records++;
    this.bytes += this.#out.at;
    return !this.#out.overflowed;
  }

  rewind(): void {}
}
