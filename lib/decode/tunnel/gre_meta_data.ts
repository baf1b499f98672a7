/**
 * Cisco's MetaData within GRE, where the type of what follows is in front: type 2, version 1, length 1,
 * option 2, security group 2. Cisco publishes no standard; layout as in Wireshark's dissector.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const greMetaData = new Decoder({ name: "GreMetaData", decode });

const HEADER_BYTES = 8;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  const type = u16(p.bytes, p.at);
  p.at += HEADER_BYTES;
  p.follow(p.routes.etherType, type);
  return Outcome.Ok;
}
