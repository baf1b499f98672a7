import type { Tag } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import type { Outcome } from "./outcome.ts";
import type { Routes, Table } from "./routes.ts";
import { isIp, Tunnel } from "./tunnels.ts";

/** What a packet goes on with: a `Decoder`, as far as packets have to know it. */
export interface Layer {
  readonly name: string;
  readonly type: number;
  readonly decode: (packet: Packet, out: WireWriter) => Outcome;
}

/** What a record may hold besides header fields. */
export interface RecordOptions {
  /** Fill `Payload` of TCP and UDP. */
  readonly payload: boolean;
  /** Fill the addresses and ports of the packet into records whose protocol has none. */
  readonly context: boolean;
  /** Fill `PayloadEntropy`. */
  readonly entropy: boolean;
  /** How many tunnels in one another are gone into; without, as many as there may be layers. */
  readonly tunnelDepth?: number;
}

/**
 * The packet being decoded and where in it the decoders are. One object serves all packets; every
 * field is a number or a flag, so that a packet costs no allocation.
 */
export class Packet {
  /** The buffer that holds the packet; not owned. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the layer to decode begins; a decoder moves it behind its header. */
  at = 0;
  /** Where the layer's bytes end; a decoder lowers it when its length fields say so. */
  end = 0;
  /** Capture time, seconds since 1970. */
  sec = 0;
  /** Nanoseconds of the second. */
  nsec = 0;
  /** What follows the layer; a decoder sets it. */
  next: Layer | undefined = undefined;
  /** The table that had no layer for the number that was to lead on; undefined while none has failed. */
  unknownIn: Table<Layer> | undefined = undefined;
  /** That number. */
  unknownNumber = 0;
  /** The organization whose number it is, in SNAP; else 0. */
  unknownOrganization = 0;

  /** Where the source and destination address of the outermost IP header are, within the last tunnel. */
  srcIpAt = 0;
  dstIpAt = 0;
  /** Length of these addresses: 4, 16, or 0 when there was no IP header there. */
  ipBytes = 0;
  /** The ports of the outermost transport header there; 0 when there was none. */
  srcPort = 0;
  dstPort = 0;
  /** Where a segment ends whose messages are decoded one by one; 0 outside of one. */
  segmentEnd = 0;
  /** Where the next message of that segment begins. */
  segmentAt = 0;
  /** What decodes it. */
  segmentNext: Layer | undefined = undefined;
  /** Whether the capture holds less of the packet than there was. */
  isCut = false;
  /** Whether it is the headers of a packet, and what is behind them no part of it. */
  isHeadersAlone = false;
  /** Whether the message that one decoder has written as it is, for another to explain, is cut. */
  isMessageCut = false;
  /** What a radio header said of the 802.11 frame behind it: bits of `RadioFlag`. */
  radioFlags = 0;

  /** Where the frame begins, where what was captured of it ends, and how long it was on the wire. */
  frameAt = 0;
  frameEnd = 0;
  wireBytes = 0;
  linkType = 0;
  /** Where the IP header is that was taken with one of TCP or UDP behind it; -1 without one. */
  takenIpAt = -1;
  /** Version of the innermost IP header that was decoded, 4 or 6; 0 without one. */
  ipVersion = 0;
  /** Where that header begins. */
  ipAt = 0;
  /** Length of its packet, as it says; where that is 0, or more than there was, up to the frame's end. */
  ipLength = 0;
  /** What it carries, behind extension headers, and where that begins. */
  protocol = 0;
  transportAt = 0;
  /** Offset of a fragment, in bytes; -1 for a whole packet. */
  fragmentOffset = -1;
  /** Of a fragment: the identification of its datagram, and whether others are behind it. */
  fragmentId = 0;
  hasMoreFragments = false;
  /** The last two VLAN tags, the inner one in the lower 12 bits. */
  vlans = 0;
  /** What the innermost IP packet was in, and which one. */
  tunnel: Tunnel = Tunnel.None;
  tunnelId = 0;
  /** The last tunnel whose header was decoded: there need not be IP behind it. */
  lastTunnel: Tunnel = Tunnel.None;
  lastTunnelId = 0;
  /** How many tunnels there were so far. */
  tunnels = 0;
  /** Addresses and ports outside of all tunnels, once the packet is in one; no length when there were none. */
  outerSrcIpAt = 0;
  outerDstIpAt = 0;
  outerIpBytes = 0;
  outerSrcPort = 0;
  outerDstPort = 0;
  /** What the ports lead to; undefined where the bytes were not of that kind. */
  application: Layer | undefined = undefined;

