/**
 * Frames of the buses in vehicles and machines, as SocketCAN has them: identifier and flags 4 (big-endian),
 * length 1, flags of CAN FD 1, reserved 2, data. tcpdump.org/linktypes.html, LINKTYPE_CAN_SOCKETCAN;
 * Linux, uapi/linux/can.h.
 */
import { u32 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { CANSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const can = new Decoder({
  name: "Can",
  schema: CANSchema,
  from: { linkType: [LinkType.CanSocketCan] },
  decode,
});

const TAG = tagsOf(CANSchema);
const HEADER_BYTES = 8;
const IS_EXTENDED = 0x80000000;
const IS_REMOTE = 0x40000000;
const IS_ERROR = 0x20000000;
const EXTENDED_IDENTIFIER = 0x1fffffff;
const IDENTIFIER = 0x7ff;
const HAS_BIT_RATE_SWITCH = 0x01;
const HAS_ERROR_STATE = 0x02;
const IS_FD = 0x04;
const MAX_BYTES = 8;
const MAX_FD_BYTES = 64;
/** In the place of the length: a frame of CAN XL, which has another form. */
const IS_XL = 0x80;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const length = bytes[at + 4]!;
  if ((length & IS_XL) !== 0) return Outcome.Unsupported;
  const word = u32(bytes, at);
  const fdFlags = bytes[at + 5]!;
  // Only newer systems say so; data that is longer says it, too.
  const isFd = (fdFlags & IS_FD) !== 0 || length > MAX_BYTES;
  if (length > MAX_FD_BYTES) return Outcome.Malformed;
  const isExtended = (word & IS_EXTENDED) !== 0;
  const isError = (word & IS_ERROR) !== 0;
  const isRemote = (word & IS_REMOTE) !== 0;
  const dataAt = at + HEADER_BYTES;
  const dataEnd = isRemote ? dataAt : dataAt + length;
  if (dataEnd > p.end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Identifier, word & (isExtended || isError ? EXTENDED_IDENTIFIER : IDENTIFIER));
  out.bool(TAG.Extended, isExtended);
  out.bool(TAG.RemoteRequest, isRemote);
  out.bool(TAG.Error, isError);
  out.bool(TAG.FD, isFd);
  out.bool(TAG.BitRateSwitch, isFd && (fdFlags & HAS_BIT_RATE_SWITCH) !== 0);
  out.bool(TAG.ErrorStateIndicator, isFd && (fdFlags & HAS_ERROR_STATE) !== 0);
  out.uint32(TAG.Length, length);
  out.bytesOf(TAG.Data, bytes, dataAt, dataEnd);
  p.at = p.end;
  return Outcome.Ok;
}
