import { assertEquals, assertThrows } from "@std/assert";
import { Replay } from "../../lib/capture/replay.ts";
import { hex, PacketCollector } from "./collect_packets.ts";

/** A packet of one byte. */
type Timed = readonly [byte: number, sec: number, nsec: number];

/** What is given at which time, when the clock stands at each due time in turn. */
function play(speed: number, packets: readonly Timed[], startMs = 5000): [number, string][] {
  const collector = new PacketCollector();
  const replay = new Replay(collector, speed);
  push(replay, packets);
  const given: [number, string][] = [];
  for (let nowMs: number | undefined = startMs; nowMs !== undefined;) {
    const next = replay.release(nowMs);
    for (const { data } of collector.packets.splice(0)) given.push([nowMs - startMs, data]);
    nowMs = next;
  }
  return given;
}

function push(replay: Replay, packets: readonly Timed[]): void {
  const buffer = new Uint8Array(3);
  for (const [byte, sec, nsec] of packets) {
    buffer[1] = byte;
    replay.packet(buffer, 1, 2, 60, sec, nsec, 1);
    buffer.fill(0xee); // the parser's buffer is the parser's again
  }
}

Deno.test("Replay gives each packet as long after the first as it was captured after it", () => {
  const packets: Timed[] = [
    [1, 1_700_000_000, 900_000_000],
    [2, 1_700_000_000, 900_000_000],
    [3, 1_700_000_001, 150_000_000],
    [4, 1_700_003_600, 900_000_000],
  ];
  assertEquals(play(1, packets), [[0, "01"], [0, "02"], [250, "03"], [3_600_000, "04"]]);
});

Deno.test("Replay divides times by the speed", () => {
  const packets: Timed[] = [[1, 10, 0], [2, 12, 500_000_000]];
  assertEquals(play(10, packets), [[0, "01"], [250, "02"]]);
  assertEquals(play(0.5, packets), [[0, "01"], [5000, "02"]]);
});

Deno.test("a packet whose time goes back follows at once and moves nothing behind it", () => {
  const packets: Timed[] = [[1, 10, 0], [2, 12, 0], [3, 11, 0], [4, 2, 0], [5, 13, 0]];
  assertEquals(play(1, packets), [
    ...[[0, "01"], [2000, "02"], [2000, "03"], [2000, "04"], [3000, "05"]] as [number, string][],
  ]);
});

Deno.test("lateness does not add up", () => {
  const collector = new PacketCollector();
  const replay = new Replay(collector, 1);
  push(replay, Array.from({ length: 1000 }, (_, at) => [1, 0, at * 1_000_000] as const));
  let nowMs = 0;
  // Every wait lasts 0.7 ms too long.
  for (let dueMs = replay.release(nowMs); dueMs !== undefined; dueMs = replay.release(nowMs)) {
    nowMs = dueMs + 0.7;
  }
  assertEquals(collector.packets.length, 1000);
  assertEquals(nowMs < 1000, true, `the last of 999 ms came at ${nowMs} ms`);
});

Deno.test("Replay keeps what it is given as it is, however much and whenever", () => {
  const collector = new PacketCollector();
  const replay = new Replay(collector, 1);
  const long = new Uint8Array(200_000).fill(0xab);
  replay.packet(hex("0102030405"), 1, 4, 1500, 7, 1, 276);
  replay.packet(long, 0, long.length, long.length, 7, 2, 1);
  assertEquals(replay.held, 2);
  assertEquals(replay.release(0), 1e-6);
  assertEquals(replay.held, 1);
  // A chunk comes while one packet is held.
  replay.packet(hex("aabb"), 0, 2, 2, 7, 3, 1);
  assertEquals(replay.release(1), undefined);
  assertEquals(replay.held, 0);
  replay.packet(hex("cc"), 0, 1, 1, 7, 4, 1);
  replay.release(1);
  const given = collector.packets.map(({ data, originalLength, time, linkType }) =>
    [data.length > 9 ? data.length : data, originalLength, time, linkType] as const
  );
  assertEquals(given, [
    ["020304", 1500, "7.000000001", 276],
    [400_000, 200_000, "7.000000002", 1],
    ["aabb", 2, "7.000000003", 1],
    ["cc", 1, "7.000000004", 1],
  ]);
});

Deno.test("a replay that would never get on is a mistake of the caller", () => {
  for (const speed of [0, -1, NaN]) {
    assertThrows(() => new Replay({ packet: () => {} }, speed), RangeError);
  }
});
