/**
 * Tags that switch chips put into the frames that pass between them and their host. They stand between
 * addresses and EtherType, but for Broadcom's second form, which is in front of the frame:
 *
 * | link type            | bytes | what is in them                                                  |
 * | -------------------- | ----- | ---------------------------------------------------------------- |
 * | DSA_TAG_BRCM         | 4     | operation, class, reason or ports (Linux, net/dsa/tag_brcm.c)    |
 * | DSA_TAG_BRCM_PREPEND | 4     | the same                                                         |
 * | DSA_TAG_DSA          | 4     | mode, device, port, VLAN (Linux, net/dsa/tag_dsa.c; Marvell)     |
 * | DSA_TAG_EDSA         | 8     | EtherType 2, reserved 2, and the same                            |
 */
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { decodeFrame, ethernet } from "./ethernet.ts";
import { EthernetSchema } from "../../../proto/netcap_tags.ts";
import { Outcome } from "../outcome.ts";

export const broadcomTagged = taggedFrame("BroadcomTagged", LinkType.BroadcomTag, 4);
export const marvellTagged = taggedFrame("MarvellTagged", LinkType.MarvellTag, 4);
export const marvellEtherTagged = taggedFrame("MarvellEtherTagged", LinkType.MarvellEtherTag, 8);
export const broadcomPrepended = new Decoder({
  name: "BroadcomPrepended",
  from: { linkType: [LinkType.BroadcomTagPrepended] },
  decode(p) {
    if (p.end - p.at < BROADCOM_BYTES) return Outcome.Truncated;
    p.at += BROADCOM_BYTES;
    p.next = ethernet;
    return Outcome.Ok;
  },
});

const BROADCOM_BYTES = 4;

function taggedFrame(name: string, linkType: number, tagBytes: number): Decoder {
  return new Decoder({
    name,
    schema: EthernetSchema,
    from: { linkType: [linkType] },
    decode: (p, out) => decodeFrame(p, out, tagBytes),
  });
}
