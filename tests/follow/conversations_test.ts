import { assert, assertEquals } from "@std/assert";
import type { Connection } from "../../proto/gen/netcap_pb.ts";
import { follow, type FollowedFrame, Following } from "./follow_capture.ts";
import { datagram, type End, packet, type PacketOptions, segment } from "./packets.ts";

const A = { address: "10.0.0.1", port: 40000 };
const B = { address: "10.0.0.2", port: 80 };
const NANOS = 1e9;

const syn = (from: End, to: End, options: PacketOptions) =>
  segment(from, to, { flags: "S", ...options });
/** The whole course of a short connection. */
function exchange(from: End, to: End, at: number, seq = 1): FollowedFrame[] {
  return [
    syn(from, to, { at, seq }),
    segment(to, from, { at, flags: "SA", seq }),
    segment(from, to, { at, flags: "FA", seq: seq + 1 }),
    segment(to, from, { at, flags: "FA", seq: seq + 1 }),
  ];
}
const reasons = (records: readonly Connection[]) => records.map(({ EndReason }) => EndReason);

Deno.test("padding of the frame is no byte of the packet; directions are told apart", () => {
  const { records: [record] } = follow([
    datagram(A, B, { payload: 5, at: 1.5 }),
    datagram(B, A, { payload: 500, at: 2 }),
    datagram(A, B, { payload: 7, at: 2.25 }),
  ]);
  assert(record);
  assertEquals([record.SrcIP, record.SrcPort, record.DstIP, record.DstPort], [
    A.address,
    "40000",
    B.address,
    "80",
  ]);
  assertEquals([record.PacketsClientToServer, record.PacketsServerToClient], [2n, 1n]);
  assertEquals([record.BytesClientToServer, record.BytesServerToClient], [120n, 542n]);
  assertEquals([record.IPBytesClientToServer, record.IPBytesServerToClient], [68n, 528n]);
  assertEquals([record.PayloadBytesClientToServer, record.PayloadBytesServerToClient], [12n, 500n]);
  assertEquals([record.TimestampFirst, record.TimestampLast], [1_500_000_000n, 2_250_000_000n]);
  assertEquals(record.Duration, 750_000_000n);
  assertEquals([record.SrcMAC, record.DstMAC], ["02:00:00:00:00:01", "02:00:00:00:00:02"]);
  assertEquals([record.LinkProto, record.NetworkProto, record.TransportProto], [
    "Ethernet",
    "IPv4",
    "UDP",
  ]);
});

Deno.test("idle conversations end after the time of their protocol, by the packets' clock", () => {
  const echo = Uint8Array.of(8, 0, 0, 0, 0, 1, 0, 1);
  const other = { address: "10.0.0.9", port: 1 };
  const following = new Following();
  const add = (frame: FollowedFrame) => following.add(frame);
  add(segment(A, B, { at: 0 }));
  add(datagram(A, B, { at: 0 }));
  add(packet(1, A, B, echo, { at: 0 }));
  const ended = () => following.records.map(({ TransportProto }) => TransportProto);
  add(datagram(other, B, { at: 9.9 }));
  assertEquals(ended(), []);
  add(datagram(other, B, { at: 10.2 }));
  assertEquals(ended(), ["ICMPv4"]);
  add(datagram(other, B, { at: 59.9 }));
  assertEquals(ended(), ["ICMPv4"]);
  add(datagram(other, B, { at: 60.2 }));
  assertEquals(ended(), ["ICMPv4", "UDP"]);
  add(datagram(other, B, { at: 100 }));
  add(datagram(other, B, { at: 299.9 })); // its own 60 s are over, too
  assertEquals(ended(), ["ICMPv4", "UDP", "UDP"]);
  add(datagram(other, B, { at: 300.2 }));
  assertEquals(ended(), ["ICMPv4", "UDP", "UDP", "TCP"]);
  assertEquals(reasons(following.records), ["idle", "idle", "idle", "idle"]);
});

Deno.test("a clock that is set back ends nothing, and time goes on from there", () => {
  const following = new Following();
  following.add(datagram(A, B, { at: 10_000 }));
  following.add(datagram(A, B, { at: 5_000 }));
  following.add(datagram(B, A, { at: 5_030 }));
  assertEquals(following.records.length, 0);
  following.add(datagram({ ...A, port: 1 }, B, { at: 5_090 }));
  const { records, counts } = following.end();
  assertEquals(reasons(records), ["idle", "end"]);
  assertEquals(counts.clockSetBack, 1);
  assertEquals(records[0]!.TimestampFirst, 5_000n * BigInt(NANOS));
  assertEquals(records[0]!.TimestampLast, 10_000n * BigInt(NANOS));
  assertEquals(records[0]!.NumPackets, 3);
});

