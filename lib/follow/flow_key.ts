import { u16 } from "../base/bytes/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "../decode/taken_headers.ts";
import { Tunnel, TUNNEL_NAMES } from "../decode/tunnels.ts";
import { answerOf, isEcho } from "./icmp_pairs.ts";

/** Words of a key; addresses have four, as they lie in packets, IPv4 the first only. */
export const KeyWord = { Meta: 0, Vlans: 1, Network: 2, Ports: 3, First: 4, Second: 8 } as const;

export const SCTP = 132;
export const UDP_LITE = 136;
/** In `meta`. */
const KNOWS_PORTS = 1 << 24;

/** Tunnels whose identifier names a network, the same in both directions. */
const OF_NETWORKS: readonly Tunnel[] = [
  Tunnel.Vxlan,
  Tunnel.VxlanGpe,
  Tunnel.Lisp,
  Tunnel.BackboneService,
];
/**
 * Those where it may be another one in each direction: an endpoint, a label and a session are their
 * receiver's, a network of Geneve the one that is sent to.
 */
const BY_DIRECTION: readonly Tunnel[] = [
  Tunnel.Gre,
  Tunnel.Geneve,
  Tunnel.Gtp,
  Tunnel.Mpls,
  Tunnel.L2tp,
  Tunnel.Nsh,
];
const NAMES_NETWORK = 1;
const NAMES_DIRECTION = 2;
/** By tunnel; others name nothing, or who mirrors. */
const NAMES = Uint8Array.from(TUNNEL_NAMES, (_, tunnel) => namesOf(tunnel as Tunnel));

/**
 * What tells connections apart: addresses and ports in ascending order, so that both directions are
 * the same; protocol, VLAN tags, and network of a tunnel. Of ICMP, the type with its answer's and the
 * code, of an echo its identifier. One object serves all packets.
 */
export class FlowKey {
  /** Protocol, version of IP, tunnel, and whether ports are known, from the lowest byte up. */
  meta = 0;
  vlans = 0;
  /** The network that the packet's tunnel names, the same in both directions. */
  network = 0;
  /** What it names may be another one in each direction; it is no part of the key. */
  tunnelId = 0;
  isByDirection = false;
  /** Those of both sides, or of ICMP: type, and code, or the identifier of an echo. */
  ports = 0;
  /** Whether the protocol has ports, and whether they, or type and code of ICMP, were there. */
  hasPorts = false;
  knowsPorts = false;
  /** The packet's addresses were exchanged. */
  isSwapped = false;
  /** Addresses have more than one word. */
  #isLong = false;
  readonly #first = new Int32Array(4);
  readonly #second = new Int32Array(4);

  /** Takes the key of a packet that has an IP header. */
  take(p: Packet): void {
    const { bytes, ipAt, ipVersion, protocol } = p;
    this.vlans = p.vlans;
    const names = NAMES[p.tunnel]!;
    this.network = names === NAMES_NETWORK ? p.tunnelId : 0;
    this.isByDirection = names === NAMES_DIRECTION;
    this.tunnelId = p.tunnelId | 0; // as words have it
    const first = this.#first;
    const second = this.#second;
    let order: number;
    if (ipVersion === 4) {
      const src = raw32(bytes, ipAt + 12);
      const dst = raw32(bytes, ipAt + 16);
      order = src === dst ? 0 : src < dst ? -1 : 1;
      first[0] = order > 0 ? dst : src;
      second[0] = order > 0 ? src : dst;
      if (this.#isLong) {
        first.fill(0, 1);
        second.fill(0, 1);
        this.#isLong = false;
      }
    } else {
      this.#isLong = true;
      order = 0;
      for (let i = 0; i < 4 && order === 0; i++) {
        const src = raw32(bytes, ipAt + 8 + 4 * i);
        const dst = raw32(bytes, ipAt + 24 + 4 * i);
        order = src === dst ? 0 : src < dst ? -1 : 1;
      }
      const [from, to] = order > 0 ? [ipAt + 24, ipAt + 8] : [ipAt + 8, ipAt + 24];
      for (let i = 0; i < 4; i++) {
        first[i] = raw32(bytes, from + 4 * i);
        second[i] = raw32(bytes, to + 4 * i);
      }
    }
    const at = p.transportAt;
    const isWhole = p.fragmentOffset <= 0 && at + 4 <= p.frameEnd;
    this.hasPorts = isPorted(protocol);
    this.knowsPorts = false;
    this.ports = 0;
    if (isWhole && this.hasPorts) {
      const src = u16(bytes, at);
      const dst = u16(bytes, at + 2);
      if (order === 0 && src > dst) order = 1;
      this.ports = order > 0 ? (dst << 16) | src : (src << 16) | dst;
      this.knowsPorts = true;
    } else if (isWhole && (protocol === ICMPV4 || protocol === ICMPV6)) {
      this.#takeIcmp(p, order > 0);
      this.knowsPorts = true;
    }
    this.isSwapped = order > 0;
    this.meta = protocol | (ipVersion << 8) | (p.tunnel << 16) |
      (this.knowsPorts ? KNOWS_PORTS : 0);
  }

