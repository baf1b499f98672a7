/**
 * EtherNet/IP encapsulation. The CIP Networks Library (ODVA), volume 2, section 2-3 (header), 2-4
 * (commands) and 2-6 (common packet format). All little endian:
 *
 *     command 2, length 2, session 4, status 4, sender context 8, options 4, data
 *
 * The data of SendRRData and SendUnitData: interface 4 (0 is CIP), timeout 2, count of items 2, items
 * of type 2, length 2, data. One of the items holds a CIP message, the one of a connection behind a
 * sequence number of 2 bytes.
 */
import { u16le, u32le } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ENIPCommandSpecificDataSchema, ENIPSchema } from "../../../proto/netcap_tags.ts";
import { cip } from "./cip.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const enip = new Decoder({
  name: "Enip",
  schema: ENIPSchema,
  from: { udpPort: [44818], tcpPort: [44818] },
  decode,
});

const TAG = tagsOf(ENIPSchema);
const DATA_TAG = tagsOf(ENIPCommandSpecificDataSchema);
const HEADER_BYTES = 24;
const SEND_RR_DATA = 0x6f;
const SEND_UNIT_DATA = 0x70;
/** From here on reserved. */
const COMMANDS_END = 0xc8;
const ITEMS_AT = 8;
const ITEM_HEADER_BYTES = 4;
const CONNECTED_DATA = 0xb1;
const UNCONNECTED_DATA = 0xb2;
const SEQUENCE_BYTES = 2;
const CIP_INTERFACE = 0;
const NO_ITEM = 0;
const CONTRADICTION = -1;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Incomplete;
  const command = u16le(bytes, at);
  if (command >= COMMANDS_END) return Outcome.Malformed;
  const dataAt = at + HEADER_BYTES;
  const messageEnd = dataAt + u16le(bytes, at + 2);
  if (messageEnd > end) return Outcome.Incomplete;
  const isSend = command === SEND_RR_DATA || command === SEND_UNIT_DATA;
  const itemAt = isSend ? findCipItem(bytes, dataAt, messageEnd) : NO_ITEM;
  if (itemAt === CONTRADICTION) return Outcome.Malformed;
  const cipAt = itemAt === NO_ITEM ? messageEnd : startOfCip(bytes, itemAt);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Command, command);
  out.uint32(TAG.Length, messageEnd - dataAt);
  out.uint32LeOf(TAG.SessionHandle, bytes, at + 4);
  out.uint32LeOf(TAG.Status, bytes, at + 8);
  out.bytesOf(TAG.SenderContext, bytes, at + 12, at + 20);
  out.uint32LeOf(TAG.Options, bytes, at + 20);
  const data = out.open(TAG.CommandSpecific);
  out.uint32(DATA_TAG.Cmd, command);
  out.bytesOf(DATA_TAG.Data, bytes, dataAt, cipAt);
  out.close(data);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  if (itemAt === NO_ITEM) {
    p.at = messageEnd;
    p.next = enip;
    return Outcome.Ok;
  }
  p.segmentEnd = end;
  p.segmentAt = messageEnd; // other items may stand in front of it
  p.segmentNext = enip;
  p.at = cipAt;
  p.end = endOfItem(bytes, itemAt);
  p.next = cip;
  return Outcome.Ok;
}

/** Where the item with a CIP message is in the data of SendRRData or SendUnitData. */
function findCipItem(bytes: Uint8Array, dataAt: number, end: number): number {
  if (dataAt + ITEMS_AT > end) return dataAt === end ? NO_ITEM : CONTRADICTION;
  let itemAt = dataAt + ITEMS_AT;
  for (let count = u16le(bytes, dataAt + 6); count > 0; count--) {
    if (itemAt + ITEM_HEADER_BYTES > end || endOfItem(bytes, itemAt) > end) return CONTRADICTION;
    const hasMessage = startOfCip(bytes, itemAt) < endOfItem(bytes, itemAt);
    if (hasMessage && u32le(bytes, dataAt) === CIP_INTERFACE) return itemAt;
    itemAt = endOfItem(bytes, itemAt);
  }
  return NO_ITEM;
}

/** Where a CIP message begins in an item; its end for an item that has none. */
function startOfCip(bytes: Uint8Array, itemAt: number): number {
  switch (u16le(bytes, itemAt)) {
    case CONNECTED_DATA:
      return itemAt + ITEM_HEADER_BYTES + SEQUENCE_BYTES;
    case UNCONNECTED_DATA:
      return itemAt + ITEM_HEADER_BYTES;
    default:
      return endOfItem(bytes, itemAt);
  }
}

function endOfItem(bytes: Uint8Array, itemAt: number): number {
  return itemAt + ITEM_HEADER_BYTES + u16le(bytes, itemAt + 2);
}
