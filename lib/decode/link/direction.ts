/**
 * A byte in front of a frame that says whether it was received (0) or sent: the link types of
 * tcpdump.org/linktypes.html whose names end with `_WITH_DIR`.
 */
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { ciscoHdlc } from "./cisco_hdlc.ts";
import { frameRelay } from "./frame_relay.ts";
import { Outcome } from "../outcome.ts";
import { ppp } from "./ppp.ts";

export const pppWithDirection = withDirection(ppp, LinkType.PppWithDirection);
export const ciscoHdlcWithDirection = withDirection(ciscoHdlc, LinkType.CiscoHdlcWithDirection);
export const frameRelayWithDirection = withDirection(frameRelay, LinkType.FrameRelayWithDirection);

function withDirection(frame: Decoder, linkType: number): Decoder {
  return new Decoder({
    name: `${frame.name}WithDirection`,
    from: { linkType: [linkType] },
    decode(p) {
      if (p.end === p.at) return Outcome.Truncated;
      p.at++;
      p.next = frame;
      return Outcome.Ok;
    },
  });
}
