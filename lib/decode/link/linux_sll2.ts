/**
 * LINKTYPE_LINUX_SLL2, version 2 of the "cooked" header: protocol (2 bytes), reserved (2), interface
 * index (4), ARPHRD type (2), packet type (1), address length (1), address (8).
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { followCookedHeader } from "./linux_sll.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const linuxSll2 = new Decoder({
  name: "LinuxSll2",
  from: { linkType: [LinkType.LinuxSll2] },
  decode,
});

const HEADER_BYTES = 20;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  followCookedHeader(p, u16(p.bytes, p.at + 8), u16(p.bytes, p.at));
  p.at += HEADER_BYTES;
  return Outcome.Ok;
}
