import { assertEquals } from "@std/assert";
import type { Decoder } from "../../lib/decode/decoder.ts";
import { Packet } from "../../lib/decode/packet.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Routes } from "../../lib/decode/routes.ts";
import { mostFrequent, UnknownNumbers } from "../../lib/decode/unknown_numbers.ts";

const ROUTES = new Routes<Decoder>(DECODERS);
const PACKET = new Packet({ payload: false, context: false, entropy: false }, ROUTES);

function add(unknown: UnknownNumbers, layer: string, table: "etherType" | "ipProtocol", n: number) {
  PACKET.follow(ROUTES[table], n);
  unknown.add(layer, PACKET);
}

Deno.test("numbers are counted by layer and kind, in the form of their kind", () => {
  const unknown = new UnknownNumbers();
  for (let n = 0; n < 3; n++) add(unknown, "Ethernet", "etherType", 0x8902);
  add(unknown, "Dot1Q", "etherType", 0x8902);
  add(unknown, "IPv4", "ipProtocol", 253);
  PACKET.follow(ROUTES.snap.of(0x00000c), 0x010b, 0x00000c);
  unknown.add("Snap", PACKET);
  PACKET.follow(ROUTES.snap.of(0xabcdef), 0x010b, 0xabcdef);
  unknown.add("Snap", PACKET);
  assertEquals(unknown.counts(), {
    "Ethernet unknown 0x8902": 3,
    "Dot1Q unknown 0x8902": 1,
    "IPv4 unknown 253": 1,
    "Snap unknown 0x00000c 0x010b": 1,
    "Snap unknown 0xabcdef 0x010b": 1,
  });
});

Deno.test("256 numbers are counted by themselves, the others together", () => {
  const unknown = new UnknownNumbers();
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 1000; n++) add(unknown, "Ethernet", "etherType", 0xe000 + n);
  }
  const counts = unknown.counts();
  assertEquals(counts["Ethernet unknown others"], 2 * (1000 - 256));
  assertEquals(counts["Ethernet unknown 0xe0ff"], 2);
  assertEquals(Object.values(counts).reduce((sum, count) => sum + count), 2000);
  assertEquals(Object.keys(counts).length, 257);
});

Deno.test("the largest counts come first, what is left is summed up", () => {
  const counts = { a: 1, b: 5, c: 3, d: 2 };
  assertEquals(Object.entries(mostFrequent(counts, 2)), [["b", 5], ["c", 3], [
    "unknown others",
    3,
  ]]);
  assertEquals(Object.keys(mostFrequent(counts, 4)), ["b", "c", "d", "a"]);
});
