/**
 * What systems put in front of the packets that they show, of fixed length and without a record:
 *
 * - SLIP of the BSDs, 16 bytes: direction, kind of packet, what compression made of the header. The
 *   packet behind is whole. tcpdump.org/linktypes.html, LINKTYPE_SLIP.
 * - IPNET of Solaris, 24 bytes: version 1, address family 1, hook 2, length, interfaces, zones.
 *   LINKTYPE_IPNET.
 * - IP over InfiniBand, 44 bytes: both addresses 20 each, EtherType 2, reserved 2. RFC 4391, 6.
 * - LoRaTap: version 1, padding 1, length 2, frequency 4, bandwidth 1, spreading factor 1, strengths
 *   4, word that tells networks apart 1, and more in later versions. LINKTYPE_LORATAP.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const slip = new Decoder({
  name: "Slip",
  from: { linkType: [LinkType.Slip] },
  decode: decodeSlip,
});
export const ipNet = new Decoder({
  name: "IpNet",
  from: { linkType: [LinkType.IpNet] },
  decode: decodeIpNet,
});
export const infiniBand = new Decoder({
  name: "InfiniBand",
  from: { linkType: [LinkType.IpOverInfiniBand] },
  decode: decodeInfiniBand,
});
export const loraTap = new Decoder({
  name: "LoraTap",
  from: { linkType: [LinkType.LoraTap] },
  decode: decodeLoraTap,
});

const SLIP_BYTES = 16;
const IPNET_BYTES = 24;
const IPNET_VERSION = 1;
const INFINIBAND_BYTES = 44;
const INFINIBAND_TYPE_AT = 40;
const LORATAP_BYTES = 15;
const SYNC_WORD_AT = 14;

function decodeSlip(p: Packet): Outcome {
  if (p.end - p.at <= SLIP_BYTES) return Outcome.Truncated;
  p.at += SLIP_BYTES;
  p.follow(p.routes.ipVersion, p.bytes[p.at]! >> 4);
  return Outcome.Ok;
}

function decodeIpNet(p: Packet): Outcome {
  if (p.end - p.at < IPNET_BYTES) return Outcome.Truncated;
  if (p.bytes[p.at] !== IPNET_VERSION) return Outcome.Unsupported;
  const family = p.bytes[p.at + 1]!;
  p.at += IPNET_BYTES;
  p.follow(p.routes.addressFamily, family);
  return Outcome.Ok;
}

function decodeInfiniBand(p: Packet): Outcome {
  if (p.end - p.at < INFINIBAND_BYTES) return Outcome.Truncated;
  const type = u16(p.bytes, p.at + INFINIBAND_TYPE_AT);
  p.at += INFINIBAND_BYTES;
  p.follow(p.routes.etherType, type);
  return Outcome.Ok;
}

function decodeLoraTap(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < LORATAP_BYTES) return Outcome.Truncated;
  const headerEnd = at + u16(bytes, at + 2);
  if (headerEnd < at + LORATAP_BYTES) return Outcome.Malformed;
  if (headerEnd > p.end) return Outcome.Truncated;
  p.at = headerEnd;
  p.follow(p.routes.loraSyncWord, bytes[at + SYNC_WORD_AT]!);
  return Outcome.Ok;
}
