/** What records say of the tunnel that their header was in. */
import { assertEquals } from "@std/assert";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Tunnel, TUNNEL_NAMES } from "../../lib/decode/tunnels.ts";
import { ICMPv4Schema, IPv4Schema, UDPSchema } from "../../proto/gen/netcap_pb.ts";
import { assertCanonical, decodeFrame, frame } from "./decode_frame.ts";
import { FRAME, inUdp, IPV4 } from "./tunnel/in_udp.ts";

const MACS = "020000000002 020000000001";
const IPV6 =
  "60000000 0000 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";

/** An IPv4 packet 192.0.2.1 > 198.51.100.2 with that protocol. */
function inIp(protocol: string, ...payload: string[]): Uint8Array<ArrayBuffer> {
  return frame(MACS, "0800", `45000000 00010000 40 ${protocol} 0000 c0000201 c6336402`, ...payload);
}

/** The last record's tunnel and identifier. */
function innermost(packet: Uint8Array): [string, number] {
  const decoded = decodeFrame(packet);
  const schema = recordSchema(
    DECODERS.find((each) => each.schema?.name === decoded.types.at(-1))!.type,
  )!;
  assertCanonical(decoded, schema);
  const record = decoded.recordsOf(schema).at(-1) as unknown as {
    Tunnel: string;
    TunnelID: number;
  };
  return [record.Tunnel, record.TunnelID];
}

Deno.test("the records inside have the kind of the tunnel and its identifier", () => {
  const packets: [string, number, Uint8Array][] = [
    ["IP", 0, inIp("04", IPV4)],
    ["IP", 0, inIp("29", IPV6)], // 6in4
    ["GRE", 0, inIp("2f", "0000 0800", IPV4)],
    ["GRE", 0xdeadbeef, inIp("2f", "a000 0800 00000000 deadbeef", IPV4)],
    ["GRE", 0x1234, inIp("2f", "2001 880b 001e1234 0021", IPV4)], // PPTP: the call
    ["ERSPAN", 0x2a5, inIp("2f", "1000 88be 00000001 1000 02a5 00000000", FRAME)],
    ["ERSPAN", 0, inIp("2f", "0000 88be", FRAME)],
    ["EtherIP", 0, inIp("61", "3000", FRAME)],
    ["VXLAN", 0xabcdef, inUdp(4789, "08000000 abcdef00", FRAME)],
    ["Geneve", 0x123456, inUdp(6081, "0000 6558 12345600", FRAME)],
    ["GTP", 0xfedcba98, inUdp(2152, "30 ff 001c fedcba98", IPV4)],
    ["MPLS", 200, inUdp(6635, "000640ff 000c81ff", IPV4)], // labels 100 and 200
    ["L2TP", 0x00040005, inUdp(1701, "0002 0004 0005 0021", IPV4)],
    ["L2TP", 7, inUdp(1701, "0003 0000 00000007", FRAME)],
    ["Teredo", 0, inUdp(3544, IPV6)],
    ["VXLAN-GPE", 42, inUdp(4790, "0c000001 00002a00", IPV4)],
    ["CAPWAP", 1, inUdp(5247, "00 104200 00000000", FRAME)],
    ["PIM", 0, inIp("67", "2100deff 00000000", IPV4)],
    ["LISP", 42, inUdp(4341, "88123456 00002a01", IPV4)],
    ["LISP", 0, inUdp(4341, "80123456 00002a01", IPV4)],
    ["NSH", 3, frame(MACS, "894f", "0fc20201 000003ff", IPV4)],
    ["PBB", 0x1234, frame(MACS, "88e7", "00001234", FRAME)],
  ];
  const seen = new Set(packets.map(([name]) => name));
  assertEquals(TUNNEL_NAMES.filter((name) => !seen.has(name)), ["", "GUE"]); // GUE has to be told
  for (const [name, id, packet] of packets) assertEquals(innermost(packet), [name, id], name);
});

Deno.test("there are as many names as kinds", () => {
  assertEquals(Object.values(Tunnel), TUNNEL_NAMES.map((_, number) => number));
});

Deno.test("the header of the tunnel and those around it are not in it", () => {
  const decoded = decodeFrame(inUdp(4789, "08000000 abcdef00", FRAME));
  assertEquals(decoded.recordsOf(IPv4Schema).map((each) => each.Tunnel), ["", "VXLAN"]);
  assertEquals(decoded.recordsOf(UDPSchema).map((each) => each.Tunnel), [""]);
});

Deno.test("customers with the same addresses are told apart", () => {
  const ids = ["00000100", "00000200"].map((network) =>
    decodeFrame(inUdp(4789, "08000000", network, FRAME)).recordsOf(ICMPv4Schema)[0]!
  );
  assertEquals(ids.map((each) => each.TunnelID), [1, 2]);
  assertEquals({ ...ids[0], TunnelID: 0 }, { ...ids[1], TunnelID: 0 });
});

Deno.test("of tunnels in one another it is the innermost", () => {
  const inner = inIp("2f", "2000 0800 00000007", IPV4);
  assertEquals(innermost(inUdp(4789, "08000000 00000100", inner)), ["GRE", 7]);
});

Deno.test("the context is that of the packet inside, as far as it has one", () => {
  const decoded = decodeFrame(inUdp(4789, "08000000 00000100", FRAME));
  const [outer, inner] = decoded.recordsOf(IPv4Schema);
  assertEquals([outer!.SrcPort, outer!.DstPort], [40000, 4789]);
  assertEquals([inner!.SrcPort, inner!.DstPort], [0, 0]);
  const icmp = decoded.recordsOf(ICMPv4Schema)[0]!;
  assertEquals([icmp.SrcIP, icmp.DstIP], ["10.0.0.1", "10.0.0.2"]);
});

Deno.test("so many tunnels in one another are gone into as is said", () => {
  const packet = inUdp(4789, "08000000 00000100", FRAME);
  const refused = decodeFrame(packet, { tunnelDepth: 0 });
  assertEquals(refused.types, ["Ethernet", "IPv4", "UDP", "VXLAN"]);
  assertEquals(refused.counts.failed, { "Ethernet too deep": 1 });
  assertEquals(decodeFrame(packet, { tunnelDepth: 1 }).types.length, 7);
  const header = "45000000 00010000 40 04 0000 c0000201 c6336402";
  const nested = frame(MACS, "0800", ...Array.from({ length: 20 }, () => header), IPV4);
  const deep = decodeFrame(nested);
  assertEquals(deep.types.filter((type) => type === "IPv4").length, 9); // one in eight
  assertEquals(deep.counts.failed, { "IPv4 too deep": 1 });
});

Deno.test("both fields have the same numbers in every record of a decoder", () => {
  for (const { type } of DECODERS) {
    const schema = recordSchema(type);
    if (schema === undefined) continue;
    const numbers = schema.fields.filter(({ name }) => name.startsWith("Tunnel"))
      .map(({ name, number }) => [name, number]);
    assertEquals(numbers, [["Tunnel", 1005], ["TunnelID", 1006]], schema.name);
  }
});
