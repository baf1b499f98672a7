import type { RecordSink } from "../base/record/record_sink.ts";
import { u16 } from "../base/bytes/bytes.ts";
import { WireWriter } from "../base/record/wire_writer.ts";
import type { PacketHandler } from "../capture/packet_handler.ts";
import type { DecodeAs } from "./decode_as.ts";
import type { Decoder } from "./decoder.ts";
import { Outcome, OUTCOME_NAMES } from "./outcome.ts";
import { type Layer, Packet, type RecordOptions } from "./packet.ts";
import { Routes } from "./routes.ts";
import { ADDRESSES_BYTES, type FragmentCounts, type Reassembly } from "./reassembly.ts";
import { type HeaderTaker, passHeaders } from "./taken_headers.ts";
import { Tunnel, writeTunnel } from "./tunnels.ts";
import { UnknownNumbers } from "./unknown_numbers.ts";

/** What the dissector made of its packets: `packets = decoded + Σ failed + Σ unknown`. */
export interface DissectCounts {
  /** All packets that it was given. */
  packets: number;
  /** Packets that were decoded to their end, or to the payload of TCP, UDP or SCTP. */
  decoded: number;
  /** Packets that ended early, by layer and reason, as `"Tcp truncated"`. */
  failed: Record<string, number>;
  /**
   * Packets that were decoded up to a number that no decoder knows, by layer and number, as
   * `"Ethernet unknown 0x8926"`. At most 256 numbers; those of the others are together, by layer, as
   * `"Ethernet unknown others"`.
   */
  unknown: Record<string, number>;
  /** Packets of which a part only was captured; they are among the others. */
  cut: number;
  /** Records that were larger than a record may be, and dropped. */
  oversized: number;
  /** What became of fragments, if they are put together. */
  fragments?: FragmentCounts;
}

/** Who is told of packets once they are decoded. */
export interface PacketFollower {
  /** Takes a packet with an IP header; what it says holds during the call. No record is open then. */
  follow(packet: Packet): void;
  /**
   * Takes a packet whose headers were taken last, behind which nobody decodes anything. False when it
   * needs more of it: then it is to be given the packet.
   */
  followPlain(wireBytes: number, sec: number, nsec: number): boolean;
}

const SCRATCH_BYTES = 4096;
/**
 * No packet may have more layers, of which tunnels within tunnels make one record each: a large
 * packet of labels or of IP in IP would else become thousands of records, each over all the rest.
 */
const MAX_LAYERS = 64;
/** In counts: what leads to the outermost layer. */
const LINK_TYPE = "LinkType";

/**
 * Walks each packet from its outermost layer inwards and has each layer's decoder write its record
 * into the sink. Owns the framing: a record is begun, then committed, or taken back when its
 * decoder refuses the bytes. The first refusal ends the packet; the records of the layers before it
 * stay.
 */
export class Dissector implements PacketHandler {
  readonly #sink: RecordSink;
  readonly #packet: Packet;
  /** What fragments hold. */
  readonly #inner: Packet;
  readonly #reassembly: Reassembly | undefined;
  readonly #tunnelDepth: number;
  readonly #headers: HeaderTaker | undefined;
  /** By record type, whether such records are written: 1 or 0. */
  readonly #isWritten: Uint8Array;
  /** Takes the records that nobody wants, so that their decoders still find the next layer. */
  readonly #scratch = new WireWriter(SCRATCH_BYTES);
  readonly #follower: PacketFollower | undefined;
  /** Counts by outcome, of decoders that have refused something. */
  readonly #failed = new Map<Layer, number[]>();
  readonly #unknown = new UnknownNumbers();
  #packets = 0;
  #decoded = 0;
  #cut = 0;
  #oversized = 0;

