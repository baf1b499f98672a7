/**
 * LINKTYPE_LINUX_SLL, the "cooked" header of captures on several interfaces: packet type, ARPHRD
 * type, address length (2 bytes each), address (8), protocol (2).
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { can } from "./can.ts";
import { llc } from "./llc.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const linuxSll = new Decoder({
  name: "LinuxSll",
  from: { linkType: [LinkType.LinuxSll] },
  decode,
});

const HEADER_BYTES = 16;
/** Linux, uapi/linux/if_ether.h. */
const LLC_FRAMES = 0x0004;
const CAN_FRAMES = 0x000c;
const CAN_FD_FRAMES = 0x000d;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  followCookedHeader(p, u16(p.bytes, p.at + 2), u16(p.bytes, p.at + 14));
  p.at += HEADER_BYTES;
  return Outcome.Ok;
}

/**
 * Goes on behind a cooked header, of either version: the protocol is an EtherType, unless the ARPHRD
 * type of the interface says that it means something else.
 */
export function followCookedHeader(p: Packet, arphrdType: number, protocol: number): void {
  switch (arphrdType) {
    case 803: // radiotap
    case 770: // Frame Relay
    case 824: // netlink
      p.follow(p.routes.hardwareType, arphrdType);
      break;
    default: // Linux has numbers of its own for frames without an EtherType
      if (protocol === LLC_FRAMES) p.next = llc;
      else if (protocol === CAN_FRAMES || protocol === CAN_FD_FRAMES) p.next = can;
      else p.follow(p.routes.etherType, protocol);
  }
}