  /** Gives the packet ports that it does not have itself, see `ports` and `isSwapped`. */
  setPorts(ports: number, isSwapped: boolean): void {
    this.ports = ports;
    this.isSwapped = isSwapped;
    this.knowsPorts = true;
    this.meta |= KNOWS_PORTS;
  }

  hash(seed: number): number {
    const a = this.#first;
    const b = this.#second;
    let hash = Math.imul(a[0]! ^ seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b[0]!, 0x85ebca6b);
    if (this.#isLong) {
      for (let i = 1; i < 4; i++) {
        hash = Math.imul(hash ^ (hash >>> 15) ^ a[i]!, 0x9e3779b1);
        hash = Math.imul(hash ^ (hash >>> 15) ^ b[i]!, 0x85ebca6b);
      }
    }
    hash = Math.imul(hash ^ (hash >>> 13) ^ this.ports, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15) ^ this.meta ^ (this.vlans << 5), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ this.network, 0x85ebca6b);
    return hash ^ (hash >>> 16);
  }

  /** Whether it is the key at `words[at]`. */
  isAt(words: Int32Array, at: number): boolean {
    if (
      words[at + KeyWord.Ports] !== this.ports || words[at + KeyWord.Meta] !== this.meta ||
      words[at + KeyWord.Vlans] !== this.vlans || words[at + KeyWord.Network] !== this.network
    ) return false;
    const first = at + KeyWord.First;
    const second = at + KeyWord.Second;
    const end = this.#isLong ? 4 : 1; // which is in `meta`
    for (let i = 0; i < end; i++) {
      if (words[first + i] !== this.#first[i] || words[second + i] !== this.#second[i]) {
        return false;
      }
    }
    return true;
  }

  writeAt(words: Int32Array, at: number): void {
    words[at + KeyWord.Meta] = this.meta;
    words[at + KeyWord.Vlans] = this.vlans;
    words[at + KeyWord.Network] = this.network;
    words[at + KeyWord.Ports] = this.ports;
    words.set(this.#first, at + KeyWord.First);
    words.set(this.#second, at + KeyWord.Second);
  }

  /** The type and the one that answers it are as ports; behind them stands the identifier of an echo. */
  #takeIcmp(p: Packet, isSwapped: boolean): void {
    const { bytes, protocol, transportAt: at } = p;
    const type = bytes[at]!;
    const answer = answerOf(protocol, type);
    if (answer < 0) {
      this.ports = (type << 24) | (bytes[at + 1]! << 16); // they go one way, and codes tell them apart
      return;
    }
    const identifier = isEcho(protocol, type) && at + 6 <= p.frameEnd ? u16(bytes, at + 4) : 0;
    const first = isSwapped ? answer : type;
    const second = isSwapped ? type : answer;
    this.ports = (first << 24) | (second << 16) | identifier;
  }
}

function namesOf(tunnel: Tunnel): number {
  if (OF_NETWORKS.includes(tunnel)) return NAMES_NETWORK;
  return BY_DIRECTION.includes(tunnel) ? NAMES_DIRECTION : 0;
}

/** Whether packets of that protocol begin with two ports. */
export function isPorted(protocol: number): boolean {
  return protocol === TCP || protocol === UDP || protocol === SCTP || protocol === UDP_LITE;
}

/** Four bytes as they lie, so that words in memory are addresses as packets have them. */
function raw32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
