import { assertEquals } from "@std/assert";
import { NetBIOSNamesSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";

/** Ethernet, IPv4 and UDP in front of a message; lengths are those of the message. */
function message(hex: string): Uint8Array {
  const bytes = frame(hex);
  const u16 = (value: number) => value.toString(16).padStart(4, "0");
  return frame(
    "ffffffffffff 00005e005301 0800",
    `4500${u16(28 + bytes.length)} 0000 0000 4011 0000 c0000201 c00002ff`,
    `0089 0089 ${u16(8 + bytes.length)} 0000 ${hex}`,
  );
}

const letters = (text: string) => new TextEncoder().encode(text).toHex();
/** FRED with the scope NETBIOS.COM: RFC 1001, section 14.1. */
const FRED = `20${letters("EGFCEFEECACACACACACACACACACACACA")} 07${letters("NETBIOS")} 03${
  letters("COM")
} 00`;
const HEADER = "1234 2910 0001 0000 0000 0001";
/** A registration, whose record points to the name of the question (RFC 1002, section 4.2.2). */
const REGISTRATION = message(
  `${HEADER} ${FRED} 0020 0001 c00c 0020 0001 00000e10 0006 e000 c0000201`,
);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("a name is decoded, with its suffix and scope, also where a pointer leads to it", () => {
  const decoded = decodeFrame(REGISTRATION);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "NetBIOSNames"]);
  assertCanonical(decoded, NetBIOSNamesSchema);
  const [record] = decoded.recordsOf(NetBIOSNamesSchema);
  const { ID, IsResponse, OpCode, Flags, ResponseCode, SrcIP, DstPort, Truncated } = record!;
  assertEquals([ID, IsResponse, OpCode, Flags, ResponseCode], [0x1234, false, 5, 0x11, 0]);
  assertEquals([SrcIP, DstPort, Truncated], ["192.0.2.1", 137, false]);
  const [added] = record!.Additionals;
  for (const { Name, Suffix, Scope, Type, Class } of [record!.Questions[0]!, added!]) {
    assertEquals([text(Name), Suffix, text(Scope)], ["FRED", 0x20, "NETBIOS.COM"]);
    assertEquals([Type, Class], [32, 1]);
  }
  assertEquals([added!.TTL, added!.DataLength], [3600, 6]);
  assertEquals(added!.Addresses.map(({ Flags, IP }) => [Flags, IP]), [[0xe000, "192.0.2.1"]]);
});

Deno.test("what a host tells of itself may be less than it says", () => {
  const name = `20${letters("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")} 00`;
  const answer = (data: string) =>
    decodeFrame(message(
      `0001 8400 0000 0001 0000 0000 ${name} 0021 0001 00000000 ${
        frame(data).length.toString(16).padStart(4, "0")
      } ${data}`,
    )).recordsOf(NetBIOSNamesSchema)[0]!.Answers[0]!;
  const host = `${letters("FILES".padEnd(15))} 20 0400`;
  const whole = answer(`01 ${host} 00005e005301 0000`);
  assertEquals([text(whole.Name), whole.Suffix], ["*", 0]);
  assertEquals(whole.Names.map(({ Name, Suffix, Flags }) => [text(Name), Suffix, Flags]), [
    ["FILES", 0x20, 0x0400],
  ]);
  assertEquals(whole.UnitID, "00:00:5e:00:53:01");
  assertEquals(answer(`02 ${host} 00005e005301 0000`).Names, []);
  const short = answer(`01 ${host} 00005e0053`);
  assertEquals([short.Names.length, short.UnitID], [1, ""]);
  assertEquals(answer("").Names, []);
});

Deno.test("names that are none, and messages that end early, are refused", () => {
  const refused = (hex: string, why: string) =>
    assertRefused(message(hex), NetBIOSNamesSchema, `NetbiosNames ${why}`);
  refused("1234 0110 0001 0000 0000", "truncated");
  refused(`${HEADER} 20${letters("EGFCEFEECACACACACACACACACACACACA")}`, "truncated");
  refused(`${HEADER} 20${letters("EGFCEFEECACACACACACACACACACACACQ")} 00 0020 0001`, "malformed");
  refused(`${HEADER} 03${letters("www")} 00 0020 0001`, "malformed");
  refused(`${HEADER} c00c 0020 0001`, "malformed");
  assertTruncated(REGISTRATION, 43, 53, NetBIOSNamesSchema, "NetbiosNames truncated");
});
