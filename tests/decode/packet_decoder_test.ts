/** Records of packets, for programs that decode by themselves. */
import { assertEquals, assertThrows } from "@std/assert";
import { messageOf } from "../../lib/base/record/message_of.ts";
import { typeName, typeNumber } from "../../lib/base/record/record_types.ts";
import { tagsOf } from "../../lib/base/record/tags.ts";
import { Outcome } from "../../lib/decode/outcome.ts";
import type { OwnDecoder } from "../../lib/decode/own_decoder.ts";
import { PacketDecoder } from "../../lib/decode/packet_decoder.ts";
import { ARPSchema, EthernetSchema } from "../../proto/gen/netcap_pb.ts";
import { ARPSchema as ARP } from "../../proto/netcap_tags.ts";
import { frame } from "./decode_frame.ts";

/** Ethernet with a type of local experiments (IEEE 802), then a name and an EtherType. */
const EXPERIMENT = "ffffffffffff 020000000001 88b5";

function packetOf(bytes: Uint8Array<ArrayBuffer>) {
  return { bytes, originalLength: bytes.length, sec: 1, nsec: 2, linkType: 1 };
}

/** A byte for an operation, then an EtherType and what that says. */
const shim: OwnDecoder = {
  name: "Shim",
  schema: ARP,
  from: { etherType: [0x88b5] },
  decode(packet, out) {
    const { bytes, at } = packet;
    if (packet.end - at < 3) return Outcome.Truncated;
    out.uint32(tagsOf(ARP).Operation, bytes[at]!);
    packet.at = at + 3;
    packet.follow(packet.routes.etherType, bytes[at + 1]! << 8 | bytes[at + 2]!);
    return Outcome.Ok;
  },
};

Deno.test("a decoder of one's own makes records, and leads to those there are", () => {
  const decoder = new PacketDecoder({ decoders: [shim] });
  const records = decoder.decode(packetOf(frame(EXPERIMENT, "07 8100", "0005 88b5", "09 9999 00")));
  assertEquals(records.map(({ type }) => typeName(type)), ["Ethernet", "ARP", "Dot1Q", "ARP"]);
  assertEquals(records.flatMap((record) => messageOf(record, ARPSchema)?.Operation ?? []), [7, 9]);
  assertEquals(messageOf(records[0]!, ARPSchema), undefined);
  assertEquals(messageOf(records[0]!, EthernetSchema)?.EthernetType, 0x88b5);
  assertEquals(decoder.counts.unknown, { "Shim unknown 0x9999": 1 });

  assertEquals(decoder.decode(packetOf(frame(EXPERIMENT, "07 81"))).length, 1);
  assertEquals(decoder.counts.failed, { "Shim truncated": 1 });
  assertEquals(records.length, 4);
});

Deno.test("only records of the wanted types are written", () => {
  const decoder = new PacketDecoder({ decoders: [shim], types: [typeNumber("ARP")] });
  const records = decoder.decode(packetOf(frame(EXPERIMENT, "07 0000")));
  assertEquals(records.map(({ type }) => typeName(type)), ["ARP"]);
});

Deno.test("a number that leads to a decoder, and a record that there is not, are refused", () => {
  assertThrows(
    () => new PacketDecoder({ decoders: [{ ...shim, from: { udpPort: [53] } }] }),
    RangeError,
    "Cannot lead from udpPort 53 to Shim: it leads to Dns; wanted: a free number",
  );
  assertThrows(
    () => new PacketDecoder({ decoders: [{ ...shim, schema: { name: "Shim", tags: {} } }] }),
    TypeError,
    'No record type has the name "Shim"',
  );
});
