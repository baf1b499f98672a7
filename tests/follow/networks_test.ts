import { assert, assertEquals } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { follow, type FollowedFrame } from "./follow_capture.ts";
import { datagram, type End, packet, segment } from "./packets.ts";

const CLIENT: End = { address: "10.0.0.1", port: 4000 };
const SERVER: End = { address: "10.0.0.2", port: 53 };
const ROUTERS = [{ address: "172.16.0.1" }, { address: "172.16.0.2" }] as const;
const ETHERNET_BYTES = 14;
const UDP = 17;
const GRE = 47;

/** Puts a frame into a tunnel with that identifier. */
type Wrap = (inner: FollowedFrame, id: number) => FollowedFrame;

/** By tunnel: its header, of RFC 7348, 8926, 2784 and 2890, TS 29.281, RFC 3032, 2661, 8300, 9300, and drafts. */
const TUNNELS: Readonly<Record<string, Wrap>> = {
  "VXLAN": overUdp(4789, (id) => [0x08, 0, 0, 0, ...bytesOf(id << 8)], 0),
  "VXLAN-GPE": overUdp(4790, (id) => [0x0c, 0, 0, 1, ...bytesOf(id << 8)]),
  "Geneve": overUdp(6081, (id) => [0, 0, 0x65, 0x58, ...bytesOf(id << 8)], 0),
  "GTP": overUdp(2152, (id, length) => [0x30, 0xff, length >> 8, length, ...bytesOf(id)]),
  "L2TP": overUdp(1701, (id) => [0, 2, ...bytesOf(id), 0xff, 3, 0, 0x21]),
  "LISP": overUdp(4341, (id) => [0x08, 0, 0, 0, ...bytesOf(id << 8)]),
  "GRE": (inner, id) => outside(inner, GRE, [0x20, 0, 8, 0, ...bytesOf(id)]),
  "MPLS": (inner, id) => behindType(inner, 0x8847, bytesOf((id << 12) | 0x140)),
  "NSH": (inner, id) => behindType(inner, 0x894f, [0x0f, 0xc2, 2, 1, ...bytesOf((id << 8) | 255)]),
};
/** Those whose identifier may be another one in each direction. */
const BY_DIRECTION = ["GRE", "Geneve", "GTP", "MPLS", "L2TP", "NSH"];

for (const [name, wrap] of Object.entries(TUNNELS)) {
  Deno.test(`${name}: the same addresses and ports in two networks are two conversations`, () => {
    const frames = [
      ...[wrap(ask(1), 7), wrap(ask(2), 9), wrap(answer(3), 9), wrap(answer(4), 7)],
      ...[wrap(ask(5), 9), wrap(answer(6), 9)],
    ];
    const { records, counts } = follow(frames);
    assertEquals(counts.opened, 2);
    const told = records.map((each) => [
      ...[each.Tunnel, each.TunnelID, each.SrcIP],
      ...[Number(each.PacketsClientToServer), Number(each.PacketsServerToClient)],
    ]);
    assertEquals(told, [[name, 7, "10.0.0.1", 1, 1], [name, 9, "10.0.0.1", 2, 2]]);
  });
}

for (const name of BY_DIRECTION) {
  Deno.test(`${name}: so they are where each direction has an identifier of its own`, () => {
    const wrap = TUNNELS[name]!;
    const frames = [
      ...[wrap(ask(1), 7), wrap(answer(2), 70), wrap(ask(3), 9), wrap(answer(4), 90)],
      ...[wrap(answer(5), 70), wrap(ask(6), 9), wrap(answer(7), 90)],
    ];
    const { records } = follow(frames);
    const told = records.map((each) => [each.TunnelID, each.NumPackets]);
    assertEquals(told, [[7, 3], [9, 4]]);
  });
}

Deno.test("an answer that comes first has the identifier of its direction, too", () => {
  const wrap = TUNNELS["GTP"]!;
  const synAck = segment(SERVER, CLIENT, { flags: "SA", at: 1 });
  const ack = segment(CLIENT, SERVER, { flags: "A", at: 2 });
  const { records } = follow([wrap(synAck, 70), wrap(ack, 7), wrap(synAck, 71)]);
  assertEquals(records.map((each) => [each.SrcIP, each.TunnelID, each.NumPackets]), [
    ["10.0.0.1", 7, 2],
    ["10.0.0.1", 71, 1],
  ]);
});

Deno.test("however many tunnels there are with the same addresses and ports, a packet costs as much", () => {
  const wrap = TUNNELS["GTP"]!;
  const frames = Array.from({ length: 100 }, (_, id) => wrap(ask(1), id + 1));
  const { records, packets } = follow(frames);
  assert(records.length <= 16, `${records.length} conversations`);
  assertEquals(records.reduce((sum, { NumPackets }) => sum + NumPackets, 0), packets);
});

Deno.test("fragments belong to the datagram of their own network", () => {
  const wrap = TUNNELS["VXLAN"]!;
  const first = (port: number) =>
    datagram({ ...CLIENT, port }, SERVER, {
      payload: 16,
      id: 5,
      fragment: { more: true, offset: 0 },
    });
  const later = packet(UDP, CLIENT, SERVER, new Uint8Array(8), {
    id: 5,
    fragment: { more: false, offset: 24 },
  });
  const { records } = follow([
    ...[wrap(first(4000), 7), wrap(first(4001), 9), wrap(later, 7), wrap(later, 9)],
  ]);
  const told = records.map((each) => [each.TunnelID, each.SrcPort, each.NumPackets]);
  assertEquals(told, [[7, "4000", 2], [9, "4001", 2]]);
});

function ask(at: number): FollowedFrame {
  return datagram(CLIENT, SERVER, { at, payload: 40 });
}

function answer(at: number): FollowedFrame {
  return datagram(SERVER, CLIENT, { at, payload: 40 });
}

/** @param skip Of the frame, what the tunnel does not carry: by default the Ethernet header. */
function overUdp(
  port: number,
  header: (id: number, length: number) => number[],
  skip = ETHERNET_BYTES,
): Wrap {
  return (inner, id) => {
    const carried = inner.bytes.subarray(skip);
    const content = concat([Uint8Array.from(header(id, carried.length)), carried]);
    const udp = [port, port, 8 + content.length, 0].flatMap((field) => [field >> 8, field]);
    return timed(packet(UDP, ...ROUTERS, concat([Uint8Array.from(udp), content])), inner);
  };
}

function outside(inner: FollowedFrame, protocol: number, header: number[]): FollowedFrame {
  const carried = inner.bytes.subarray(ETHERNET_BYTES);
  return timed(packet(protocol, ...ROUTERS, concat([Uint8Array.from(header), carried])), inner);
}

function behindType(inner: FollowedFrame, type: number, header: number[]): FollowedFrame {
  const ethernet = inner.bytes.slice(0, ETHERNET_BYTES);
  ethernet.set([type >> 8, type], ETHERNET_BYTES - 2);
  const carried = inner.bytes.subarray(ETHERNET_BYTES);
  const bytes = concat([ethernet, Uint8Array.from(header), carried]);
  return { ...inner, bytes, originalLength: bytes.length };
}

function timed(frame: FollowedFrame, { sec, nsec }: FollowedFrame): FollowedFrame {
  return { ...frame, sec, nsec };
}

function bytesOf(number: number): number[] {
  return [number >> 24, number >> 16, number >> 8, number].map((byte) => byte & 0xff);
}
