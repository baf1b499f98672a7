import { assertEquals } from "@std/assert";
import { IPSecESPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { inUdp, OUTER_BYTES } from "./in_udp.ts";

const ESP = "00000001 00000002 78787878 78787878 78787878";
const IKE = frame("696e697469617465 726573706f6e6473 21 20 22 08 00000000 0000001c");

Deno.test("ESP in UDP has the record of ESP (RFC 3948)", () => {
  const decoded = decodeFrame(inUdp(4500, ESP));
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "IPSecESP"]);
  const [esp] = decoded.recordsOf(IPSecESPSchema);
  assertEquals([esp!.SPI, esp!.Seq, esp!.LenEncrypted], [1, 2, 12]);
});

Deno.test("IKE is behind four zeros there, and alone on its own port", () => {
  for (const packet of [inUdp(4500, frame("00000000", IKE)), inUdp(500, IKE)]) {
    const { types, counts } = decodeFrame(packet);
    assertEquals(types, ["Ethernet", "IPv4", "UDP"]);
    assertEquals(counts.decoded, 1);
  }
});

Deno.test("a keepalive is one byte", () => {
  assertEquals(decodeFrame(inUdp(4500, "ff")).counts.decoded, 1);
});

Deno.test("what is neither is counted", () => {
  assertRefused(inUdp(4500, "0000"), undefined, "UdpEncapsulatedEsp truncated");
  assertRefused(inUdp(4500, "00000001"), undefined, "IpsecEsp truncated");
  const whole = inUdp(500, IKE);
  assertTruncated(whole, OUTER_BYTES + 1, whole.length - 1, undefined, "Ike truncated");
  assertRefused(inUdp(500, IKE.with(17, 0x30)), undefined, "Ike malformed");
  assertRefused(inUdp(500, IKE.with(27, 0x1b)), undefined, "Ike malformed");
});
