import { assertEquals } from "@std/assert";
import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { FRAME, inUdp, IPV4, OUTER_BYTES } from "./in_udp.ts";

const OUTER = ["Ethernet", "IPv4", "UDP"];
const PPP = frame("ff030021", IPV4);
const IPV4_115 = "020000000002 020000000001 0800" +
  "45000042 00010000 40 73 0000 c0000201 c6336402";

Deno.test("version 2: PPP is behind what the flags say (RFC 2661)", () => {
  const headers = [
    "0002 0004 0005",
    "4002 0028 0004 0005", // length
    "0802 0004 0005 0001 0002", // sequence numbers
    "0202 0004 0005 0003 000000", // padding
    "4a02 002e 0004 0005 0001 0002 0000",
  ];
  for (const header of headers) {
    assertEquals(decodeFrame(inUdp(1701, header, PPP)).types, [...OUTER, "IPv4", "ICMPv4"], header);
  }
});

Deno.test("version 2: what is behind the length does not count", () => {
  const { types } = decodeFrame(inUdp(1701, "4002 0008 0004 0005", PPP));
  assertEquals(types, OUTER);
  assertRefused(inUdp(1701, "4002 0007 0004 0005", PPP), undefined, "L2tp malformed");
});

Deno.test("messages about tunnels end the packet, of either version", () => {
  for (const message of ["c802 000c 0004 0000 0001 0002", "c803 000c 00000004 0001 0002"]) {
    assertEquals(decodeFrame(inUdp(1701, message)).counts.decoded, 1);
  }
});

Deno.test("version 3: cookie and sublayer are told by the frame behind them (RFC 3931)", () => {
  for (const agreed of ["", "01020304", "0102030405060708", "0102030405060708 40000001"]) {
    const decoded = decodeFrame(inUdp(1701, "0003 0000 00000007", agreed, FRAME));
    assertEquals(decoded.types, [...OUTER, "Ethernet", "IPv4", "ICMPv4"], agreed);
    assertEquals(decoded.recordsOf(EthernetSchema)[1]!.SrcMAC, "02:00:00:00:00:03");
  }
  assertRefused(inUdp(1701, "0003 0000 00000007", IPV4), undefined, "L2tp unsupported");
});

Deno.test("version 3 without UDP begins with the session", () => {
  const { types } = decodeFrame(frame(IPV4_115, "00000007", FRAME));
  assertEquals(types, ["Ethernet", "IPv4", "Ethernet", "IPv4", "ICMPv4"]);
  assertEquals(decodeFrame(frame(IPV4_115, "00000000 c803", new Uint8Array(40))).counts.decoded, 1);
});

Deno.test("a header cut short, and another version, is counted", () => {
  const whole = inUdp(1701, "4a02 0000 0004 0005 0001 0002 0002 0000");
  assertTruncated(whole, OUTER_BYTES + 1, whole.length - 1, undefined, "L2tp truncated");
  assertRefused(inUdp(1701, "0003 0000 0000"), undefined, "L2tp truncated");
  assertRefused(inUdp(1701, "0001 0004 0005"), undefined, "L2tp unsupported");
});
