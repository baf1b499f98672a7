import { create } from "@bufbuild/protobuf";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/dns_udp.pcap, frame 1.
const QUERY = frame(
  "001122334466 001122334455 0800 45000054 59cd0000 401194ae c0a8010b d157f912",
  "abbe 0035 0040 7824",
  "5934 0120 0001000000000001 03777777 0774637064756d70 036f726700",
  "00010001 000029100000000000000c 000a0008 42f5d00996f90b13",
);
const HEADER_AT = 34;
const PAYLOAD_AT = 42;

Deno.test("a datagram gives the original's record", () => {
  const decoded = decodeFrame(QUERY, { nanos: 1591780794740079000n });
  assertEquals(decoded.recordsOf(UDPSchema), [create(UDPSchema, {
    Timestamp: 1591780794740079000n,
    SrcPort: 43966,
    DstPort: 53,
    Length: 64,
    Checksum: 30756,
    PayloadSize: 56,
    SrcIP: "192.168.1.11",
    DstIP: "209.87.249.18",
  })]);
  assertCanonical(decoded, UDPSchema);
});

Deno.test("payload and entropy are there on request, addresses unless it is declined", () => {
  const decoded = decodeFrame(QUERY, { payload: true, entropy: true, context: false });
  const [udp] = decoded.recordsOf(UDPSchema);
  assertEquals(udp?.Payload, QUERY.slice(PAYLOAD_AT));
  assertAlmostEquals(udp!.PayloadEntropy, 4.002441516128528); // by a sum in Python
  assertEquals([udp?.SrcIP, udp?.DstIP], ["", ""]);
  assertCanonical(decoded, UDPSchema);
});

Deno.test("the payload ends where the length says, and is all there is at length 0", () => {
  const size = (length: string) =>
    decodeFrame(patched(QUERY, HEADER_AT + 4, length)).recordsOf(UDPSchema)[0]?.PayloadSize;
  assertEquals(size("0008"), 0);
  assertEquals(size("0009"), 1);
  assertEquals(size("ffff"), 56);
  assertEquals(size("0000"), 56);
});

Deno.test("a payload of thousands of bytes is kept whole", () => {
  const payload = new Uint8Array(9000).map((_, at) => at % 251);
  const decoded = decodeFrame(
    frame(
      QUERY.subarray(0, 14),
      "45000000 00010000 40110000 0a000001 0a000002 0400 0401 0000 0000",
      payload,
    ),
    { payload: true },
  );
  assertEquals(decoded.recordsOf(UDPSchema)[0]?.Payload, payload);
  assertCanonical(decoded, UDPSchema);
});

Deno.test("either port says what follows, the destination's when both are known", () => {
  const typesAt = (ports: string) => decodeFrame(patched(QUERY, HEADER_AT, ports)).types;
  const outer = ["Ethernet", "IPv4", "UDP"];
  assertEquals(typesAt("9c40 0035"), [...outer, "DNS"]);
  assertEquals(typesAt("0035 9c40"), [...outer, "DNS"]);
  assertEquals(typesAt("9c40 9c41"), outer);
  assertEquals(typesAt("12b5 0035"), [...outer, "DNS"]); // VXLAN's and DNS's
  assertEquals(typesAt("0035 12b5").slice(0, 4), [...outer, "VXLAN"]);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(QUERY, HEADER_AT + 1, PAYLOAD_AT - 1, UDPSchema, "Udp truncated");
});

Deno.test("a length below that of the header gives no record", () => {
  assertRefused(patched(QUERY, HEADER_AT + 4, "0007"), UDPSchema, "Udp malformed");
  assertRefused(patched(QUERY, HEADER_AT + 4, "0001"), UDPSchema, "Udp malformed");
});
