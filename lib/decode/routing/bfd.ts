/** Bidirectional Forwarding Detection, its control packets. RFC 5880, section 4. */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { BFDAuthHeaderSchema, BFDSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const bfd = new Decoder({
  name: "Bfd",
  schema: BFDSchema,
  from: {
    udpPort: [3784, 4784, 6784, 7784],
    channelType: [0x0007, 0x0022, 0x0023], // RFC 5885; RFC 6428
  },
  decode,
});

const TAG = tagsOf(BFDSchema);
const AUTH_TAG = tagsOf(BFDAuthHeaderSchema);
const VERSION = 1;
const HEADER_BYTES = 24;
const AUTH_PRESENT = 0x04;
/** Type, length and key ID, which every kind of authentication has. */
const AUTH_FIXED_BYTES = 3;
/** The same, a reserved byte and a sequence number: in front of a digest. */
const DIGEST_AT = 8;
const SIMPLE_PASSWORD = 1;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const version = bytes[at]! >> 5;
  const flags = bytes[at + 1]!;
  const end = at + bytes[at + 3]!;
  const authAt = at + HEADER_BYTES;
  const hasAuth = (flags & AUTH_PRESENT) !== 0;
  if (version !== VERSION) return Outcome.Unsupported;
  if (end < authAt) return Outcome.Malformed;
  if (end > p.end) return Outcome.Truncated;
  if (hasAuth && !isAuthentication(bytes, authAt, end)) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.Diagnostic, bytes[at]! & 0x1f);
  out.uint32(TAG.State, flags >> 6);
  out.bool(TAG.Poll, (flags & 0x20) !== 0);
  out.bool(TAG.Final, (flags & 0x10) !== 0);
  out.bool(TAG.ControlPlaneIndependent, (flags & 0x08) !== 0);
  out.bool(TAG.AuthPresent, hasAuth);
  out.bool(TAG.Demand, (flags & 0x02) !== 0);
  out.bool(TAG.Multipoint, (flags & 0x01) !== 0);
  out.uint32(TAG.DetectMultiplier, bytes[at + 2]!);
  out.int32Of(TAG.MyDiscriminator, bytes, at + 4);
  out.int32Of(TAG.YourDiscriminator, bytes, at + 8);
  out.int32Of(TAG.DesiredMinTxInterval, bytes, at + 12);
  out.int32Of(TAG.RequiredMinRxInterval, bytes, at + 16);
  out.int32Of(TAG.RequiredMinEchoRxInterval, bytes, at + 20);
  if (hasAuth) writeAuthentication(out, bytes, authAt);
  p.at = p.end;
  return Outcome.Ok;
}

/** Whether `bytes[at, end)` holds an authentication section as long as it says and its type needs. */
function isAuthentication(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < AUTH_FIXED_BYTES || at + bytes[at + 1]! > end) return false;
  return bytes[at + 1]! >= (bytes[at] === SIMPLE_PASSWORD ? AUTH_FIXED_BYTES : DIGEST_AT);
}

function writeAuthentication(out: WireWriter, bytes: Uint8Array, at: number): void {
  const end = at + bytes[at + 1]!;
  const isPassword = bytes[at] === SIMPLE_PASSWORD;
  const header = out.open(TAG.AuthHeader);
  out.uint32(AUTH_TAG.AuthType, bytes[at]!);
  out.uint32(AUTH_TAG.KeyID, bytes[at + 2]!);
  if (!isPassword) out.int32Of(AUTH_TAG.SequenceNumber, bytes, at + 4);
  out.bytesOf(AUTH_TAG.Data, bytes, at + (isPassword ? AUTH_FIXED_BYTES : DIGEST_AT), end);
  out.close(header);
}
