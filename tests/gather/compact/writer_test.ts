import { assert, assertEquals } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { readUvarint, uvarintEnd } from "../../../lib/base/bytes/uvarint.ts";
import { CompactWriter } from "../../../lib/gather/compact/writer.ts";
import { digestOf } from "../../../lib/pack/digest.ts";
import { captures, framesOf } from "../../decode/captured_frames.ts";

Deno.test("packets in the writer's room, up to its last byte, are taken as those of other buffers", () => {
  const office = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  const [here, there] = [new CompactWriter(), new CompactWriter()];
  const { room } = here;
  let taken = 0;
  for (const { bytes, sec, nsec, linkType } of office.slice(0, 4000)) {
    const at = taken % 2 === 0 ? 0 : room.length - bytes.length;
    room.set(bytes, at);
    // As those that straddle what is read come in between.
    const isTaken = taken % 3 === 0
      ? here.take(bytes, 0, bytes.length, sec, nsec, linkType)
      : here.take(room, at, at + bytes.length, sec, nsec, linkType);
    assertEquals(there.take(bytes, 0, bytes.length, sec, nsec, linkType), isTaken);
    assertEquals(here.taken, there.taken);
    if (isTaken) taken++;
  }
  assert(taken > 500);
  const isWanted = Array(8).fill(true);
  const [a, b] = [here.finish(isWanted, true), there.finish(isWanted, true)];
  assertEquals(digestOf(a.data), digestOf(b.data));
  assertEquals(a.sumBytes, b.sumBytes);
});

/** The columns `row` (0) and `ack` (7) of a batch whose numbers have a byte each: behind 5 numbers and 14 lengths. */
function columnOf(data: Uint8Array, column: number): number[] {
  let at = 0;
  const [, , , , , ...lengths] = Array.from({ length: 5 + 14 }, () => {
    const from = at;
    at = uvarintEnd(data, from, data.length);
    return readUvarint(data, from, at);
  });
  at += lengths.slice(0, column).reduce((sum, bytes) => sum + bytes, 0);
  return [...data.subarray(at, at + lengths[column]!)];
}

Deno.test("of flows with the same addresses and ports the first one without another direction gets it", () => {
  const writer = new CompactWriter();
  const [here, there] = ["0a0000010a000002", "0a0000020a000001"];
  // A SYN of each of three cards; then answers to those, of cards that are no others' other direction.
  for (
    const [source, addresses, ports, seq, ack] of [
      ["01", here, "00500051", 100, 0],
      ["02", here, "00500051", 200, 0],
      ["03", here, "00500051", 300, 0],
      ["04", there, "00510050", 0, 101],
      ["05", there, "00510050", 0, 201],
      ["06", there, "00510050", 0, 301],
    ] as const
  ) {
    const hex = "0200000000ff" + "0200000000" + source + "0800" +
      "450000280000400040060000" + addresses + ports +
      seq.toString(16).padStart(8, "0") + ack.toString(16).padStart(8, "0") +
      "5002" + "0000".repeat(3);
    const bytes = parseHex(hex)!;
    assert(writer.take(bytes, 0, bytes.length, 1, 0, 1));
  }
  const { data } = writer.finish(Array(8).fill(true), true);
  // docs/protocol.md: new flows all; an acknowledgement is expected to be the other's next sequence number.
  assertEquals(columnOf(data, 0), [3, 3, 3, 3, 3, 3]);
  assertEquals(columnOf(data, 7), [0, 0, 0, 0, 0, 0]);
});

Deno.test("packets are plain that carry nothing, or what ports lead nowhere with, until the batch ends", () => {
  const writer = new CompactWriter();
  /** Whether a datagram with so many bytes of payload is plain, padded or not. */
  const isPlain = (ports: string, payload: number, padding = 0) => {
    const length = (bytes: number) => bytes.toString(16).padStart(4, "0");
    const hex = "020000000001" + "020000000002" + "0800" +
      "4500" + length(28 + payload) + "0000400040110000" + "0a0000010a000002" +
      ports + length(8 + payload) + "0000" + "00".repeat(payload + padding);
    const bytes = parseHex(hex)!;
    assert(writer.take(bytes, 0, bytes.length, 1, 0, 1));
    return writer.isPlain;
  };
  assertEquals(isPlain("00350036", 0), true);
  assertEquals(isPlain("00350036", 0, 18), true);
  assertEquals(isPlain("00350036", 1), false);
  writer.leadsNowhere();
  assertEquals(isPlain("00350036", 5), true);
  assertEquals(isPlain("00350037", 5), false);
  assertEquals(isPlain("00350036", 5), true);
  writer.finish(Array(8).fill(true), true);
  assertEquals(isPlain("00350036", 5), false);
});
