/** Subnetwork Access Protocol: organization (3 bytes) and its protocol (2). IEEE 802-2014, 9.2.3. */
import { u16, u24 } from "../base/bytes.ts";
import { tagsOf } from "../base/tags.ts";
import type { WireWriter } from "../base/wire_writer.ts";
import { SNAPSchema } from "../../proto/gen/netcap_pb.ts";
import type { Decoder } from "./decoder.ts";
import { Layer } from "./layer.ts";
import { layerOfSnap } from "./next_layer.ts";
import { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

export const snap: Decoder = { layer: Layer.Snap, schema: SNAPSchema, decode };

const TAG = tagsOf(SNAPSchema);
const HEADER_BYTES = 5;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const type = u16(bytes, at + 3);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.bytesOf(TAG.OrganizationalCode, bytes, at, at + 3);
  out.uint32(TAG.Type, type);
  p.at = at + HEADER_BYTES;
  p.next = layerOfSnap(u24(bytes, at), type);
  return Outcome.Ok;
}
