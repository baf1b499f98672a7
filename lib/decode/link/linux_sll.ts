/**
 * LINKTYPE_LINUX_SLL, the "cooked" header of captures on several interfaces: packet type, ARPHRD
 * type, address length (2 bytes each), address (8), protocol (2).
 */
import { u16 } from "../../base/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { llc } from "./llc.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { radiotap } from "./radiotap.ts";

export const linuxSll = new Decoder({
  name: "LinuxSll",
  from: { linkType: [LinkType.LinuxSll] },
  decode,
});

const HEADER_BYTES = 16;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  p.next = afterCookedHeader(p, u16(p.bytes, p.at + 2), u16(p.bytes, p.at + 14));
  p.at += HEADER_BYTES;
  return Outcome.Ok;
}

/**
 * What follows a cooked header, of either version: the protocol is an EtherType, unless the ARPHRD
 * type of the interface says that it means something else.
 */
export function afterCookedHeader(
  { routes }: Packet,
  arphrdType: number,
  protocol: number,
): Decoder | undefined {
  switch (arphrdType) {
    case 803:
      return radiotap;
    case 770: // Frame Relay
    case 824: // netlink
      return undefined;
    default: // 4 is Linux's number for LLC frames
      return protocol === 4 ? llc : routes.etherType.of(protocol);
  }
}
