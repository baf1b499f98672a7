/** Subnetwork Access Protocol: organization (3 bytes) and its protocol (2). IEEE 802-2014, 9.2.3. */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { SNAPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const snap = new Decoder({
  name: "Snap",
  schema: SNAPSchema,
  from: { sap: [0xaa], networkProtocol: [0x80] },
  decode,
});

const TAG = tagsOf(SNAPSchema);
const HEADER_BYTES = 5;
/** The organizations whose protocols are EtherTypes (RFC 1042, IEEE 802.1H). */
const ETHERNET = 0x000000;
const BRIDGED_ETHERNET = 0x0000f8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const organization = u24(bytes, at);
  const type = u16(bytes, at + 3);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.bytesOf(TAG.OrganizationalCode, bytes, at, at + 3);
  out.uint32(TAG.Type, type);
  p.at = at + HEADER_BYTES;
  if (organization === ETHERNET || organization === BRIDGED_ETHERNET) {
    p.follow(p.routes.etherType, type);
  } else {
    p.follow(p.routes.snap.of(organization), type, organization);
  }
  return Outcome.Ok;
}
