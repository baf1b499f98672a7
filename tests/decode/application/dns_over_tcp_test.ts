import { assertEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { DNSSchema } from "../../../proto/gen/netcap_pb.ts";
import { decodeFrame, frame } from "../decode_frame.ts";
import {
  LINKTYPE_IPV4,
  message,
  name,
  question,
  record,
  tcpPacket,
  text,
  u16,
  udpPacket,
} from "./dns_messages.ts";
import { LayerWalk } from "../walk_layers.ts";

/** A message asking for `label`, with its length in front. */
function framed(label: string): Uint8Array {
  const bytes = message({ questions: [question(name(label))] });
  return concat([Uint8Array.from(u16(bytes.length)), bytes]);
}

/** What is asked for in the messages of a segment, and what else became of it. */
function dissectSegment(segment: Uint8Array) {
  const decoded = decodeFrame(tcpPacket(40000, 53, segment), { linkType: LINKTYPE_IPV4 });
  const names = decoded.recordsOf(DNSSchema).map(({ Questions }) =>
    new TextDecoder().decode(Questions[0]!.Name)
  );
  return { names, failed: decoded.counts.failed };
}

Deno.test("dns_over_tcp passes the length and has the message decoded", () => {
  // tcpdump's tests/dns_tcp.pcap, frame 4; the values are tshark's.
  const query = frame(
    "0011223344660011223344550800",
    "450000629b2a40004006134ec0a8010bd157f912",
    "83f3003523fec80d79d249145018faf077960000",
    "0038431901200001000000000001037777770774637064756d70036f72670000010001",
    "000029100000000000000c000a00088f06be7d691442f0",
  );
  const record = decodeFrame(query).recordsOf(DNSSchema)[0]!;
  assertEquals(record.ID, 0x4319);
  assertEquals(record.Questions[0]!.Name, text("www.tcpdump.org"));
  assertEquals(record.Additionals[0]!.Data, frame("000a00088f06be7d691442f0"));
  assertEquals([record.SrcIP, record.SrcPort], ["192.168.1.11", 33779]);
  assertEquals([record.DstIP, record.DstPort], ["209.87.249.18", 53]);
});

Deno.test("dns_over_tcp decodes every message of a segment", () => {
  const segment = concat([framed("a"), framed("b"), framed("c")]);
  assertEquals(dissectSegment(segment), { names: ["a", "b", "c"], failed: {} });
});

Deno.test("dns_over_tcp takes a message that goes on in the next segment for incomplete", () => {
  const segment = concat([framed("a"), framed("b")]);
  const firstEnd = framed("a").length;
  for (let length = firstEnd + 1; length < segment.length; length++) {
    assertEquals(dissectSegment(segment.subarray(0, length)), {
      names: ["a"],
      failed: { "DnsOverTcp incomplete": 1 },
    });
  }
});

Deno.test("dns_over_tcp refuses a segment that does not begin with a message", () => {
  const tail = framed("a").subarray(8);
  assertEquals(dissectSegment(tail).names, []);
  assertEquals(dissectSegment(frame("0003 aabbcc")), {
    names: [],
    failed: { "DnsOverTcp malformed": 1 },
  });
});

Deno.test("dns_over_tcp does not let a message read beyond its length", () => {
  const bytes = message({ questions: [question(name("a"))] });
  const short = concat([Uint8Array.from(u16(bytes.length - 1)), bytes]);
  assertEquals(dissectSegment(short), { names: [], failed: { "Dns truncated": 1 } });
});

Deno.test("dns_over_tcp keeps what is whole of a message that the capture cut", () => {
  const bytes = tcpPacket(40000, 53, framed("a"));
  const options = { linkType: LINKTYPE_IPV4, originalLength: bytes.length + 10 };
  const answers = message({
    questions: [question(name("a"))],
    answers: [record(name("a"), 1, [1, 2, 3, 4])],
  });
  const whole = tcpPacket(
    40000,
    53,
    concat([framed("b"), Uint8Array.from(u16(answers.length)), answers]),
  );
  const cut = decodeFrame(whole.subarray(0, -3), { ...options, originalLength: whole.length });
  assertEquals(
    cut.recordsOf(DNSSchema).map(({ Questions, Answers, Truncated }) => [
      new TextDecoder().decode(Questions[0]!.Name),
      Answers.length,
      Truncated,
    ]),
    [["b", 0, false], ["a", 0, true]],
  );
  // Nothing but a header, which any bytes within a message may look like.
  const header = decodeFrame(bytes.subarray(0, 40 + 2 + 12), options);
  assertEquals(header.counts.failed, { "Dns truncated": 1 });
});

Deno.test("dns_over_tcp leaves nothing behind for the next packet", () => {
  const walk = new LayerWalk({ payload: false, context: false, entropy: false });
  const ids: number[] = [];
  const query = message({ questions: [question(name("b"))] });
  for (const packet of [tcpPacket(40000, 53, framed("a")), udpPacket(40000, 53, query)]) {
    const where = { sec: 0, nsec: 0, linkType: LINKTYPE_IPV4, originalLength: 0 };
    walk.run(where, packet, packet.length, ({ schema }, bytes, at, end) => {
      if (schema?.name === DNSSchema.name) ids.push(fromBinary(DNSSchema, bytes.slice(at, end)).ID);
    });
  }
  assertEquals(ids, [1, 1]);
});
