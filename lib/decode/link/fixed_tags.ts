/**
 * Tags of fixed length between addresses and EtherType, which hold nothing that has a record. Behind
 * each is the type of what follows, or a length:
 *
 * | tag                       | bytes | what is in them                                          |
 * | ------------------------- | ----- | -------------------------------------------------------- |
 * | VN-Tag (Cisco, 802.1Qbh)  | 4     | direction, pointer, destination and source interface     |
 * | E-Tag (IEEE 802.1BR, 7.5) | 6     | priority, ingress and egress channel                     |
 * | HSR (IEC 62439-3, 5.6)    | 4     | path, size, sequence number                              |
 * | R-TAG (IEEE 802.1CB, 7.8) | 4     | reserved, sequence number                                |
 * | Cisco MetaData            | 6     | version, length, option, security group; as in Wireshark |
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { followTypeOrLength } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";

export const vnTag = fixedTag("VnTag", 0x8926, 4);
export const eTag = fixedTag("ETag", 0x893f, 6);
export const hsrTag = fixedTag("HsrTag", 0x892f, 4);
export const redundancyTag = fixedTag("RedundancyTag", 0xf1c1, 4);
export const ciscoMetaData = fixedTag("CiscoMetaData", 0x8909, 6);

const TYPE_BYTES = 2;

function fixedTag(name: string, etherType: number, tagBytes: number): Decoder {
  return new Decoder({
    name,
    from: { etherType: [etherType] },
    decode(p) {
      const typeAt = p.at + tagBytes;
      if (typeAt + TYPE_BYTES > p.end) return Outcome.Truncated;
      p.at = typeAt + TYPE_BYTES;
      followTypeOrLength(p, u16(p.bytes, typeAt));
      return Outcome.Ok;
    },
  });
}
