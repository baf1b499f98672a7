/**
 * deno task mutate [-frames N] [-seed S] [CAPTURE…]
 *
 * Decodes N frames (a million), each made of a captured one by a few changes that follow from the seed
 * and its number: bytes and lengths changed, parts cut out, doubled or exchanged with those of another
 * frame, the end cut off with the capture's knowledge or without. Ends with the first exception, with a
 * decoder that breaks its contract, and where more is written than a multiple of the frame's length;
 * says then which frame it was, so that `-seed S -frames 1` does it again. Takes our own captures, and
 * those that are named.
 */
import { parseArgs } from "@std/cli";
import { pathToFileURL } from "node:url";
import { randomNumbers } from "../base/random_numbers.ts";
import { captures, type Frame, framesOf } from "./captured_frames.ts";
import { LayerWalk } from "./walk_layers.ts";

/** A frame of any bytes may become so many times its length of records, and so many bytes more. */
const MAX_TIMES = 64;
const MAX_MORE = 1 << 14;
const MAX_BYTES = 1 << 17;
const OPTIONS = [
  { payload: true, context: true, entropy: true },
  { payload: false, context: false, entropy: false },
];

/** Makes frame number `seed` of `frames` in `into`; returns the frame it comes from and its length. */
function mutate(frames: readonly Frame[], into: Uint8Array, seed: number): [Frame, number] {
  const random = randomNumbers(seed);
  const frame = frames[random(frames.length)]!;
  let length = Math.min(frame.bytes.length, MAX_BYTES >> 1);
  into.set(frame.bytes.subarray(0, length));
  for (let changes = 1 + random(6); changes > 0 && length > 0; changes--) {
    const at = random(random(3) === 0 ? length : Math.min(length, 120));
    switch (random(8)) {
      case 0:
      case 1:
      case 2:
        into[at] = random(256);
        break;
      case 3: // what lengths and counts are often wrong by
        into[at] = [0, 1, 0x7f, 0x80, 0xff, into[at]! + 1, into[at]! - 1][random(7)]!;
        break;
      case 4: { // 16 bits that point somewhere into the frame, or behind it
        const number = random(2 * length);
        into[at] = number >> 8;
        into[at + 1] = number;
        length = Math.max(length, at + 2);
        break;
      }
      case 5: { // a part twice
        const part = into.slice(at, Math.min(length, at + 1 + random(64)));
        into.copyWithin(at + part.length, at, length);
        into.set(part, at);
        length = Math.min(MAX_BYTES >> 1, length + part.length);
        break;
      }
      case 6: { // a part less
        const bytes = Math.min(length - at, 1 + random(16));
        into.copyWithin(at, at + bytes, length);
        length -= bytes;
        break;
      }
      default: { // a part of another
        const other = frames[random(frames.length)]!.bytes;
        const from = random(other.length + 1);
        const part = other.subarray(from, from + 1 + random(64));
        into.set(part, at);
        length = Math.max(length, at + part.length);
      }
    }
  }
  if (random(4) === 0) length = random(length + 1);
  return [random(3) === 0 ? { ...frame, originalLength: length + 1 } : frame, length];
}

function run(frames: readonly Frame[], count: number, firstSeed: number): void {
  const walks = OPTIONS.map((options) => new LayerWalk(options));
  const bytes = new Uint8Array(MAX_BYTES);
  let written = 0;
  let most = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const [frame, length] = mutate(frames, bytes, seed);
    const walk = walks[seed % walks.length]!;
    try {
      walk.run(frame, bytes, length);
    } catch (cause) {
      throw new Error(
        `seed ${seed}, made of frame ${frame.number} with link type ${frame.linkType}`,
        {
          cause,
        },
      );
    }
    written += walk.out.at;
    most = Math.max(most, walk.out.at / (length + 1));
    if (walk.out.at > MAX_TIMES * length + MAX_MORE) {
      throw new Error(`seed ${seed}: ${walk.out.at} bytes of records of ${length} of a frame`);
    }
  }
  console.log(
    `${count} mutated frames of ${frames.length}, seeds ${firstSeed} to ${
      firstSeed + count - 1
    }: ` +
      `no exception; ${written} bytes of records, at most ${most.toFixed(1)} times a frame`,
  );
}

if (import.meta.main) {
  const { frames, seed, _: files } = parseArgs(
    Deno.args.map((arg) => arg.replace(/^-(?=\w)/, "--")),
    {
      string: ["frames", "seed"],
      default: { frames: "1000000", seed: "1" },
    },
  );
  const named = files.map((file) => ({
    name: `${file}`,
    url: pathToFileURL(`${file}`),
    expected: pathToFileURL("/"),
  }));
  run([...captures(), ...named].flatMap(framesOf), Number(frames), Number(seed));
}
