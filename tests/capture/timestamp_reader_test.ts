import { assertEquals } from "@std/assert";
import { TimestampReader } from "../../lib/capture/timestamp_reader.ts";

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

Deno.test("TimestampReader agrees with arithmetic on bigint, for every resolution", () => {
  for (let resolution = 0; resolution < 256; resolution++) {
    for (const timestamp of timestamps(resolution)) {
      for (const offset of [0, 3600, -1_700_000_000]) {
        const expected = clamp(nanosOf(timestamp, resolution) + BigInt(offset) * 10n ** 9n);
        for (const littleEndian of [false, true]) {
          assertEquals(
            read(resolution, offset, timestamp, littleEndian),
            expected,
            `${timestamp} units of ${resolution}, offset ${offset}, little-endian ${littleEndian}`,
          );
        }
      }
    }
  }
});

Deno.test("TimestampReader: the last time before the limits is exact, the next one is clamped", () => {
  const time = new TimestampReader(9, 0);
  const last = new Uint8Array(8).fill(0xff);
  last[0] = 0x7f;
  assertEquals(time.read(last, 0, false), true);
  assertEquals([time.sec, time.nsec], [9_223_372_036, 854_775_807]);
  const next = new Uint8Array(8);
  next[0] = 0x80;
  assertEquals(time.read(next, 0, false), false);
  assertEquals([time.sec, time.nsec], [9_223_372_036, 854_775_807]);

  // -2^63 ns is -9,223,372,037 s and 145,224,192 ns
  const first = new TimestampReader(9, -9_223_372_037);
  const nanos = new Uint8Array(8);
  new DataView(nanos.buffer).setUint32(4, 145_224_192);
  assertEquals(first.read(nanos, 0, false), true);
  assertEquals([first.sec, first.nsec], [-9_223_372_037, 145_224_192]);
  new DataView(nanos.buffer).setUint32(4, 145_224_191);
  assertEquals(first.read(nanos, 0, false), false);
  assertEquals([first.sec, first.nsec], [-9_223_372_037, 145_224_192]);
});

/** Edges, today's time in the resolution, and some that are spread over all 64 bits. */
function timestamps(resolution: number): bigint[] {
  const today = 1_700_000_000_123_456_789n * unitsPerSecond(resolution) / 10n ** 9n;
  const spread = Array.from({ length: 40 }, (_, n) => BigInt(n) * 0x9e3779b97f4a7c15n);
  return [0n, 1n, 0xffffffffn, 0x100000000n, 2n ** 64n - 1n, today, today + 1n, ...spread]
    .map((timestamp) => BigInt.asUintN(64, timestamp));
}

/** Nanoseconds by the definition, with the documented cut of the finest units. */
function nanosOf(timestamp: bigint, resolution: number): bigint {
  const units = unitsPerSecond(resolution);
  const finest = resolution < 128 ? 10n ** 11n : 2n ** 32n;
  if (units <= finest) return timestamp * 10n ** 9n / units;
  return timestamp / (units / finest) * 10n ** 9n / finest;
}

function unitsPerSecond(resolution: number): bigint {
  return resolution < 128 ? 10n ** BigInt(resolution) : 2n ** BigInt(resolution - 128);
}

function clamp(nanos: bigint): [nanos: bigint, isInRange: boolean] {
  if (nanos > MAX) return [MAX, false];
  if (nanos < MIN) return [MIN, false];
  return [nanos, true];
}

function read(
  resolution: number,
  offset: number,
  timestamp: bigint,
  littleEndian: boolean,
): [nanos: bigint, isInRange: boolean] {
  const view = new DataView(new ArrayBuffer(11));
  const high = Number(timestamp >> 32n);
  const low = Number(timestamp & 0xffffffffn);
  view.setUint32(3, high, littleEndian);
  view.setUint32(7, low, littleEndian);
  const time = new TimestampReader(resolution, offset);
  const isInRange = time.read(new Uint8Array(view.buffer), 3, littleEndian);
  return [BigInt(time.sec) * 10n ** 9n + BigInt(time.nsec), isInRange];
}
