import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import {
  LinkLayerDiscoveryInfoSchema,
  LinkLayerDiscoverySchema,
} from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frames 5 and 6, without the padding.
const ETHERNET = "0180c200000e 02005e005301 88cc";
const CHASSIS = "0207 04 02005e005301";
const PORT = "0405 05 73777031";
const ADDRESS = "100e 07 06 02005e005301 03 00000007 00";
const WHOLE = frame(ETHERNET, CHASSIS, PORT, "0602 001e", ADDRESS, "0000");
const DOWN = frame(ETHERNET, CHASSIS, PORT, "0602 0000 0000");
const CHASSIS_AT = 14;
const PORT_AT = CHASSIS_AT + 9;
const TIME_AT = PORT_AT + 7;
const ADDRESS_AT = TIME_AT + 4;

Deno.test("chassis, port and time to live come first, the other values as they are", () => {
  const decoded = decodeFrame(WHOLE, { nanos: 7n });
  assertEquals(decoded.recordsOf(LinkLayerDiscoverySchema), [create(LinkLayerDiscoverySchema, {
    Timestamp: 7n,
    ChassisID: { Subtype: 4, ID: frame("02005e005301") },
    PortID: { Subtype: 5, ID: frame("73777031") },
    TTL: 30,
    Values: [{ Type: 8, Length: 14, Value: frame(ADDRESS).subarray(2) }],
  })]);
  assertCanonical(decoded, LinkLayerDiscoverySchema);
});

Deno.test("a port that goes down says so with a time of 0 and no other value", () => {
  const decoded = decodeFrame(DOWN);
  assertEquals(decoded.types, ["Ethernet", "LinkLayerDiscovery", "LinkLayerDiscoveryInfo"]);
  const [record] = decoded.recordsOf(LinkLayerDiscoverySchema);
  assertEquals([record?.TTL, record?.Values], [0, []]);
});

Deno.test("what ends the list may be missing, and what is behind it is padding", () => {
  const expected = decodeFrame(WHOLE).recordsOf(LinkLayerDiscoverySchema);
  for (const bytes of [WHOLE.subarray(0, -2), frame(WHOLE, "ff".repeat(20))]) {
    assertEquals(decodeFrame(bytes).recordsOf(LinkLayerDiscoverySchema), expected);
  }
});

Deno.test("a message cut short within its first three values gives no record", () => {
  const failure = "LinkLayerDiscovery truncated";
  assertTruncated(WHOLE, CHASSIS_AT + 1, PORT_AT - 1, LinkLayerDiscoverySchema, failure);
  assertTruncated(WHOLE, PORT_AT + 1, TIME_AT - 1, LinkLayerDiscoverySchema, failure);
});

Deno.test("of a message that is cut behind them the whole values are in both records", () => {
  const { length } = WHOLE;
  const { Values } = decodeFrame(WHOLE).recordsOf(LinkLayerDiscoverySchema)[0]!;
  const cut = assertCut(WHOLE, TIME_AT + 4, length - 2, LinkLayerDiscoverySchema);
  for (const each of cut) assertEquals(each.Values, Values.slice(0, each.Values.length));
  assertEquals([cut[0]!.Values.length, cut.at(-1)!.Values.length], [0, Values.length]);
  assertCut(WHOLE, ADDRESS_AT + 1, length - 3, LinkLayerDiscoveryInfoSchema);
  const [captured] = decodeFrame(WHOLE.subarray(0, ADDRESS_AT + 1)).recordsOf(
    LinkLayerDiscoverySchema,
  );
  assertEquals(captured?.Truncated, true, "a value that is longer than the frame");
});

Deno.test("without the three values in their order, or with one twice, it is malformed", () => {
  const wrong = [
    WHOLE.subarray(0, PORT_AT), // one value
    WHOLE.subarray(0, TIME_AT), // two
    patched(WHOLE, CHASSIS_AT, "04"),
    patched(WHOLE, TIME_AT, "0c"),
    patched(WHOLE, CHASSIS_AT + 2, "00"), // subtype 0 is reserved
    patched(WHOLE, PORT_AT + 2, "00"),
    frame(ETHERNET, "0201 04", PORT, "0602 001e"),
    frame(ETHERNET, CHASSIS, PORT, "0601 1e"),
    frame(ETHERNET, CHASSIS, PORT, "0602 001e", PORT),
  ];
  for (const bytes of wrong) {
    assertRefused(bytes, LinkLayerDiscoverySchema, "LinkLayerDiscovery malformed");
  }
});
