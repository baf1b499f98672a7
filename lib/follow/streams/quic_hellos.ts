/** The TLS hellos in QUIC's Initial packets. RFC 9001, section 4.1.3. */
import { equalBytes, u24 } from "../../base/bytes/bytes.ts";
import { HeldBytes, MAX_HELD_BYTES } from "./held_bytes.ts";
import {
  cryptoPieces,
  initialKeys,
  type LongPacket,
  mayBeQuic,
  openInitial,
  type PacketKeys,
  parseLongPacket,
} from "./quic_initial.ts";
import { type HeldRoom, SegmentOrder } from "./segment_order.ts";
import { countRead } from "./stream_counts.ts";
import type { Ends, StreamRecords } from "./stream_records.ts";
import { parseClientHello, writeClientHello } from "./tls_client_hello.ts";
import { parseServerHello, writeServerHello } from "./tls_server_hello.ts";
import { CLIENT_HELLO, HANDSHAKE_HEADER_BYTES, SERVER_HELLO } from "./tls_spans.ts";

/** Packets that are tried in a second; opening one costs some 70 µs. */
export const MAX_TRIES_A_SECOND = 2000;
/** Datagrams of one connection that are looked at: hellos of today take up to four. */
const MAX_DATAGRAMS = 32;
const FLOW_BYTES = 3 << 10;
const NOTHING = new Uint8Array(0);

/** Keys, and the version and destination of the client's that they are of. */
interface MadeKeys extends PacketKeys {
  readonly version: number;
  readonly destination: Uint8Array;
}

/** What one side says in its handshake, put in order. */
class Side {
  isRead = false;
  /** What opened its last packet, and what that was made of. */
  keys: MadeKeys | undefined;
  readonly held: HeldBytes;
  readonly order: SegmentOrder;

  constructor(room: HeldRoom, records: StreamRecords) {
    this.held = new HeldBytes(records.connections);
    this.order = new SegmentOrder(room);
    this.order.begin(0);
  }

  /** The first message, once it is whole. */
  message(): Uint8Array | undefined {
    const { bytes, length } = this.held;
    if (length < HANDSHAKE_HEADER_BYTES) return undefined;
    const end = HANDSHAKE_HEADER_BYTES + u24(bytes, 1);
    return end <= length ? bytes.subarray(0, end) : undefined;
  }

  /** Whether a part of the message has come. */
  get hasPart(): boolean {
    return !this.isRead && (this.held.length > 0 || this.order.hasGap);
  }

  close(): void {
    this.held.close();
    this.order.close();
  }
}

/** A connection whose hellos are being read. */
class Flow implements HeldRoom {
  readonly client: Side;
  readonly server: Side;
  /** The client's last destination: after a Retry, keys are made of the new one. RFC 9001, section 5.2. */
  newest = NOTHING;
  datagrams = 0;
  hadNoRoom = false;
  isCut = false;
  #heldBytes = 0;

  constructor(private readonly records: StreamRecords) {
    this.client = new Side(this, records);
    this.server = new Side(this, records);
  }

  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > MAX_HELD_BYTES) return false;
    this.hadNoRoom ||= !this.records.connections.reserve(bytes);
    if (this.hadNoRoom) return false;
    this.#heldBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#heldBytes -= bytes;
    this.records.connections.release(bytes);
  }
}

export class QuicHellos {
  readonly #flows = new Map<number, Flow>();
  #second = 0;
  #tries = 0;

  constructor(private readonly records: StreamRecords) {}

  /** Takes a datagram; false when it is none of a connection of QUIC that is read here. */
  datagram(
    row: number,
    direction: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): boolean {
    const known = this.#flows.get(row);
    if (known === undefined && !mayBeQuic(bytes, at, end)) return false;
    const flow = known ?? this.#begin(row);
    if (flow === undefined) return true;
    flow.isCut ||= missing > 0;
    const ends: Ends = { row, clientSide: 0 };
    while (at < end) {
      const packet = parseLongPacket(bytes, at, end);
      if (packet === undefined) break;
      if (packet.isInitial) this.#read(flow, ends, direction === 0, bytes, packet);
      at = packet.end;
    }
    const isDone = flow.client.isRead && flow.server.isRead;
    if (isDone || ++flow.datagrams === MAX_DATAGRAMS) this.#stop(row, flow);
    return true;
  }

