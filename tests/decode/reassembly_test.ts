import { assert, assertEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { concat, parseHex } from "../../lib/base/bytes/bytes.ts";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import { typeName } from "../../lib/base/record/record_types.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { Reassembly } from "../../lib/decode/reassembly.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { DNSSchema, type UDP, UDPSchema } from "../../proto/gen/netcap_pb.ts";
import { packet, type PacketOptions } from "../follow/packets.ts";

const A = { address: "192.0.2.1" };
const B = { address: "198.51.100.2" };
const UDP_PROTOCOL = 17;

/** A dissector that puts fragments together, and its records. */
class Decoding {
  readonly records: { type: string; bytes: Uint8Array }[] = [];
  readonly reassembly = new Reassembly();
  readonly #batches = new Batches(1 << 12, ({ type, data }) => {
    walkRecords(data, (at, end) => {
      this.records.push({ type: typeName(type), bytes: data.slice(at, end) });
    });
  });
  readonly #dissector = new Dissector(
    DECODERS,
    this.#batches,
    { payload: true, context: true, entropy: false },
    undefined,
    [],
    undefined,
    undefined,
    this.reassembly,
  );

  add({ bytes, originalLength, sec }: ReturnType<typeof packet>): void {
    this.#dissector.packet(bytes, 0, bytes.length, originalLength, sec, 0, 1);
    this.#batches.closeAll();
  }

  of(type: string): Uint8Array[] {
    return this.records.filter((record) => record.type === type).map(({ bytes }) => bytes);
  }
}

function datagramOf(port: number, payload: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(8));
  header.setUint16(0, 40000);
  header.setUint16(2, port);
  header.setUint16(4, 8 + payload.length);
  return concat([new Uint8Array(header.buffer), payload]);
}

/** The fragments of a datagram, cut at these places. */
function fragmentsOf(content: Uint8Array, cuts: readonly number[], options: PacketOptions = {}) {
  const places = [0, ...cuts, content.length];
  return places.slice(1).map((to, index) => {
    const offset = places[index]!;
    const fragment = { more: to < content.length, offset };
    return packet(UDP_PROTOCOL, A, B, content.slice(offset, to), { id: 7, ...options, fragment });
  });
}

/** A question for example.org with a name of many labels: 12 bytes of header, then the question. */
const QUESTION = concat([
  parseHex("123401000001000000000000")!,
  ...Array.from({ length: 10 }, () => parseHex("0a6162636465666768696a")!),
  parseHex("076578616d706c65036f7267000001 0001".replaceAll(" ", ""))!,
]);

Deno.test("the first fragment alone has the record of its UDP header", () => {
  const decoding = new Decoding();
  const frame = parseHex(
    "02000000000202000000000108004500002c004d200040116e3dc0000201c6336402" +
      "00359c4007d8000000000000000000000000000000000000",
  )!;
  decoding.add({ bytes: frame, originalLength: frame.length, sec: 0, nsec: 0, linkType: 1 });
  const [udp, ...more] = decoding.of("UDP").map((bytes): UDP => fromBinary(UDPSchema, bytes));
  assertEquals(more, []);
  assertEquals([udp!.SrcPort, udp!.DstPort, udp!.Length], [53, 40000, 2008]); // tshark 4.0.17
});

Deno.test("what fragments hold becomes records when the last one has come, in any order", () => {
  const content = datagramOf(53, QUESTION);
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 0, 1, 2, 2]]) {
    const decoding = new Decoding();
    const fragments = fragmentsOf(content, [64, 120]);
    for (const index of order) {
      assertEquals(decoding.of("DNS"), []);
      decoding.add(fragments[index]!);
      if (decoding.of("DNS").length > 0) break;
    }
    const [dns] = decoding.of("DNS").map((bytes) => fromBinary(DNSSchema, bytes));
    assert(dns, `no record of order ${order}`);
    const name = `${"abcdefghij.".repeat(10)}example.org`;
    assertEquals(new TextDecoder().decode(dns.Questions[0]!.Name), name);
    assertEquals([dns.ID, dns.SrcPort, dns.DstPort], [0x1234, 40000, 53]);
    assertEquals([dns.SrcIP, dns.DstIP], [A.address, B.address]);
    // A frame that comes twice has its records twice, whole packets' too.
    assertEquals(decoding.of("UDP").length, order.filter((index) => index === 0).length);
    assertEquals(decoding.reassembly.counts().datagrams, 1);
  }
});

Deno.test("whatever the cuts and the order, the datagram is what was sent", () => {
  let seed = 12345;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const decoding = new Decoding();
  for (let round = 0; round < 50; round++) {
    const length = 24 + random(round % 2 === 0 ? 4000 : 20_000);
    const content = Uint8Array.from({ length }, () => random(256));
    content.set(datagramOf(9, content.subarray(8)).subarray(0, 8));
    const cuts = [
      ...new Set(
        Array.from({ length: 1 + random(6) }, () => 8 * (1 + random(content.length / 8 - 1))),
      ),
    ].sort((a, b) => a - b);
    const fragments = fragmentsOf(content, cuts, { id: 1 + round });
    for (let at = fragments.length - 1; at > 0; at--) { // Fisher and Yates
      const other = random(at + 1);
      [fragments[at], fragments[other]] = [fragments[other]!, fragments[at]!];
    }
    for (const fragment of fragments) decoding.add(fragment);
    const { bytes, end } = decoding.reassembly;
    assertEquals(bytes.slice(32, end), content, `cuts ${cuts}`);
  }
});

Deno.test("fragments that overlap are refused with the rest of their datagram, and counted", () => {
  const content = datagramOf(53, QUESTION);
  const [first, second, third] = fragmentsOf(content, [64, 120]);
  const [, over] = fragmentsOf(content, [56, 112]);
  const decoding = new Decoding();
  for (const fragment of [first, over, second, third]) decoding.add(fragment!);
  assertEquals(decoding.of("DNS"), []);
  const { overlapping, datagrams, fragments } = decoding.reassembly.counts();
  assertEquals([overlapping, datagrams, fragments], [1, 0, 4]);
});

Deno.test("a datagram with a fragment that the capture has cut is given up", () => {
  const [first, second] = fragmentsOf(datagramOf(53, QUESTION), [64]);
  const decoding = new Decoding();
  decoding.add({ ...first!, bytes: first!.bytes.slice(0, 60) });
  decoding.add(second!);
  assertEquals([decoding.of("DNS").length, decoding.reassembly.counts().broken], [0, 1]);
});

Deno.test("a datagram that is not whole after 30 s is given up, and so is the oldest when memory is full", () => {
  const content = datagramOf(53, QUESTION);
  const decoding = new Decoding();
  decoding.add(fragmentsOf(content, [64], { at: 1 })[0]!);
  decoding.add(fragmentsOf(content, [64], { at: 32 })[1]!);
  assertEquals(decoding.of("DNS"), []);
  assertEquals(decoding.reassembly.counts().givenUp, 1);
  const many = new Decoding();
  for (let id = 1; id <= 3_000; id++) many.add(fragmentsOf(content, [64], { id })[0]!);
  const { givenUp, fragments } = many.reassembly.counts();
  assertEquals(fragments, 3_000);
  // 4 MiB hold less than 1,024 datagrams of 4 KiB at least.
  assert(givenUp > 1_976 && givenUp < 3_000, `${givenUp} given up`);
});
