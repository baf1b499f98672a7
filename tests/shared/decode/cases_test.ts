/** Frames that were reported, and what is right of each; the file says where it is from. */
import { assertEquals } from "@std/assert";
import {
  DNSSchema,
  IPSecESPSchema,
  IPv4Schema,
  IPv6Schema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import {
  type DecodedFrame,
  decodeFrame,
  frame,
  type FrameOptions,
} from "../../decode/decode_frame.ts";
import { SHARED } from "../shared.ts";

const OUTER = ["Ethernet", "IPv4", "UDP"];
const V4 = ["192.0.2.1", "198.51.100.2"];

function decodeCase(name: string, options: FrameOptions = {}): DecodedFrame {
  const text = Deno.readTextFileSync(new URL(`cases/${name}.txt`, SHARED));
  const [, bytes] = /^frame ([0-9a-f]+)$/m.exec(text)!;
  return decodeFrame(frame(bytes!), options);
}

function assertQuestion(decoded: DecodedFrame): void {
  const [dns] = decoded.recordsOf(DNSSchema);
  const names = dns!.Questions.map(({ Name }) => new TextDecoder().decode(Name));
  assertEquals([dns!.ID, names], [7, ["www.example.test"]]);
}

Deno.test("ESP in UDP 4500", () => {
  const decoded = decodeCase("udp-esp-4500");
  assertEquals(decoded.types, [...OUTER, "IPSecESP"]);
  const [esp] = decoded.recordsOf(IPSecESPSchema);
  assertEquals([esp!.SPI, esp!.Seq], [1, 1]);
});

for (const name of ["udp-l2tp-1701", "udp-vxlan-gpe-4790"]) {
  Deno.test(`the packet in ${name}`, () => {
    const decoded = decodeCase(name);
    assertEquals(decoded.types, [...OUTER, "IPv4", "UDP", "DNS"]);
    const inner = decoded.recordsOf(IPv4Schema)[1]!;
    assertEquals([inner.SrcIP, inner.DstIP], V4);
    assertQuestion(decoded);
  });
}

Deno.test("the packet in udp-teredo-3544", () => {
  const decoded = decodeCase("udp-teredo-3544");
  assertEquals(decoded.types, [...OUTER, "IPv6", "UDP", "DNS"]);
  const inner = decoded.recordsOf(IPv6Schema)[0]!;
  assertEquals([inner.SrcIP, inner.DstIP], ["2001:db8::1", "2001:db8::2"]);
  assertQuestion(decoded);
});

Deno.test("the ports and the UDP header of a first fragment", () => {
  const decoded = decodeCase("ip-fragment-first", { defrag: true });
  assertEquals(decoded.types, OUTER);
  const [ip] = decoded.recordsOf(IPv4Schema);
  assertEquals([ip!.SrcPort, ip!.DstPort], [53, 40_000]);
  const [udp] = decoded.recordsOf(UDPSchema);
  assertEquals([udp!.SrcPort, udp!.DstPort, udp!.Length], [53, 40_000, 2_008]);
});