  /**
   * @param decoders The decoders to use, at most one for each number. Others to which they lead by
   *   name come along, but write nothing.
   * @param isWanted Whether records of that type are to be written.
   * @param decodeAs What leads to other decoders than it does by itself; the last one counts.
   * @param headers Is asked first for each packet.
   * @param reassembly Puts fragments together: what they hold becomes records, too.
   * @param follower Is told of each packet with an IP header, behind its records.
   */
  constructor(
    decoders: readonly Decoder[],
    sink: RecordSink,
    options: RecordOptions,
    isWanted: (type: number) => boolean = () => true,
    decodeAs: readonly DecodeAs[] = [],
    headers?: HeaderTaker,
    follower?: PacketFollower,
    reassembly?: Reassembly,
  ) {
    this.#sink = sink;
    this.#headers = headers;
    this.#follower = follower;
    this.#reassembly = reassembly;
    this.#tunnelDepth = options.tunnelDepth ?? MAX_LAYERS;
    this.#packet = new Packet(options, routesOf(decoders, decodeAs));
    this.#inner = new Packet(options, this.#packet.routes);
    const types = decoders.filter(({ schema }) => schema).map(({ type }) => type);
    this.#isWritten = new Uint8Array(1 + Math.max(0, ...types));
    for (const type of types) if (isWanted(type)) this.#isWritten[type] = 1;
  }

  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    originalLength: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): void {
    this.#packets++;
    if (end - at < originalLength) this.#cut++;
    const headers = this.#headers;
    const isTaken = headers !== undefined && headers.take(bytes, at, end, sec, nsec, linkType);
    if (isTaken && headers.isPlain) {
      if (this.#follower === undefined || this.#follower.followPlain(originalLength, sec, nsec)) {
        this.#decoded++;
        return;
      }
    }
    const p = this.#packet;
    p.begin(bytes, at, end, sec, nsec);
    p.isCut = end - at < originalLength;
    p.wireBytes = originalLength;
    p.linkType = linkType;
    this.#walk(p, linkType, isTaken ? headers : undefined);
    if (p.ipVersion !== 0 && p.fragmentOffset >= 0) this.#putTogether(p);
    if (p.ipVersion !== 0) this.#follower?.follow(p);
  }

  /** Decodes a packet from its outermost layer inwards, or what is behind the headers that were taken. */
  #walk(p: Packet, linkType: number, headers: HeaderTaker | undefined): void {
    let name = LINK_TYPE;
    let last: Layer | undefined;
    let layer: Layer | undefined;
    let depth = 0;
    if (headers !== undefined) {
      const { taken } = headers;
      passHeaders(p, taken);
      if (p.takenIpAt >= 0 && p.at < p.end && p.next === undefined) headers.leadsNowhere();
      name = taken.name;
      depth = taken.layers;
      layer = p.at < p.end ? p.next : undefined;
    } else {
      p.follow(p.routes.linkType, linkType);
      layer = p.next;
    }
    for (; layer !== undefined; depth++) {
      p.next = undefined;
      const isTooDeep = depth >= MAX_LAYERS || p.tunnels > this.#tunnelDepth;
      const outcome = isTooDeep ? Outcome.TooDeep : this.#decodeLayer(layer, p);
      if (outcome !== Outcome.Ok) {
        this.#countFailure(layer, outcome);
        if (layer === p.application) p.application = undefined;
        return;
      }
      if (p.at >= p.end) break;
      last = layer;
      layer = p.next;
    }
    if (p.unknownIn === undefined || p.at >= p.end) this.#decoded++;
    else this.#unknown.add(last?.name ?? name, p);
  }

  /**
   * Decodes the header behind IP of a first fragment, and what is in a datagram that is whole with this
   * one. What cannot be decoded of it makes no record; the fragment's own packet counts as it does alone.
   */
  #putTogether(p: Packet): void {
    const layer = p.routes.ipProtocol.of(p.protocol);
    if (this.#reassembly === undefined || layer === undefined) return;
    const inner = this.#inner;
    let hasRecord = false;
    if (p.fragmentOffset === 0) {
      inner.begin(p.bytes, p.transportAt, p.end, p.sec, p.nsec);
      inner.isCut = true;
      inner.enterTunnelOf(p);
      inner.ipBytes = p.ipBytes;
      inner.srcIpAt = p.srcIpAt;
      inner.dstIpAt = p.dstIpAt;
      hasRecord = this.#decodeLayer(layer, inner) === Outcome.Ok;
    }
    if (!this.#reassembly.take(p, hasRecord)) return;
    inner.begin(this.#reassembly.bytes, ADDRESSES_BYTES, this.#reassembly.end, p.sec, p.nsec);
    inner.isCut = false;
    inner.enterTunnelOf(p);
    inner.ipBytes = p.ipBytes;
    inner.srcIpAt = 0;
    inner.dstIpAt = ADDRESSES_BYTES / 2;
    if (p.ipBytes > 0) { // else IP in IP
      inner.srcPort = u16(inner.bytes, inner.at);
      inner.dstPort = u16(inner.bytes, inner.at + 2);
    }
    this.#scratch.at = 0;
    const outcome = this.#reassembly.hasRecord
      ? layer.decode(inner, this.#scratch)
      : this.#decodeLayer(layer, inner);
    let next = outcome === Outcome.Ok && inner.at < inner.end ? inner.next : undefined;
    for (let depth = 0; next !== undefined && depth < MAX_LAYERS; depth++) {
      if (inner.tunnels > this.#tunnelDepth) break;
      inner.next = undefined;
      if (this.#decodeLayer(next, inner) !== Outcome.Ok) {
        if (next === inner.application) inner.application = undefined;
        break;
      }
      next = inner.at < inner.end ? inner.next : undefined;
    }
    p.application = inner.application;
  }

  /**
   * Decodes the first `layers` headers of a packet, which is not counted; see {@linkcode
   * PacketHandler.packet}. The bytes behind them need not be there.
   */
  headers(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    linkType: number,
    layers: number,
  ): void {
    const p = this.#packet;
    p.begin(bytes, at, end, sec, nsec);
    p.isHeadersAlone = true;
    let layer: Layer | undefined = p.routes.linkType.of(linkType);
    for (; layers > 0 && layer !== undefined; layers--) {
      p.next = undefined;
      if (this.#decodeLayer(layer, p) !== Outcome.Ok) return;
      layer = p.next;
    }
  }

  /** The counts so far. */
  counts(): DissectCounts {
    const failed: Record<string, number> = {};
    for (const [{ name }, counts] of this.#failed) {
      counts.forEach((count, outcome) => {
        if (count > 0) failed[`${name} ${OUTCOME_NAMES[outcome]}`] = count;
      });
    }
    return {
      packets: this.#packets,
      decoded: this.#decoded,
      failed,
      unknown: this.#unknown.counts(),
      cut: this.#cut,
      oversized: this.#oversized,
      ...(this.#reassembly && { fragments: this.#reassembly.counts() }),
    };
  }

  #decodeLayer(layer: Layer, p: Packet): Outcome {
    const { type } = layer;
    if (this.#isWritten[type] !== 1) {
      this.#scratch.at = 0;
      return layer.decode(p, this.#scratch);
    }
    const tunnel = p.lastTunnel;
    const tunnelId = p.lastTunnelId;
    const out = this.#sink.begin(type);
    const outcome = layer.decode(p, out);
    if (outcome !== Outcome.Ok) {
      this.#sink.rewind(type);
      return outcome;
    }
    if (tunnel !== Tunnel.None) writeTunnel(out, tunnel, tunnelId);
    if (!this.#sink.commit(type)) this.#oversized++;
    return outcome;
  }

  #countFailure(layer: Layer, outcome: Outcome): void {
    let counts = this.#failed.get(layer);
    if (counts === undefined) {
      counts = OUTCOME_NAMES.map(() => 0);
      this.#failed.set(layer, counts);
    }
    counts[outcome]!++;
  }
}

function routesOf(decoders: readonly Decoder[], decodeAs: readonly DecodeAs[]): Routes<Decoder> {
  const routes = new Routes<Decoder>(decoders);
  for (const { table, numbers, decoder } of decodeAs) {
    for (const number of numbers) routes[table].set(number, decoder);
  }
  return routes;
}