Deno.test("live, the steady clock counts, and no packet is needed", () => {
  const following = new Following();
  following.conversations.tick(1000);
  following.add(datagram(A, B, { at: 5 }));
  following.add(datagram(A, B, { at: 500 })); // the clock on the wall was set
  following.conversations.tick(1059);
  assertEquals(following.records.length, 0);
  following.conversations.tick(1060);
  assertEquals(reasons(following.records), ["idle"]);
  assertEquals(following.records[0]!.NumPackets, 2);
});

Deno.test("a conversation that lasts has numbered records of what is new, the last one with totals", () => {
  const frames = Array.from(
    { length: 25 },
    (_, at) => datagram(A, B, { at: 50 * at, payload: at }),
  );
  const { records } = follow(frames);
  assertEquals(reasons(records), ["active", "active", "active", "active", "end"]);
  assertEquals(records.map(({ Part }) => Part), [1, 2, 3, 4, 5]);
  assertEquals(records.map(({ NumPackets }) => NumPackets), [6, 6, 6, 6, 1]);
  assertEquals(new Set(records.map(({ ConnectionID }) => ConnectionID)).size, 1);
  const last = records.at(-1)!;
  assertEquals([last.TotalPacketsClientToServer, last.TimestampStart], [25n, 0n]);
  assertEquals(last.TotalPayloadBytesClientToServer, 300n); // 0 + 1 + … + 24
  assertEquals(last.TimestampFirst, 1_200n * BigInt(NANOS));
  const sum = records.reduce((total, record) => total + record.PayloadBytesClientToServer, 0n);
  assertEquals(sum, last.TotalPayloadBytesClientToServer);
  assertEquals(records[0]!.TotalPacketsClientToServer, 0n);
});

Deno.test("stragglers behind FIN and RST belong to their connection, 5 s long", () => {
  const following = new Following();
  for (const frame of exchange(A, B, 1)) following.add(frame);
  following.add(segment(A, B, { at: 2, seq: 3 }));
  following.add(datagram(A, B, { at: 6.9 }));
  assertEquals(following.records.length, 0);
  following.add(datagram(A, B, { at: 7.2 }));
  assertEquals(reasons(following.records), ["fin"]);
  assertEquals(following.records[0]!.NumPackets, 5);
});

Deno.test("a 5-tuple that is used again is another connection, with another identifier", () => {
  const { records } = follow([
    ...exchange(A, B, 1),
    ...exchange(A, B, 1.5, 7_000),
    syn(A, B, { at: 2, seq: 9_000 }),
    syn(A, B, { at: 3, seq: 9_000 }), // again, with the same number
    syn(A, B, { at: 4, seq: 20_000 }),
  ]);
  assertEquals(reasons(records), ["fin", "fin", "replaced", "end"]);
  assertEquals(records.map(({ NumPackets }) => NumPackets), [4, 4, 2, 1]);
  assertEquals(new Set(records.map(({ ConnectionID }) => ConnectionID)).size, 4);
  assertEquals(new Set(records.map(({ UID }) => UID)).size, 1);
});

Deno.test("flags of TCP are told by direction, of each record's own segments", () => {
  const following = new Following();
  following.add(syn(A, B, { at: 1, seq: 1 }));
  following.add(segment(B, A, { at: 1, flags: "SAE", seq: 1 }));
  following.add(segment(A, B, { at: 2, flags: "AP", seq: 2, payload: 3 }));
  for (const _ of following.conversations.writeParts());
  following.add(segment(A, B, { at: 3, flags: "A", seq: 5 }));
  following.add(segment(B, A, { at: 3, flags: "FAC", seq: 2 }));
  const { records } = following.end();
  assertEquals(
    records.map((each) => [each.TCPFlagsClientToServer, each.TCPFlagsServerToClient]),
    [[0x1a, 0x52], [0x10, 0x91]],
  );
  assertEquals(records.map(({ LinkProto }) => LinkProto), ["Ethernet", "Ethernet"]);
});

Deno.test("VLANs keep conversations apart, and are told", () => {
  const { records } = follow([
    datagram(A, B, { vlan: 7 }),
    datagram(B, A, { vlan: 7 }),
    datagram(A, B, { vlan: 300 }),
  ]);
  assertEquals(records.map(({ VLANs, NumPackets }) => [VLANs, NumPackets]), [[[7], 2], [[300], 1]]);
});

