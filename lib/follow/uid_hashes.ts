import { LinkType } from "../capture/link_type.ts";
import { u16 } from "../base/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { TCP } from "../decode/taken_headers.ts";
import { Tunnel } from "../decode/tunnels.ts";
import { isPorted, SCTP, UDP_LITE } from "./flow_key.ts";
import { Endpoint, hashPair } from "./netcap_uid.ts";

const MAC_BYTES = 6;
/** Of a cooked header: where the length of the sender's address is, and the address. */
const SLL_LENGTH_AT = 4;
const SLL_ADDRESS_AT = 6;

/** Hashes the outermost addresses of a packet into `words[at, at + 6)`: link, network, transport. */
export function writeUidHashes(p: Packet, words: Int32Array, at: number): void {
  const { bytes, frameAt } = p;
  if (p.linkType === LinkType.Ethernet) {
    hashPair(words, at, Endpoint.Mac, bytes, frameAt + 6, MAC_BYTES, frameAt, MAC_BYTES);
  } else if (p.linkType === LinkType.LinuxSll) {
    const length = Math.min(8, u16(bytes, frameAt + SLL_LENGTH_AT));
    hashPair(words, at, Endpoint.Mac, bytes, frameAt + SLL_ADDRESS_AT, length, frameAt, 0);
  }
  const kind = p.ipBytes === 4 ? Endpoint.Ipv4 : Endpoint.Ipv6;
  hashPair(words, at + 2, kind, bytes, p.srcIpAt, p.ipBytes, p.dstIpAt, p.ipBytes);
  if (p.srcPort === 0 && p.dstPort === 0) return;
  const isOverUdp = p.tunnel === Tunnel.Vxlan || p.tunnel === Tunnel.Geneve ||
    p.tunnel === Tunnel.Gtp;
  if (!isOverUdp && !isPorted(p.protocol)) return;
  PORTS[0] = p.srcPort >> 8;
  PORTS[1] = p.srcPort & 0xff;
  PORTS[2] = p.dstPort >> 8;
  PORTS[3] = p.dstPort & 0xff;
  hashPair(words, at + 4, isOverUdp ? Endpoint.UdpPort : portKind(p.protocol), PORTS, 0, 2, 2, 2);
}

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
