/**
 * Modbus over TCP. MODBUS Messaging on TCP/IP Implementation Guide 1.0b, section 3.1.3; function
 * codes: MODBUS Application Protocol Specification 1.1b3, section 4.1. Bytes:
 *
 *     transaction 2, protocol 2 (0), length 2, unit 1, function 1, data
 *
 * The length counts what follows it.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ModbusSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const modbus = new Decoder({
  name: "Modbus",
  schema: ModbusSchema,
  from: { tcpPort: [502] },
  decode,
});

const TAG = tagsOf(ModbusSchema);
const LENGTH_END = 6;
const HEADER_BYTES = 8;
/** Unit and function are always there; a message has 260 bytes at most. */
const MIN_LENGTH = 2;
const MAX_LENGTH = 254;
const EXCEPTION = 0x80;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < LENGTH_END) return Outcome.Incomplete;
  const length = u16(bytes, at + 4);
  const isModbus = u16(bytes, at + 2) === 0 && length >= MIN_LENGTH && length <= MAX_LENGTH;
  if (!isModbus) return Outcome.Malformed;
  const messageEnd = at + LENGTH_END + length;
  if (messageEnd > end) return Outcome.Incomplete;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.TransactionID, u16(bytes, at));
  out.uint32(TAG.Length, length);
  out.uint32(TAG.UnitID, bytes[at + 6]!);
  if (p.options.payload) out.bytesOf(TAG.Payload, bytes, at + HEADER_BYTES, messageEnd);
  out.bool(TAG.Exception, (bytes[at + 7]! & EXCEPTION) !== 0);
  out.uint32(TAG.FunctionCode, bytes[at + 7]! & ~EXCEPTION);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = messageEnd;
  p.next = modbus;
  return Outcome.Ok;
}