  closed(row: number): void {
    const flow = this.#flows.get(row);
    if (flow !== undefined) this.#forget(row, flow);
  }

  #begin(row: number): Flow | undefined {
    const { connections, counts } = this.records;
    if (!connections.reserve(FLOW_BYTES)) {
      counts.noRoom++;
      connections.stopReading(row);
      return undefined;
    }
    const flow = new Flow(this.records);
    this.#flows.set(row, flow);
    return flow;
  }

  #read(flow: Flow, ends: Ends, fromClient: boolean, bytes: Uint8Array, packet: LongPacket): void {
    const side = fromClient ? flow.client : flow.server;
    if (fromClient) flow.newest = packet.destination.slice();
    if (side.isRead) return;
    const frames = this.#open(flow, fromClient, bytes, packet);
    if (frames === undefined) return;
    if (fromClient) this.records.connections.setApplication(ends.row, "QUIC");
    for (const { offset, data } of cryptoPieces(frames)) {
      if (offset > MAX_HELD_BYTES) continue;
      side.order.add(offset, data, 0, data.length, false, (part, at, end) => {
        flow.hadNoRoom ||= side.held.append(part, at, end) < end && !side.held.isFull;
      });
    }
    const message = side.message();
    if (message === undefined) return;
    side.isRead = true;
    this.#write(ends, fromClient, message, packet.version);
    side.close();
  }

  /** Opens a packet, with keys of the client's last destination if it is not with those that are known. */
  #open(
    flow: Flow,
    fromClient: boolean,
    bytes: Uint8Array,
    packet: LongPacket,
  ): Uint8Array | undefined {
    const side = fromClient ? flow.client : flow.server;
    const { version } = packet;
    const { newest: destination } = flow;
    const { keys: known } = side;
    if (known !== undefined) {
      if (!this.#mayTry()) return undefined;
      const frames = openInitial(known, bytes, packet);
      if (frames !== undefined) return frames;
      if (known.version === version && equalBytes(known.destination, destination)) return undefined;
    }
    if (destination.length === 0 || !this.#mayTry()) return undefined;
    const keys = initialKeys(version, destination, fromClient ? "client" : "server");
    const frames = openInitial(keys, bytes, packet);
    if (frames !== undefined) side.keys = { ...keys, version, destination };
    return frames;
  }

  #mayTry(): boolean {
    const { connections, counts } = this.records;
    if (connections.sec !== this.#second) {
      this.#second = connections.sec;
      this.#tries = 0;
    }
    if (this.#tries === MAX_TRIES_A_SECOND) {
      counts.quicPassed++;
      return false;
    }
    this.#tries++;
    return true;
  }

  #write(ends: Ends, fromClient: boolean, message: Uint8Array, quicVersion: number): void {
    const carrier = { recordType: 0, recordVersion: 0, recordBytes: 0, quicVersion };
    const body = message.subarray(HANDSHAKE_HEADER_BYTES);
    const { counts } = this.records;
    if (fromClient && message[0] === CLIENT_HELLO) {
      const hello = parseClientHello(body);
      if (hello === undefined) counts.broken++;
      else {
        countRead(counts, "QUIC");
        writeClientHello(this.records, ends, hello, message, carrier);
      }
    } else if (!fromClient && message[0] === SERVER_HELLO) {
      const hello = parseServerHello(body);
      if (hello === undefined) counts.broken++;
      else writeServerHello(this.records, ends, hello, carrier);
    }
  }

  #stop(row: number, flow: Flow): void {
    this.#forget(row, flow);
    this.records.connections.stopReading(row);
  }

  #forget(row: number, flow: Flow): void {
    const { counts } = this.records;
    if (flow.client.hasPart || flow.isCut || flow.hadNoRoom) {
      counts[flow.hadNoRoom ? "noRoom" : flow.isCut ? "cut" : "missing"]++;
    }
    flow.client.close();
    flow.server.close();
    this.#flows.delete(row);
    this.records.connections.release(FLOW_BYTES);
  }
}