Deno.test("an echo and its reply are one conversation, of who asks; other messages one by type and code", () => {
  const icmp = (type: number, code: number, id: number) =>
    Uint8Array.of(type, code, 0, 0, 0, id, 0, 1);
  const { records } = follow([
    packet(1, A, B, icmp(8, 0, 5)),
    packet(1, B, A, icmp(0, 0, 5)),
    packet(1, B, A, icmp(8, 0, 5)), // the other one asks, too
    packet(1, A, B, icmp(8, 0, 6)),
    packet(1, B, A, icmp(3, 1, 0)),
    packet(1, B, A, icmp(3, 3, 0)),
    packet(1, A, B, icmp(14, 0, 0)), // an answer whose question was not seen
  ]);
  assertEquals(
    records.map((each) => [
      each.SrcIP,
      each.ICMPType,
      each.ICMPCode,
      each.ICMPIdentifier,
      each.NumPackets,
    ]),
    [
      [A.address, 8, 0, 5, 2],
      [B.address, 8, 0, 5, 1],
      [A.address, 8, 0, 6, 1],
      [B.address, 3, 1, 0, 1],
      [B.address, 3, 3, 0, 1],
      [B.address, 14, 0, 0, 1],
    ],
  );
});

Deno.test("sums of 32 bits stop at their largest, those of 64 are exact", () => {
  const following = new Following();
  const big = { ...datagram(A, B, { payload: 60_000 }), originalLength: 0x7fff0000 };
  following.add(big);
  following.add(big);
  const { records: [record] } = following.end();
  assertEquals(record!.TotalSize, 0x7fffffff);
  assertEquals(record!.BytesClientToServer, 2n * 0x7fff0000n);
});

Deno.test("a packet whose ports were cut off has unknown ports, and no Community ID", () => {
  const { records: [record], counts } = follow([datagram(A, B, { payload: 90, snapLength: 36 })]);
  assertEquals([record!.PortsUnknown, record!.SrcPort, record!.CommunityID], [true, "", ""]);
  assertEquals([record!.IPBytesClientToServer, counts.portsUnknown], [118n, 1]);
});

Deno.test("a flood of SYNs leaves memory flat and answered connections alone", () => {
  const maxBytes = 64 << 10;
  const following = new Following({ maxBytes });
  const long = exchange(A, B, 0).slice(0, 2);
  for (const frame of long) following.add(frame);
  for (let i = 0; i < 5_000; i++) {
    const from = { address: `172.16.${i >> 8}.${i & 255}`, port: 1024 + i };
    following.add(syn(from, B, { at: 1 + i / 1e6, seq: i }));
    assert(following.conversations.counts().open <= maxBytes / 400);
  }
  following.add(segment(A, B, { at: 2, seq: 2 }));
  const { records, counts } = following.end();
  const own = records.filter(({ SrcIP }) => SrcIP === A.address);
  assertEquals(own.map(({ NumPackets, EndReason }) => [NumPackets, EndReason]), [[3, "end"]]);
  assertEquals(counts.opened, 5_001);
  assertEquals(counts.evicted + counts.ended, 5_001);
  assertEquals(records.reduce((sum, { NumPackets }) => sum + NumPackets, 0), 5_003);
  // The longest idle ones went first, in their order.
  const evicted = records.filter(({ EndReason }) => EndReason === "evicted");
  assertEquals(evicted.map(({ SrcPort }) => SrcPort), evicted.map((_, at) => String(1024 + at)));
});

Deno.test("all that is there is written when it is asked for, and goes on", () => {
  const following = new Following();
  following.add(datagram(A, B, { at: 1 }));
  for (const _ of following.conversations.writeParts());
  for (const _ of following.conversations.writeParts()); // nothing is new
  following.add(datagram(A, B, { at: 2 }));
  const { records } = following.end();
  assertEquals(records.map(({ Part, NumPackets }) => [Part, NumPackets]), [[1, 1], [2, 1]]);
  assertEquals(reasons(records), ["active", "end"]);
});

Deno.test("fragments count where their first one belongs; without it, their ports are unknown", () => {
  // One datagram in three: pmacctd 1.7.7 has 3 packets of 3,068 octets for it.
  const content = new Uint8Array(3008);
  new DataView(content.buffer).setUint32(0, (A.port << 16) | B.port);
  new DataView(content.buffer).setUint16(4, content.length);
  const fragment = (offset: number, id: number) =>
    packet(17, A, B, content.slice(offset, offset + 1480), {
      id,
      fragment: { more: offset + 1480 < content.length, offset },
    });
  const { records } = follow([0, 1480, 2960].map((offset) => fragment(offset, 5)));
  assertEquals(records.length, 1);
  const { NumPackets, IPBytesClientToServer, NumFragments, SrcPort } = records[0]!;
  assertEquals([NumPackets, IPBytesClientToServer, NumFragments], [3, 3068n, 3]);
  assertEquals(SrcPort, "40000");
  const { records: alone } = follow([fragment(1480, 6), fragment(0, 7), fragment(1480, 7)]);
  assertEquals(
    alone.map(({ PortsUnknown, NumPackets }) => [PortsUnknown, NumPackets]),
    [[true, 1], [false, 2]],
  );
});
