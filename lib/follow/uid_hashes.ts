import { LinkType } from "../capture/link_type.ts";
import { u16 } from "../base/bytes/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { TCP } from "../decode/taken_headers.ts";
import { Tunnel } from "../decode/tunnels.ts";
import { type AddressPseudonyms, rewrittenPair } from "./address_pseudonyms.ts";
import { isPorted, SCTP, UDP_LITE } from "./flow_key.ts";
import { Endpoint, hashPair } from "./netcap_uid.ts";

const MAC_BYTES = 6;
/** Of a cooked header: where the length of the sender's address is, and the address. */
const SLL_LENGTH_AT = 4;
const SLL_ADDRESS_AT = 6;

/**
 * Hashes the outermost addresses of a packet into `words[at, at + 6)`: link, network, transport.
 *
 * @param pseudonyms Stand in place of addresses.
 */
export function writeUidHashes(
  p: Packet,
  words: Int32Array,
  at: number,
  pseudonyms?: AddressPseudonyms,
): void {
  const { bytes, frameAt } = p;
  if (p.linkType === LinkType.Ethernet) {
    hashAddresses(
      words,
      at,
      Endpoint.Mac,
      bytes,
      frameAt + 6,
      MAC_BYTES,
      frameAt,
      MAC_BYTES,
      pseudonyms,
    );
  } else if (p.linkType === LinkType.LinuxSll) {
    const length = Math.min(8, u16(bytes, frameAt + SLL_LENGTH_AT));
    hashAddresses(
      words,
      at,
      Endpoint.Mac,
      bytes,
      frameAt + SLL_ADDRESS_AT,
      length,
      frameAt,
      0,
      pseudonyms,
    );
  }
  const isInside = p.outerIpBytes > 0;
  const ipBytes = isInside ? p.outerIpBytes : p.ipBytes;
  const srcIpAt = isInside ? p.outerSrcIpAt : p.srcIpAt;
  const dstIpAt = isInside ? p.outerDstIpAt : p.dstIpAt;
  const srcPort = isInside ? p.outerSrcPort : p.srcPort;
  const dstPort = isInside ? p.outerDstPort : p.dstPort;
  const kind = ipBytes === 4 ? Endpoint.Ipv4 : Endpoint.Ipv6;
  hashAddresses(words, at + 2, kind, bytes, srcIpAt, ipBytes, dstIpAt, ipBytes, pseudonyms);
  if (srcPort === 0 && dstPort === 0) return;
  const isOverUdp = OVER_UDP.includes(p.tunnel);
  if (!isOverUdp && !isPorted(p.protocol)) return;
  PORTS[0] = srcPort >> 8;
  PORTS[1] = srcPort & 0xff;
  PORTS[2] = dstPort >> 8;
  PORTS[3] = dstPort & 0xff;
  hashPair(words, at + 4, isOverUdp ? Endpoint.UdpPort : portKind(p.protocol), PORTS, 0, 2, 2, 2);
}

/** As {@linkcode hashPair}, of what stands in place of addresses. */
function hashAddresses(
  words: Int32Array,
  to: number,
  kind: number,
  bytes: Uint8Array,
  srcAt: number,
  srcBytes: number,
  dstAt: number,
  dstBytes: number,
  pseudonyms: AddressPseudonyms | undefined,
): void {
  if (pseudonyms === undefined) {
    return hashPair(words, to, kind, bytes, srcAt, srcBytes, dstAt, dstBytes);
  }
  const pair = rewrittenPair(bytes, [srcAt, srcBytes], [dstAt, dstBytes], (address) => {
    const { length } = address;
    if (kind === Endpoint.Mac) pseudonyms.mac(address, length);
    else if (length === 4 || length === 16) pseudonyms.ip(address, length);
  });
  hashPair(words, to, kind, pair, 0, srcBytes, srcBytes, dstBytes);
}

/** Tunnels whose ports are those outside. */
const OVER_UDP: readonly Tunnel[] = [
  Tunnel.Vxlan,
  Tunnel.Geneve,
  Tunnel.Gtp,
  Tunnel.VxlanGpe,
  Tunnel.L2tp,
  Tunnel.Teredo,
  Tunnel.Gue,
  Tunnel.Capwap,
  Tunnel.Lisp,
];
const PORTS = new Uint8Array(4);

function portKind(protocol: number): number {
  switch (protocol) {
    case TCP:
      return Endpoint.TcpPort;
    case SCTP:
      return Endpoint.SctpPort;
    case UDP_LITE:
      return Endpoint.UdpLitePort;
    default:
      return Endpoint.UdpPort;
  }
}
