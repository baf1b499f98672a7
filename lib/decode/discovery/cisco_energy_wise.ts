/**
 * The EnergyWise value of Cisco Discovery messages: encrypted 20, unknown 4, sequence number 4, model
 * 16, unknown 2, hardware version 3, serial number 11, unknown 8, length and number of parts 2 each;
 * then the parts, each behind type and length (4 bytes each; the length counts these 8).
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { CDPEnergyWiseSchema } from "../../../proto/netcap_tags.ts";

const TAG = tagsOf(CDPEnergyWiseSchema);
const HEADER_BYTES = 72;
const PART_HEADER_BYTES = 8;
const ROLE = 7;
const DOMAIN = 8;
const NAME = 9;
const REPLY = 0x17;
const REPLY_BYTES = 14;

/** Whether the content `bytes[at, end)` has all its parts. */
export function hasEnergyWiseForm(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + HEADER_BYTES > end) return false;
  let parts = u16(bytes, at + 70);
  for (at += HEADER_BYTES; parts > 0; parts--) {
    if (at + PART_HEADER_BYTES > end || u16(bytes, at) !== 0 || u16(bytes, at + 4) !== 0) {
      return false;
    }
    const length = u16(bytes, at + 6);
    const isReply = u16(bytes, at + 2) === REPLY;
    if (length < PART_HEADER_BYTES + (isReply ? REPLY_BYTES : 0)) return false;
    at += length;
    if (at > end) return false;
  }
  return true;
}

/** Writes the fields of the content at `at`, which has the form. */
export function writeEnergyWise(out: WireWriter, bytes: Uint8Array, at: number): void {
  out.bytesOf(TAG.EncryptedData, bytes, at, at + 20);
  out.uint32Of(TAG.Unknown1, bytes, at + 20);
  out.uint32Of(TAG.SequenceNumber, bytes, at + 24);
  out.bytesOf(TAG.ModelNumber, bytes, at + 28, at + 44);
  out.uint32(TAG.Unknown2, u16(bytes, at + 44));
  out.bytesOf(TAG.HardwareID, bytes, at + 46, at + 49);
  out.bytesOf(TAG.SerialNum, bytes, at + 49, at + 60);
  out.bytesOf(TAG.Unknown3, bytes, at + 60, at + 68);
  writePart(out, TAG.Role, bytes, at, ROLE);
  writePart(out, TAG.Domain, bytes, at, DOMAIN);
  writePart(out, TAG.Name, bytes, at, NAME);
  const replyAt = lastPart(bytes, at, REPLY);
  if (replyAt < 0) return;
  out.bytesOf(TAG.ReplyUnknown1, bytes, replyAt, replyAt + 2);
  out.bytesOf(TAG.ReplyPort, bytes, replyAt + 2, replyAt + 4);
  out.bytesOf(TAG.ReplyAddress, bytes, replyAt + 4, replyAt + 8);
  out.bytesOf(TAG.ReplyUnknown2, bytes, replyAt + 8, replyAt + 10);
  out.bytesOf(TAG.ReplyUnknown3, bytes, replyAt + 10, replyAt + 14);
}

function writePart(
  out: WireWriter,
  tag: typeof TAG.Role,
  bytes: Uint8Array,
  at: number,
  type: number,
): void {
  const partAt = lastPart(bytes, at, type);
  if (partAt >= 0) {
    out.bytesOf(tag, bytes, partAt, partAt - PART_HEADER_BYTES + u16(bytes, partAt - 2));
  }
}

/** Where the content of the last part of that type begins; -1 if there is none. */
function lastPart(bytes: Uint8Array, at: number, type: number): number {
  let last = -1;
  let parts = u16(bytes, at + 70);
  for (at += HEADER_BYTES; parts > 0; parts--) {
    if (u16(bytes, at + 2) === type) last = at + PART_HEADER_BYTES;
    at += u16(bytes, at + 6);
  }
  return last;
}
