import { typeNumber } from "../base/record/record_types.ts";
import type { RecordSink } from "../base/record/record_sink.ts";
import { ENTRY_KEY, ENTRY_VALUE, type Tag, tagsOf } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import { TUNNEL_NAMES } from "../decode/tunnels.ts";
import {
  IPProfileSchema,
  PortSchema,
  PortStatsSchema,
  ProtocolSchema,
} from "../../proto/netcap_tags.ts";
import { bytesOfText, type ConnectionPart } from "./connection_part.ts";
import { Profile } from "./profile.ts";

const TYPE = typeNumber(IPProfileSchema.name);
const TAG = tagsOf(IPProfileSchema);
const PORT_TAG = tagsOf(PortSchema);
const STATS_TAG = tagsOf(PortStatsSchema);
const PROTOCOL_TAG = tagsOf(ProtocolSchema);
/** In an entry of a map, as {@linkcode ENTRY_VALUE}. */
const NUMBER_VALUE = (2 << 3) as Tag<bigint>;
const MAX_PORTS = 64;
const MAX_NAMES = 64;
const MAX_HASHES = 16;
const MAX_PROTOCOLS = 32;

interface PortCount {
  readonly port: number;
  readonly protocol: string;
  packets: number;
  bytes: number;
}

/** What an address has sent and got. */
export class IpProfile extends Profile {
  readonly #protocols = new Map<string, { packets: number }>();
  readonly #hashes = new Map<string, string>();
  readonly #names = new Map<string, { count: number }>();
  readonly #from = new Map<string, PortCount>();
  readonly #to = new Map<string, PortCount>();
  readonly #contacted = new Map<string, PortCount>();

  /** @param address A character a byte. */
  constructor(
    private readonly address: string,
    private readonly tunnel: number,
    private readonly tunnelId: number,
  ) {
    super();
  }

  /** It is that side of a connection. */
  add(part: ConnectionPart, side: 0 | 1): void {
    const other = side === 0 ? 1 : 0;
    const packets = part.packets[0] + part.packets[1];
    const bytes = part.bytes[0] + part.bytes[1];
    this.count(part, packets, bytes);
    if (part.application !== "") {
      const protocol = this.entry(
        this.#protocols,
        part.application,
        MAX_PROTOCOLS,
        () => ({ packets: 0 }),
      );
      if (protocol !== undefined) protocol.packets += packets;
    }
    if (!part.hasPorts) return;
    this.#countPort(this.#from, part, part.ports[side], part.packets[side], part.bytes[side]);
    this.#countPort(this.#to, part, part.ports[side], part.packets[other], part.bytes[other]);
    this.#countPort(this.#contacted, part, part.ports[other], packets, bytes);
  }

  /** Notes a fingerprint of its TLS. @param kind `JA3` or `JA3S`. */
  addHash(hash: string, kind: string): void {
    this.entry(this.#hashes, hash, MAX_HASHES, () => kind);
    this.isChanged = true;
  }

  /** Notes a server's name that it was asked for, or asked for. */
  addName(name: string): void {
    const named = this.entry(this.#names, name, MAX_NAMES, () => ({ count: 0 }));
    if (named !== undefined) named.count++;
    this.isChanged = true;
  }

  write(sink: RecordSink): void {
    const out = sink.begin(TYPE);
    out.ipText(TAG.Addr, bytesOfText(this.address), 0, this.address.length);
    out.count(TAG.NumPackets, this.packets);
    out.nanos(TAG.TimestampFirst, this.firstSec, this.firstNsec);
    out.nanos(TAG.TimestampLast, this.lastSec, this.lastNsec);
    for (const [hash, kind] of this.#hashes) {
      inEntry(out, TAG.Ja3Hashes, hash, () => out.ascii(ENTRY_VALUE, kind));
    }
    for (const [name, { packets }] of this.#protocols) {
      inEntry(out, TAG.Protocols, name, () => {
        const protocol = out.open(ENTRY_VALUE);
        out.count(PROTOCOL_TAG.Packets, packets);
        out.close(protocol);
      });
    }
    out.count(TAG.Bytes, this.bytes);
    for (const [name, { count }] of this.#names) {
      inEntry(out, TAG.SNIs, name, () => out.count(NUMBER_VALUE, count));
    }
    for (const port of this.#from.values()) writePort(out, TAG.SrcPorts, port);
    for (const port of this.#to.values()) writePort(out, TAG.DstPorts, port);
    for (const port of this.#contacted.values()) writePort(out, TAG.ContactedPorts, port);
    out.count(TAG.NumLeftOut, this.leftOut);
    out.ascii(TAG.Tunnel, TUNNEL_NAMES[this.tunnel]!);
    out.uint32(TAG.TunnelID, this.tunnelId);
    sink.commit(TYPE);
  }

  #countPort(
    list: Map<string, PortCount>,
    { protocol }: ConnectionPart,
    port: number,
    packets: number,
    bytes: number,
  ): void {
    if (packets === 0) return;
    const make = () => ({ port, protocol, packets: 0, bytes: 0 });
    const counted = this.entry(list, protocol + String.fromCharCode(port), MAX_PORTS, make);
    if (counted === undefined) return;
    counted.packets += packets;
    counted.bytes += bytes;
  }
}

/** Writes an entry of a map, the value by the caller. */
function inEntry(out: WireWriter, tag: number, key: string, writeValue: () => void): void {
  const entry = out.open(tag as Tag<Uint8Array>);
  out.ascii(ENTRY_KEY, key);
  writeValue();
  out.close(entry);
}

function writePort(
  out: WireWriter,
  tag: Tag<unknown>,
  { port, protocol, packets, bytes }: PortCount,
) {
  const entry = out.open(tag as number as Tag<Uint8Array>);
  out.uint32(PORT_TAG.PortNumber, port);
  out.ascii(PORT_TAG.Protocol, protocol);
  const stats = out.open(PORT_TAG.Stats);
  out.count(STATS_TAG.Packets, packets);
  out.count(STATS_TAG.Bytes, bytes);
  out.close(stats);
  out.close(entry);
}
