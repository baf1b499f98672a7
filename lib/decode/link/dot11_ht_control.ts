/**
 * HT control fields of 802.11 frames: 4 bytes whose lowest bits say which of the variants HT, VHT and
 * HE they are. IEEE 802.11-2020, 9.2.4.6.2 and 9.2.4.6.3; IEEE 802.11ax-2021, 9.2.4.6.3a.
 */
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { Dot11HTControl } from "../../../proto/gen/netcap_pb.ts";
import {
  Dot11ASELSchema,
  Dot11HTControlHTSchema,
  Dot11HTControlMFBSchema,
  Dot11HTControlSchema,
  Dot11HTControlVHTSchema,
  Dot11LinkAdapationControlSchema,
} from "../../../proto/netcap_tags.ts";

const TAG = tagsOf(Dot11HTControlSchema);
const HT_TAG = tagsOf(Dot11HTControlHTSchema);
const LINK_TAG = tagsOf(Dot11LinkAdapationControlSchema);
const ASEL_TAG = tagsOf(Dot11ASELSchema);
const VHT_TAG = tagsOf(Dot11HTControlVHTSchema);
const MFB_TAG = tagsOf(Dot11HTControlMFBSchema);

/** The variant, in the two lowest bits. The second one counts only when the first is set. */
const IS_VHT_OR_HE = 1;
const IS_HE = 3;
/** MAI of an antenna selection indication. */
const ASEL_INDICATION = 14;
/** VHT MCS 15 and NUM_STS 7: there is no feedback. */
const NO_FEEDBACK = 0x7f;
/** What the SNR field of 0 stands for, in dB. */
const SNR_MIDDLE = 22;

/**
 * Writes the HT control field at `at`. Of the HE variant, which has another form and no fields in the
 * schema, there is an empty message.
 */
export function writeHtControl(
  out: WireWriter,
  tag: Tag<Dot11HTControl>,
  bytes: Uint8Array,
  at: number,
  isManagement: boolean,
): void {
  const variant = bytes[at]! & 3;
  const control = out.open(tag);
  if (variant !== IS_HE) {
    out.bool(TAG.ACConstraint, (bytes[at + 3]! & 0x40) !== 0);
    out.bool(TAG.RDGMorePPDU, (bytes[at + 3]! & 0x80) !== 0);
    if (variant === IS_VHT_OR_HE) writeVht(out, bytes, at);
    else writeHt(out, bytes, at, isManagement);
  }
  out.close(control);
}

function writeVht(out: WireWriter, bytes: Uint8Array, at: number): void {
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  const high = bytes[at + 2]! | (bytes[at + 3]! << 8);
  const hasRequest = (low & 4) !== 0;
  const isUnsolicited = (high & 0x2000) !== 0;
  const hasFeedback = ((low >> 9) & NO_FEEDBACK) !== NO_FEEDBACK;
  const vht = out.open(TAG.VHT);
  out.bool(VHT_TAG.MRQ, hasRequest);
  out.bool(VHT_TAG.UnsolicitedMFB, isUnsolicited);
  if (!isUnsolicited && hasRequest) out.uint32(VHT_TAG.MSI, (low >> 3) & 7);
  const feedback = out.open(VHT_TAG.MFB);
  out.uint32(MFB_TAG.NumSTS, (low >> 9) & 7);
  out.uint32(MFB_TAG.VHTMCS, low >> 12);
  out.uint32(MFB_TAG.BW, high & 3);
  out.int32(MFB_TAG.SNR, signed6(high >> 2) + SNR_MIDDLE);
  out.close(feedback);
  if (isUnsolicited && hasFeedback) {
    out.uint32(VHT_TAG.CompressedMSI, (low >> 3) & 3);
    out.bool(VHT_TAG.STBCIndication, (low & 0x20) !== 0);
    out.uint32(VHT_TAG.GID, ((low >> 6) & 7) | ((high >> 5) & 0x38));
    out.uint32(VHT_TAG.CodingType, (high >> 11) & 1);
    out.bool(VHT_TAG.FbTXBeamformed, (high & 0x1000) !== 0);
  } else if (!isUnsolicited) {
    out.uint32(VHT_TAG.MFSI, (low >> 6) & 7);
  }
  out.close(vht);
}

function writeHt(out: WireWriter, bytes: Uint8Array, at: number, isManagement: boolean): void {
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  const high = bytes[at + 2]! | (bytes[at + 3]! << 8);
  const ht = out.open(TAG.HT);
  const link = out.open(HT_TAG.LinkAdapationControl);
  writeLinkAdaptation(out, low);
  out.close(link);
  out.uint32(HT_TAG.CalibrationPosition, high & 3);
  out.uint32(HT_TAG.CalibrationSequence, (high >> 2) & 3);
  out.uint32(HT_TAG.CSISteering, (high >> 6) & 3);
  out.bool(HT_TAG.NDPAnnouncement, (high & 0x100) !== 0);
  if (!isManagement) out.bool(HT_TAG.DEI, (high & 0x2000) !== 0);
  out.close(ht);
}

function writeLinkAdaptation(out: WireWriter, low: number): void {
  const selectsAntenna = ((low >> 2) & 0xf) === ASEL_INDICATION;
  const hasRequest = (low & 4) !== 0;
  out.bool(LINK_TAG.TRQ, (low & 2) !== 0);
  if (hasRequest) {
    out.bool(LINK_TAG.MRQ, true);
    out.uint32(LINK_TAG.MSI, (low >> 3) & 7);
  }
  out.uint32(LINK_TAG.MFSI, (low >> 6) & 7);
  if (selectsAntenna) {
    const selection = out.open(LINK_TAG.ASEL);
    out.uint32(ASEL_TAG.Command, (low >> 9) & 7);
    out.uint32(ASEL_TAG.Data, low >> 12);
    out.close(selection);
  } else {
    out.uint32(LINK_TAG.MFB, low >> 9);
  }
}

/** The lowest 6 bits, with a sign. */
function signed6(bits: number): number {
  return (bits << 26) >> 26;
}
