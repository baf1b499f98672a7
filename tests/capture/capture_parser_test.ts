import { assert, assertEquals } from "@std/assert";
import { CaptureParser } from "../../lib/capture/capture_parser.ts";
import { collectPackets, hex } from "./collect_packets.ts";

// The same two packets of raw IP; pcap_test.ts and pcapng_test.ts explain the bytes.
const PCAP = hex(
  "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065",
  "6553f100 0001e240 00000005 0000003c 4500112233",
  "6553f100 0001e240 00000005 0000003c 4500112233",
);
const PCAPNG = hex(
  "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000",
  "01000000 1c000000 6500 0000 00000000 0900 0100 06000000 1c000000",
  "06000000 28000000 00000000 240a0600 40222018 05000000 3c000000 4500112233 000000 28000000",
  "bbbb0000 18000000 000102030405060708090a0b 18000000",
  "06000000 28000000 00000000 240a0600 40222018 05000000 3c000000 4500112233 000000 28000000",
);

Deno.test("CaptureParser tells pcap and pcapng apart by their first four bytes", () => {
  const packet = {
    data: "4500112233",
    originalLength: 60,
    time: "1700000000.123456000",
    linkType: 101,
  };
  const expected = {
    packets: [packet, packet],
    problem: undefined,
    counts: { delivered: 2, refused: 0, clampedTimes: 0, filtered: 0 },
  };
  assertEquals(collectPackets(PCAP), expected);
  assertEquals(collectPackets(PCAPNG), expected);
});

Deno.test("CaptureParser gives the same whatever the size of the chunks", () => {
  for (const capture of [PCAP, PCAPNG]) {
    const whole = collectPackets(capture);
    for (let chunkBytes = 1; chunkBytes < capture.length; chunkBytes++) {
      assertEquals(collectPackets(capture, chunkBytes), whole, `chunks of ${chunkBytes}`);
    }
  }
});

Deno.test("CaptureParser refuses what is no capture, and names its first bytes", () => {
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), "it is empty"],
    [hex("0a"), "it begins with the bytes 0a"],
    [hex("a1b2c3"), "it begins with the bytes a1b2c3"],
    [new TextEncoder().encode("GET / HTTP/1.1"), "it begins with the bytes 47455420"],
    [new Uint8Array(100), "it begins with the bytes 00000000"],
  ];
  for (const [bytes, found] of cases) {
    for (const chunkBytes of [1, 1000]) {
      assertEquals(collectPackets(bytes, chunkBytes), {
        packets: [],
        problem: {
          code: "not-a-capture",
          offset: 0,
          message: `it is neither pcap nor pcapng: ${found}`,
        },
        counts: { delivered: 0, refused: 0, clampedTimes: 0, filtered: 0 },
      });
    }
  }
});

Deno.test("CaptureParser ignores what comes after a problem", () => {
  const broken = PCAP.slice();
  broken[24 + 8] = 0xff; // captured length of the first packet
  const parser = new CaptureParser({
    packet: () => {
      throw new Error("no packet is good");
    },
  });
  parser.push(broken);
  const { problem } = parser;
  assertEquals(problem?.code, "broken");
  parser.push(PCAP);
  parser.end();
  assertEquals(parser.problem, problem);
});

Deno.test("CaptureParser takes any damage as data, the same in chunks of any size", () => {
  for (let seed = 1; seed <= 4000; seed++) {
    const random = randomOf(seed);
    const damaged = damage(seed % 2 === 0 ? PCAP : PCAPNG, random);
    const whole = collectPackets(damaged);
    assertEquals(collectPackets(damaged, 1 + random(40)), whole, `seed ${seed}`);
    assertEquals(whole.packets.length, whole.counts.delivered, `seed ${seed}`);
    assert((whole.problem?.offset ?? 0) <= damaged.length, `seed ${seed}`);
  }
});

/** Changes, cuts or repeats some bytes; mostly small changes, since they get furthest. */
function damage(capture: Uint8Array, random: (below: number) => number): Uint8Array {
  let damaged = capture.slice();
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(damaged.length);
    switch (random(6)) {
      case 0:
        damaged = damaged.slice(0, at);
        break;
      case 1:
        damaged = new Uint8Array([...damaged.slice(0, at), ...damaged.slice(random(at + 1))]);
        break;
      case 2:
        damaged.fill([0, 0xff, 0x7f, 0x80][random(4)]!, at, at + 1 + random(4));
        break;
      default:
        damaged[at]! ^= 1 << random(8);
    }
    if (damaged.length === 0) break;
  }
  return damaged;
}

/** Numbers from 0 to below `below`, the same for the same seed (xorshift). */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 0x9e3779b9) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return below === 0 ? 0 : (state >>> 0) % below;
  };
}
