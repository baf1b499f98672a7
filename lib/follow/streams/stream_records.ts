import { MAX_IPV6_TEXT_BYTES, writeIpv4Text, writeIpv6Text } from "../../base/text/address_text.ts";
import { latin1 } from "../../base/bytes/latin1.ts";
import type { RecordSink } from "../../base/record/record_sink.ts";
import type { Tag } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { Connections } from "../connections.ts";
import { createStreamCounts } from "./stream_counts.ts";

const ENCODER = new TextEncoder();
const ADDRESS = new Uint8Array(MAX_IPV6_TEXT_BYTES);

/** The connection whose records are written, and which of its sides the client is. */
export interface Ends {
  readonly row: number;
  readonly clientSide: 0 | 1;
}

/** Where readers write their records; who talked to whom they learn from the connection. */
export class StreamRecords {
  readonly counts = createStreamCounts();

  constructor(
    readonly connections: Connections,
    private readonly sink: RecordSink,
    readonly isWanted: (type: number) => boolean,
    /** Whether records of credentials are wanted, and names of users in other records. */
    readonly hasCredentials: boolean,
  ) {}

  /** The writer of a record, in which the packet's time is; undefined when nobody wants such records. */
  begin(
    type: number,
    timestamp: Tag<bigint>,
    at: Moment = this.connections,
  ): WireWriter | undefined {
    const out = this.open(type);
    out?.nanos(timestamp, at.sec, at.nsec);
    return out;
  }

  /** The writer of a record into which a decoder writes all; undefined when nobody wants such. */
  open(type: number): WireWriter | undefined {
    return this.isWanted(type) ? this.sink.begin(type) : undefined;
  }

  rewind(type: number): void {
    this.sink.rewind(type);
  }

  commit(type: number): void {
    if (!this.sink.commit(type)) this.counts.oversized++;
  }

  /** The time of the packet at hand. */
  now(): Moment {
    const { sec, nsec } = this.connections;
    return { sec, nsec };
  }

  /** The address of one end as text. */
  address(out: WireWriter, tag: Tag<string>, { row, clientSide }: Ends, isClient: boolean): void {
    const { connections } = this;
    const at = connections.addressAt(row, sideOf(clientSide, isClient));
    out.ipText(tag, connections.bytes, at, connections.addressBytes(row));
  }

  /** The port of one end. */
  port({ row, clientSide }: Ends, isClient: boolean): number {
    return this.connections.port(row, sideOf(clientSide, isClient));
  }

  /** The hardware address of one end, where the connection has them. */
  mac(out: WireWriter, tag: Tag<string>, { row, clientSide }: Ends, isClient: boolean): void {
    const { connections } = this;
    if (!connections.hasMacs(row)) return;
    out.macText(tag, connections.bytes, connections.macAt(row, sideOf(clientSide, isClient)), 6);
  }

  /** The connection's number of ours. */
  id(out: WireWriter, tag: Tag<bigint>, { row }: Ends): void {
    out.int64(tag, this.connections.id(row));
  }

  /** Copies the address of one end. */
  copyAddress({ row, clientSide }: Ends, isClient: boolean, to: Uint8Array, at: number): void {
    const { connections } = this;
    const from = connections.addressAt(row, sideOf(clientSide, isClient));
    to.set(connections.bytes.subarray(from, from + connections.addressBytes(row)), at);
  }

  /** The address of one end as text. */
  addressText({ row, clientSide }: Ends, isClient: boolean): string {
    const { connections } = this;
    const at = connections.addressAt(row, sideOf(clientSide, isClient));
    const write = connections.addressBytes(row) === 4 ? writeIpv4Text : writeIpv6Text;
    const end = write(ADDRESS, 0, connections.bytes, at);
    return latin1(ADDRESS, 0, end);
  }

  /** The address of one end as a key: its bytes, a character each. */
  hostKey({ row, clientSide }: Ends, isClient: boolean): string {
    const { bytes } = this.connections;
    const at = this.connections.addressAt(row, sideOf(clientSide, isClient));
    return latin1(bytes, at, at + this.connections.addressBytes(row));
  }

  /** The same with its port. */
  endKey(ends: Ends, isClient: boolean): string {
    return this.hostKey(ends, isClient) + String.fromCharCode(this.port(ends, isClient));
  }

  /** `source:port->destination:port`, as the original writes it: no brackets around IPv6. */
  flowText(ends: Ends, fromClient = true): string {
    const end = (isClient: boolean) =>
      `${this.addressText(ends, isClient)}:${this.port(ends, isClient)}`;
    return `${end(fromClient)}->${end(!fromClient)}`;
  }
}

/** When something was seen. */
export interface Moment {
  readonly sec: number;
  readonly nsec: number;
}

/** Writes text; nothing when it is empty. */
export function writeString(out: WireWriter, tag: Tag<string>, text: string): void {
  if (text === "") return;
  const mark = out.open(tag);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) {
      const rest = ENCODER.encode(text.slice(at));
      out.raw(rest, 0, rest.length);
      break;
    }
    out.byte(code);
  }
  out.close(mark);
}

function sideOf(clientSide: 0 | 1, isClient: boolean): 0 | 1 {
  return isClient ? clientSide : clientSide === 0 ? 1 : 0;
}
