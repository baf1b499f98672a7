/** What every decoder promises, over every decoder of the registry and every captured frame. */
import { assert, assertEquals } from "@std/assert";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { equalBytes } from "../../lib/base/bytes/bytes.ts";
import type { WireWriter } from "../../lib/base/record/wire_writer.ts";
import type { Decoder } from "../../lib/decode/decoder.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { type Capture, type Frame, framesOf } from "./captured_frames.ts";
import { LayerWalk } from "./walk_layers.ts";

const EVERYTHING = { payload: true, context: true, entropy: true };
const NOTHING = { payload: false, context: false, entropy: false };

type NamedFrame = Frame & { readonly source: string };

/** Tests every decoder on every frame of these captures, which reach all of them. */
export function testEveryDecoder(captures: readonly Capture[]): void {
  const frames = captures.flatMap((capture) =>
    framesOf(capture).map((frame) => ({
      ...frame,
      source: `${capture.name}, frame ${frame.number}`,
    }))
  );

  Deno.test("every decoder decodes a captured frame", () => {
    const reached = new Set<Decoder>();
    const walk = new LayerWalk(NOTHING);
    walkEveryFrame(
      frames,
      (frame) =>
        walk.run(frame, frame.bytes, frame.bytes.length, (decoder) => reached.add(decoder)),
    );
    assertEquals(DECODERS.filter((each) => !reached.has(each) && !waitsToBeTold(each)), []);
  });

  Deno.test("every decoder takes every beginning of a frame, and reads nothing behind it", () => {
    const options = { ...EVERYTHING, entropy: false }; // takes long
    const walk = new LayerWalk(options);
    const cutWalk = new LayerWalk(options);
    walkEveryFrame(frames, (frame) => {
      const { bytes } = frame;
      for (let end = 0; end <= bytes.length; end = nextLength(end, bytes.length)) {
        const outcome = walk.run(frame, bytes, end);
        const cutOutcome = cutWalk.run(frame, bytes.subarray(0, end), end);
        if (outcome !== cutOutcome || !haveWrittenTheSame(walk.out, cutWalk.out)) {
          throw new Error(`the first ${end} bytes are decoded differently when others follow`);
        }
      }
    });
  });

  for (const options of [EVERYTHING, NOTHING]) {
    Deno.test(`every record is in canonical encoding, with ${JSON.stringify(options)}`, () => {
      const walk = new LayerWalk(options);
      let records = 0;
      walkEveryFrame(frames, (frame) => {
        walk.run(frame, frame.bytes, frame.bytes.length, (decoder, bytes, at, end) => {
          assertCanonical(decoder, bytes.slice(at, end));
          records++;
        });
      });
      assert(records >= frames.length / 2, `${records} records of ${frames.length} frames`);
    });
  }

  Deno.test("every decoder takes damaged frames", () => {
    const walk = new LayerWalk(EVERYTHING);
    const damaged = new Uint8Array(1 << 17);
    frames.forEach((frame, index) => {
      for (let round = 0; round < MUTATIONS; round++) {
        const seed = index * MUTATIONS + round;
        const length = damage(frame.bytes, damaged, seed);
        try {
          walk.run(frame, damaged, length, (decoder, bytes, at, end) => {
            if (round === 0) assertCanonical(decoder, bytes.slice(at, end));
          });
        } catch (cause) {
          throw new Error(`seed ${seed}, ${frame.source}: ${cause}`, { cause });
        }
      }
    });
  });
}

/** Whether no number leads to it, and users may say that one does. */
function waitsToBeTold({ from }: Decoder): boolean {
  const numbers = Object.values(from);
  return numbers.length > 0 && numbers.every(({ length }) => length === 0);
}

function walkEveryFrame(frames: readonly NamedFrame[], check: (frame: Frame) => void): void {
  for (const frame of frames) {
    try {
      check(frame);
    } catch (cause) {
      throw new Error(`${frame.source}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  }
}

function haveWrittenTheSame(a: WireWriter, b: WireWriter): boolean {
  if (a.at !== b.at) return false;
  for (let at = 0; at < a.at; at++) if (a.bytes[at] !== b.bytes[at]) return false;
  return true;
}

/** All lengths where headers are, a sample of them behind, and the whole. */
function nextLength(length: number, whole: number): number {
  const next = length + (length < 200 ? 1 : 7);
  return length < whole && next > whole ? whole : next;
}

function assertCanonical({ type }: Decoder, record: Uint8Array): void {
  const schema = recordSchema(type);
  if (schema === undefined) return;
  const parsed = fromBinary(schema, record);
  const again = toBinary(schema, parsed, { writeUnknownFields: false });
  if (!equalBytes(again, record)) assertEquals(record, again, schema.name);
}

const MUTATIONS = 50;

/** Copies the frame with one to eight bytes changed, most of them among the first; returns its length. */
function damage(bytes: Uint8Array, into: Uint8Array, seed: number): number {
  const random = randomNumbers(seed);
  into.set(bytes);
  const changes = 1 + random(8);
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    const among = random(4) === 0 ? bytes.length : Math.min(bytes.length, 100);
    into[random(among)] = random(3) === 0 ? 0xff * random(2) : random(256);
  }
  return random(4) === 0 ? random(bytes.length + 1) : bytes.length;
}