  /** @param routes Where decoders look up what numbers lead to. */
  constructor(readonly options: RecordOptions, readonly routes: Routes<Layer>) {}

  /** Points to the next packet and forgets the one before. */
  begin(bytes: Uint8Array, at: number, end: number, sec: number, nsec: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.sec = sec;
    this.nsec = nsec;
    this.unknownIn = undefined;
    this.ipBytes = 0;
    this.srcPort = 0;
    this.dstPort = 0;
    this.segmentEnd = 0;
    this.isCut = false;
    this.isHeadersAlone = false;
    this.radioFlags = 0;
    this.frameAt = at;
    this.frameEnd = end;
    this.takenIpAt = -1;
    this.ipVersion = 0;
    this.vlans = 0;
    this.lastTunnel = Tunnel.None;
    this.lastTunnelId = 0;
    this.tunnels = 0;
    this.outerIpBytes = 0;
    this.application = undefined;
  }

  /**
   * Notes an IP header.
   *
   * @param length Of the packet, as its header says; 0 where it says nothing.
   * @param transportAt Where what it carries begins.
   */
  enterIp(version: 4 | 6, at: number, length: number, protocol: number, transportAt: number): void {
    this.tunnel = this.lastTunnel;
    this.tunnelId = this.lastTunnelId;
    this.ipVersion = version;
    this.ipAt = at;
    const onWire = this.isCut ? this.frameAt + this.wireBytes - at : this.frameEnd - at;
    this.ipLength = length !== 0 ? Math.min(length, onWire) : this.isCut ? onWire : this.end - at;
    this.fragmentOffset = -1;
    this.application = undefined;
    this.enterTransport(protocol, transportAt);
  }

  /** Notes that the IP packet is a fragment. @param offset In bytes. */
  enterFragment(offset: number, hasMore: boolean, id: number): void {
    this.fragmentOffset = offset;
    this.hasMoreFragments = hasMore;
    this.fragmentId = id;
  }

  /** Notes what IP carries, behind one more extension header. */
  enterTransport(protocol: number, at: number): void {
    this.protocol = protocol;
    this.transportAt = at;
    if (isIp(protocol)) this.enterTunnel(Tunnel.Ip);
  }

  /**
   * Notes the header of a tunnel, once its record is written. What is inside has a context of its own.
   *
   * @param id An unsigned number of 32 bits, as one with a sign or without.
   */
  enterTunnel(tunnel: Tunnel, id = 0): void {
    this.lastTunnel = tunnel;
    this.lastTunnelId = id;
    this.tunnels++;
    if (this.outerIpBytes === 0) {
      this.outerSrcIpAt = this.srcIpAt;
      this.outerDstIpAt = this.dstIpAt;
      this.outerIpBytes = this.ipBytes;
      this.outerSrcPort = this.srcPort;
      this.outerDstPort = this.dstPort;
    }
    this.ipBytes = 0;
    this.srcPort = 0;
    this.dstPort = 0;
  }

  /** Notes the tunnel of another packet, whose datagram this one is. */
  enterTunnelOf(fragment: Packet): void {
    this.lastTunnel = fragment.lastTunnel;
    this.lastTunnelId = fragment.lastTunnelId;
    this.tunnels = fragment.tunnels;
  }

  /** Notes a VLAN tag. */
  enterVlan(id: number): void {
    this.vlans = ((this.vlans << 12) | id) & 0xffffff;
  }

  /**
   * Goes on with what a number leads to. One that leads nowhere ends the packet, which counts as
   * unknown by that number if anything is behind it.
   */
  follow(table: Table<Layer>, number: number, organization = 0): void {
    this.next = table.of(number);
    if (this.next === undefined) this.endAt(table, number, organization);
  }

  /** Ends the packet at a number of the table, whatever that leads to elsewhere. */
  endAt(table: Table<Layer>, number: number, organization = 0): void {
    this.unknownIn = table;
    this.unknownNumber = number;
    this.unknownOrganization = organization;
  }

  /** Writes the outermost IP addresses within the last tunnel, with `-context`. */
  writeAddresses(out: WireWriter, src: Tag<string>, dst: Tag<string>): void {
    if (!this.options.context) return;
    out.ipText(src, this.bytes, this.srcIpAt, this.ipBytes);
    out.ipText(dst, this.bytes, this.dstIpAt, this.ipBytes);
  }

  /** Writes the outermost ports there, with `-context`. */
  writePorts(out: WireWriter, src: Tag<number>, dst: Tag<number>): void {
    if (!this.options.context) return;
    out.uint32(src, this.srcPort);
    out.uint32(dst, this.dstPort);
  }
}
