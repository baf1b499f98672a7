/**
 * One entry of an MPLS label stack: label (20 bits), traffic class (3), bottom of stack (1), TTL (8).
 * RFC 3032, section 2.1, and RFC 5462. What the bottom label carries is for `mpls_payload.ts`.
 */
import { u24 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { MPLSSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { followLabel } from "./mpls_payload.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const mpls = new Decoder({
  name: "Mpls",
  schema: MPLSSchema,
  from: {
    etherType: [0x8847, 0x8848], // the latter with upstream-assigned labels
    ppp: [0x0281, 0x0283], // unicast, multicast
    ipProtocol: [137], // RFC 4023
    nshProtocol: [5],
    udpPort: [6635], // RFC 7510
  },
  decode,
});

const TAG = tagsOf(MPLSSchema);
const ENTRY_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < ENTRY_BYTES) return Outcome.Truncated;
  const upper = u24(bytes, at);
  const isBottom = (upper & 1) !== 0;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Label, upper >> 4);
  out.uint32(TAG.TrafficClass, (upper >> 1) & 7);
  out.bool(TAG.StackBottom, isBottom);
  out.uint32(TAG.TTL, bytes[at + 3]!);
  p.at = at + ENTRY_BYTES;
  if (!isBottom) {
    p.next = mpls;
  } else {
    p.enterTunnel(Tunnel.Mpls, upper >> 4);
    followLabel(p, upper >> 4);
  }
  return Outcome.Ok;
}
