/** What users say about numbers; the syntax is that of tshark's -d. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseDecodeAs } from "../../lib/decode/decode_as.ts";
import { DECODERS } from "../../lib/decode/registry.ts";

const parse = (text: string) => {
  const parsed = parseDecodeAs(text, DECODERS);
  if (!parsed.ok) return parsed.message;
  const { table, numbers, decoder } = parsed.value;
  return [table, numbers, decoder.name];
};

Deno.test("fields, numbers and names are Wireshark's", () => {
  assertEquals(parse("udp.port==8472,vxlan"), ["udpPort", [8472], "Vxlan"]);
  assertEquals(parse("udp.port == 0x2118 , VXLAN"), ["udpPort", [8472], "Vxlan"]);
  assertEquals(parse("tcp.port==8888-8890,dns"), ["tcpPort", [8888, 8889, 8890], "DnsOverTcp"]);
  assertEquals(parse("tcp.port==8888:3,mbtcp"), ["tcpPort", [8888, 8889, 8890], "Modbus"]);
  assertEquals(parse("udp.port==65535,dns"), ["udpPort", [65535], "Dns"]);
  assertEquals(parse("ethertype==0x9200,vlan"), ["etherType", [0x9200], "Dot1Q"]);
  assertEquals(parse("ip.proto==99,gre"), ["ipProtocol", [99], "Gre"]);
});

Deno.test("what is none of that is refused in one line, with the nearest name", () => {
  const wrong: readonly [string, RegExp][] = [
    ["", /: wanted a field, a number and a decoder, as in udp\.port==8472,vxlan$/],
    ["udp.port=8472,vxlan", /: wanted a field, a number/],
    ["udp.prot==8472,vxlan", /: it has no field "udp\.prot": did you mean udp\.port\?$/],
    ["sctp.port==1,diameter", /: it has no field "sctp\.port": did you mean (tcp|udp)\.port\?$/],
    ["frame.len==1,dns", /: it has no field "frame\.len"; wanted one of udp\.port, tcp\.port, /],
    ["udp.port==8472,vxlam", /: no decoder "vxlam" stands behind udp\.port: did you mean vxlan\?$/],
    // What stands behind UDP does not know TCP's stream.
    [
      "tcp.port==5060,vxlan",
      /: no decoder "vxlan" stands behind tcp\.port; wanted one of .*diameter/,
    ],
    ...["65536", "-1", "7-6", "1:0", "1-", "0x", "65535:2", "1e3"].map((selector) =>
      [`udp.port==${selector},dns`, /: ".*" is no number of udp\.port; wanted 0 to 65535/] as [
        string,
        RegExp,
      ]
    ),
    ["ip.proto==256,gre", /: "256" is no number of ip\.proto; wanted 0 to 255/],
    ["constructor==1,dns", /: it has no field "constructor"/],
    ["udp.port==1,constructor", /: no decoder "constructor"/],
  ];
  for (const [text, message] of wrong) {
    const said = parse(text);
    assert(typeof said === "string", text);
    assertMatch(said, message);
    assertEquals(said.startsWith(`Wrong value "${text}" of -decode-as: `), true);
  }
});
