import { assertEquals } from "@std/assert";
import { WireWriter } from "../../../lib/base/record/wire_writer.ts";
import { parseDecodeAs } from "../../../lib/decode/decode_as.ts";
import { Dissector } from "../../../lib/decode/dissect.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { typeName } from "../../../lib/base/record/record_types.ts";
import { inUdp, IPV4 } from "./in_udp.ts";

/** Names of the records, and counts, of a packet where users have said what port 5555 is. */
function decodeAs(protocol: string, payload: string) {
  const told = parseDecodeAs(`udp.port==5555,${protocol}`, DECODERS);
  if (!told.ok) throw new Error(told.message);
  const types: string[] = [];
  const out = new WireWriter(1024);
  const sink = {
    begin: () => out,
    commit: (type: number) => types.push(typeName(type)) > 0,
    rewind: () => {},
  };
  const options = { payload: false, context: true, entropy: false };
  const dissector = new Dissector(DECODERS, sink, options, () => true, [told.value]);
  const packet = inUdp(5555, payload);
  dissector.packet(packet, 0, packet.length, packet.length, 0, 0, 1);
  return { types: types.slice(3), counts: dissector.counts() };
}

Deno.test("where users say so, GUE has an IP protocol behind its header and fields", () => {
  assertEquals(decodeAs("gue", `00040000 ${IPV4}`).types, ["IPv4", "ICMPv4"]);
  assertEquals(decodeAs("gue", `02040000 0102030405060708 ${IPV4}`).types, ["IPv4", "ICMPv4"]);
});

Deno.test("version 1 is the packet itself, as in Foo over UDP", () => {
  for (const name of ["gue", "fou"]) assertEquals(decodeAs(name, IPV4).types, ["IPv4", "ICMPv4"]);
});

Deno.test("Foo over UDP with GRE is told as GRE", () => {
  assertEquals(decodeAs("gre", `00000800 ${IPV4}`).types, ["GRE", "IPv4", "ICMPv4"]);
});

Deno.test("what is cut, controls or has another version is counted", () => {
  assertEquals(decodeAs("gue", "000400").counts.failed, { "Gue truncated": 1 });
  assertEquals(decodeAs("gue", "0204000001").counts.failed, { "Gue truncated": 1 });
  assertEquals(decodeAs("gue", "20040000").counts.failed, { "Gue unsupported": 1 });
  assertEquals(decodeAs("gue", "80040000").counts.failed, { "Gue unsupported": 1 });
});
