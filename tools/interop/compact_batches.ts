/** Compact batches of our writer, and the packets in them, for another reader. */
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { CompactWriter } from "../../lib/gather/compact/writer.ts";
import { COMPACT_TYPES } from "../../lib/gather/compact/record_types.ts";
import { packCompact } from "../../lib/pack/compact_body.ts";
import { randomNumbers } from "../../tests/base/random_numbers.ts";
import { captures, type Frame, framesOf } from "../../tests/decode/captured_frames.ts";

const IS_WANTED = COMPACT_TYPES.map(() => true);
const MANGLED = 12_000;
/** Of TCP, behind Ethernet and IPv4. */
const OPTIONS_AT = 54;
const START = 1_600_000_000;

/**
 * Lines, a value each: packets (`packet LINK-TYPE SECONDS NANOSECONDS HEX`), and then the batch that
 * was made of those that can be taken (`batch LENGTH HEX`).
 */
export function* compactBatches(): Generator<string> {
  const frames = captures().flatMap(framesOf);
  const writer = new CompactWriter();
  for (const frame of [...frames, ...mangled(frames)]) {
    const { bytes, sec, nsec, linkType } = frame;
    if (writer.isFull || !writer.isNear(sec)) yield finish(writer);
    writer.take(bytes, 0, bytes.length, sec, nsec, linkType);
    yield `packet ${linkType} ${sec} ${nsec} ${encodeHex(bytes)}`;
  }
  yield finish(writer);
}

function finish(writer: CompactWriter): string {
  const { data, sumBytes } = writer.finish(IS_WANTED, true);
  return `batch ${data.length} ${encodeHex(packCompact(data, sumBytes))}`;
}

/** Frames in any order, a second apart or so, some cut, and with other bytes where headers are: options in many forms too. */
function* mangled(frames: readonly Frame[]): Generator<Frame> {
  const random = randomNumbers(20261128);
  for (let count = 0; count < MANGLED; count++) {
    const frame = frames[random(frames.length)]!;
    const bytes = frame.bytes.slice(0, random(8) === 0 ? random(frame.bytes.length) : undefined);
    for (let changes = random(6); changes > 0; changes--) {
      const at = random(2) === 0 ? random(90) : OPTIONS_AT + random(20);
      if (at < bytes.length) bytes[at] = random(random(2) === 0 ? 256 : 4);
    }
    yield { ...frame, bytes, sec: START + count, nsec: random(1e9) };
  }
}
