/**
 * EAPOL-Key frames of wireless LANs, with the descriptors of RSN (2) and of WPA (254). IEEE
 * 802.11-2020, 12.7.2. Bytes:
 *
 *     descriptor type 1, key information 2, key length 2, replay counter 8, nonce 32, IV 16, RSC 8,
 *     reserved 8, MIC 16, key data length 2, key data
 *
 * The RC4 descriptor (1) of IEEE 802.1X-2004 has another form, for which there is no record.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { EAPOLKeySchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const eapolKey = new Decoder({
  name: "EapolKey",
  schema: EAPOLKeySchema,
  from: { eapolType: [3] },
  decode,
});

const TAG = tagsOf(EAPOLKeySchema);
const RSN = 2;
const WPA = 254;
const NONCE_AT = 13;
const IV_AT = 45;
const RSC_AT = 61;
const ID_AT = 69;
const MIC_AT = 77;
const KEY_DATA_LENGTH_AT = 93;
const KEY_DATA_AT = 95;
const IS_ENCRYPTED = 0x1000;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end === at) return Outcome.Truncated;
  const type = bytes[at]!;
  if (type !== RSN && type !== WPA) return Outcome.Unsupported;
  const keyDataAt = at + KEY_DATA_AT;
  if (keyDataAt > p.end) return Outcome.Truncated;
  const keyDataLength = u16(bytes, at + KEY_DATA_LENGTH_AT);
  const end = keyDataAt + keyDataLength;
  if (end > p.end) return Outcome.Truncated;
  const information = u16(bytes, at + 1);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.KeyDescriptorType, type);
  out.uint32(TAG.KeyDescriptorVersion, information & 7);
  out.uint32(TAG.KeyType, (information >> 3) & 1);
  out.uint32(TAG.KeyIndex, (information >> 4) & 3);
  out.bool(TAG.Install, (information & 0x40) !== 0);
  out.bool(TAG.KeyACK, (information & 0x80) !== 0);
  out.bool(TAG.KeyMIC, (information & 0x100) !== 0);
  out.bool(TAG.Secure, (information & 0x200) !== 0);
  out.bool(TAG.MICError, (information & 0x400) !== 0);
  out.bool(TAG.Request, (information & 0x800) !== 0);
  out.bool(TAG.HasEncryptedKeyData, (information & IS_ENCRYPTED) !== 0);
  out.bool(TAG.SMKMessage, (information & 0x2000) !== 0);
  out.uint32(TAG.KeyLength, u16(bytes, at + 3));
  out.uint64Of(TAG.ReplayCounter, bytes, at + 5);
  out.bytesOf(TAG.Nonce, bytes, at + NONCE_AT, at + IV_AT);
  out.bytesOf(TAG.IV, bytes, at + IV_AT, at + RSC_AT);
  out.uint64Of(TAG.RSC, bytes, at + RSC_AT);
  out.uint64Of(TAG.ID, bytes, at + ID_AT);
  out.bytesOf(TAG.MIC, bytes, at + MIC_AT, at + KEY_DATA_LENGTH_AT);
  out.uint32(TAG.KeyDataLength, keyDataLength);
  if ((information & IS_ENCRYPTED) !== 0) out.bytesOf(TAG.EncryptedKeyData, bytes, keyDataAt, end);
  p.at = end;
  p.end = end;
  return Outcome.Ok;
}
