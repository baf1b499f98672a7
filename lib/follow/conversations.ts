import { u16 } from "../base/bytes/bytes.ts";
import type { RecordSink } from "../base/record/record_sink.ts";
import { LinkType } from "../capture/link_type.ts";
import type { PacketFollower } from "../decode/dissect.ts";
import type { Layer, Packet } from "../decode/packet.ts";
import { TCP, UDP } from "../decode/taken_headers.ts";
import type { AddressPseudonyms } from "./address_pseudonyms.ts";
import { ConnectionRecords, type EndReason, isOneSided } from "./connection_record.ts";
import { ConnectionTable, IS_REPLY, NO_ROW, Num, ROW_BYTES, Word } from "./connection_table.ts";
import { Connections } from "./connections.ts";
import { ANY_RST, BOTH_FIN, BOTH_SEEN, Fact, TcpFlag } from "./facts.ts";
import { FlowKey } from "./flow_key.ts";
import { FragmentPorts } from "./fragment_ports.ts";
import { FlowTime } from "./flow_time.ts";
import { createFollowCounts, type FollowCounts } from "./follow_counts.ts";
import { FollowMemory } from "./follow_memory.ts";
import type { FollowOptions } from "./follow_options.ts";
import { isAnswer } from "./icmp_pairs.ts";
import { IdleLists } from "./idle_lists.ts";
import {
  isIcmp,
  isToMany,
  measure,
  Size,
  TCP_HEADER_BYTES,
  UDP_HEADER_BYTES,
} from "./packet_size.ts";
import { Followed, Is, SensorKernel, State } from "./sensor_kernel.ts";
import type { StreamReaders } from "./stream_readers.ts";
import { Profiles, type WantedProfiles } from "./profiles.ts";
import { noteFlip } from "./tcp_history.ts";
import { writeUidHashes } from "./uid_hashes.ts";
import { applicationName } from "./application_name.ts";

/** Of the memory; the rest is left to streams. */
const TABLE_PART = 3 / 4;
/** Of the memory, where there are profiles. */
const PROFILES_PART = 1 / 8;
const MIN_ROWS = 16;
const MAC_BYTES = 6;
/** Idle connections that one packet ends at most, so that none takes long. */
const ENDED_AT_ONCE = 32;
/** Records that are written until they may be taken away. */
const WRITTEN_AT_ONCE = 4096;

/** What makes records of what connections carry, given where to find these. */
export type MakeReaders = (connections: Connections) => StreamReaders;

/** How many connections there may be at once. */
function maxRowsOf({ maxBytes }: FollowOptions): number {
  return Math.max(MIN_ROWS, Math.floor(maxBytes * TABLE_PART / ROW_BYTES));
}

/** A kernel with room for the connections that there may be. */
export function kernelFor(options: FollowOptions): SensorKernel {
  return new SensorKernel(ConnectionTable.bytesOf(maxRowsOf(options)));
}

/**
 * Tells conversations by their packets: is given each packet once it is decoded, and writes a
 * `Connection` record when a connection ends, and every so often while it lasts. A packet of a known
 * connection allocates nothing. A kernel counts it, and finds its connection, too, where its headers
 * are those of a flow whose connection is known (`kernel/follow.ts`).
 */
export class Conversations implements PacketFollower {
  readonly #kernel: SensorKernel;
  readonly #activeSeconds: number;
  readonly #table: ConnectionTable;
  readonly #lists: IdleLists;
  readonly #memory: FollowMemory;
  readonly #connections: Connections;
  readonly #records: ConnectionRecords | undefined;
  readonly #readers: StreamReaders | undefined;
  readonly #profiles: Profiles | undefined;
  readonly #counts = createFollowCounts();
  readonly #time: FlowTime;
  readonly #key = new FlowKey();
  readonly #size = new Size();
  readonly #fragments: FragmentPorts;
  readonly #pseudonyms: AddressPseudonyms | undefined;
  #nextId = 0;

  /**
   * @param isWritten Whether `Connection` records are to be written.
   * @param random 12 random bytes, for identifiers that no other run gives, and for hashes.
   * @param pseudonyms Stand in place of addresses in identifiers that are made of them.
   * @param profiles Which are to be written; without, none are made.
   * @param kernel That which takes the headers of the packets, see {@linkcode kernelFor}.
   */
  constructor(
    options: FollowOptions,
    sink: RecordSink,
    isWritten: boolean,
    random: Uint8Array,
    makeReaders?: MakeReaders,
    pseudonyms?: AddressPseudonyms,
    profiles?: WantedProfiles,
    kernel = kernelFor(options),
  ) {
    const { idleSeconds, activeSeconds, maxBytes } = options;
    const view = new DataView(random.buffer, random.byteOffset, random.length);
    this.#kernel = kernel;
    this.#time = new FlowTime(kernel);
    this.#activeSeconds = kernel.state[State.ActiveSeconds] = activeSeconds;
    this.#table = new ConnectionTable(kernel, maxRowsOf(options), view.getInt32(8));
    this.#fragments = new FragmentPorts(view.getInt32(4));
    this.#lists = new IdleLists(this.#table, idleSeconds, kernel);
    this.#memory = new FollowMemory(Math.max(maxBytes, MIN_ROWS * ROW_BYTES));
    this.#connections = new Connections(this.#table, this.#memory, view.getBigUint64(0));
    this.#pseudonyms = pseudonyms;
    if (isWritten) {
      this.#records = new ConnectionRecords(this.#table, this.#connections, sink, pseudonyms);
    }
    if (profiles !== undefined) {
      const bytes = maxBytes * PROFILES_PART;
      this.#memory.reserve(bytes);
      const seconds = activeSeconds;
      this.#profiles = new Profiles(this.#table, this.#connections, sink, profiles, seconds, bytes);
      this.#connections.hellos = this.#profiles;
    }
    this.#readers = makeReaders?.(this.#connections);
  }

  /** The counts so far. */
  counts(): FollowCounts {
    const clockSetBack = this.#time.jumpsBack;
    const open = this.#table.count;
    const { state } = this.#kernel;
    const counted = {
      packets: state[State.Packets]!,
      doubled: state[State.Doubled]!,
      superPackets: state[State.SuperPackets]!,
      withoutLength: state[State.WithoutLength]!,
    };
    return { ...this.#counts, ...counted, open, clockSetBack, ...this.#profiles?.counts() };
  }

  follow(p: Packet): void {
    const isTaken = p.takenIpAt === p.ipAt;
    const followed = isTaken ? this.#kernel.exports.followTaken(p.wireBytes, 1) : NO_ROW;
    if (followed >= 0) this.#content(followed, p);
    else this.#find(p, isTaken);
  }

  followPlain(wireBytes: number, sec: number, nsec: number): boolean {
    if (this.#kernel.exports.followTaken(wireBytes, 0) < 0) return false;
    this.#connections.sec = sec;
    this.#connections.nsec = nsec;
    return true;
  }

  /** The packet is counted; goes on with what it carries. */
  #content(followed: number, p: Packet): void {
    const row = followed >> Followed.RowShift;
    this.#connections.sec = p.sec;
    this.#connections.nsec = p.nsec;
    if (p.application !== undefined) this.#noteApplication(row, p.application);
    if ((followed & Followed.Read) === 0) return;
    measure(p, this.#size);
    this.#read(row, (followed & Followed.Server) === 0 ? 0 : 1, p, p.protocol === TCP);
  }

  /** Finds the connection of a packet, and counts it. */
  #find(p: Packet, isTaken: boolean): void {
    this.#time.packet(p.sec, p.nsec);
    this.#endIdle(ENDED_AT_ONCE);
    this.#profiles?.step(this.#time.now, ENDED_AT_ONCE);
    const key = this.#key;
    key.take(p);
    if (p.fragmentOffset >= 0) this.#fragments.take(p, key, this.#time.now);
    const size = this.#size;
    measure(p, size);
    this.#connections.sec = p.sec;
    this.#connections.nsec = p.nsec;
    const isSegment = p.protocol === TCP && p.fragmentOffset <= 0 &&
      p.transportAt + TCP_HEADER_BYTES <= p.frameEnd;
    let row = this.#table.find(key);
    if (row !== NO_ROW && this.#lists.isIdle(row, this.#time.now)) {
      this.#close(row, this.#reasonOf(row) ?? "idle");
      row = NO_ROW;
    } else if (row !== NO_ROW && isSegment && this.#beginsAnother(row, p)) {
      this.#close(row, this.#reasonOf(row) ?? "replaced");
      row = NO_ROW;
    }
    if (row === NO_ROW) row = this.#open(p, isSegment);
    else if (
      this.#time.now - this.#table.numbers[this.#table.numbersAt(row) + Num.PartFlow]! >=
        this.#activeSeconds
    ) {
      this.#writePart(row);
    }
    const side = this.#count(row, p, isSegment);
    if (isTaken) this.#kernel.exports.linkTaken(row, side);
    this.#keepQuiet();
  }

  /** Until something is due but packets, the kernel need not ask. */
  #keepQuiet(): void {
    const { nextCheck } = this.#lists;
    this.#kernel.state[State.QuietUntil] = Math.min(
      nextCheck,
      this.#profiles?.nextStep ?? Infinity,
    );
  }

  /** It is so late by a steady clock, in seconds: of a live capture. */
  tick(seconds: number): void {
    this.#time.tick(seconds);
    this.#endIdle(WRITTEN_AT_ONCE);
    this.#profiles?.step(this.#time.now, WRITTEN_AT_ONCE);
    this.#keepQuiet();
  }

  /** Writes what is not in a record yet, of all connections, a part at each step; they go on. */
  writeParts(): Iterable<void> {
    return this.#each((row) => this.#packetsOf(row) > 0 && this.#writePart(row));
  }

  /** Ends all connections, a part at each step, and writes what profiles have changed. */
  *end(): Iterable<void> {
    yield* this.#each((row) => this.#close(row, this.#reasonOf(row) ?? "end"));
    yield* this.#profiles?.snapshot() ?? [];
  }

  *#each(take: (row: number) => void): Iterable<void> {
    let taken = 0;
    for (let row = 0; row < this.#table.touched; row++) {
      if (!this.#lists.has(row)) continue;
      take(row);
      if (++taken % WRITTEN_AT_ONCE === 0) yield;
    }
  }

  #endIdle(most: number): void {
    const { now } = this.#time;
    if (now < this.#lists.nextCheck) return;
    for (; most > 0; most--) {
      const row = this.#lists.idle(now);
      if (row === NO_ROW) return;
      this.#close(row, this.#reasonOf(row) ?? "idle");
    }
  }

  /** Whether a segment opens a connection with the addresses and ports of another that there was. */
  #beginsAnother(row: number, { bytes, transportAt: at }: Packet): boolean {
    if ((bytes[at + 13]! & (TcpFlag.Syn | TcpFlag.Ack)) !== TcpFlag.Syn) return false;
    const { words } = this.#table;
    const w = this.#table.wordsAt(row);
    const facts = words[w + Word.Facts]!;
    const direction = this.#directionOf(facts);
    if ((facts & (Fact.FirstSeqKnown << direction)) !== 0) {
      const seq = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) |
        bytes[at + 7]!;
      return words[w + Word.FirstSeq + direction] !== seq; // else it comes once more
    }
    return (facts & (Fact.Seen << direction)) !== 0;
  }

  #directionOf(facts: number): number {
    return (this.#key.isSwapped ? 1 : 0) ^ (facts & Fact.ClientIsSecond);
  }

  #open(p: Packet, isSegment: boolean): number {
    const table = this.#table;
    if (table.needsMemory && (table.isFull || !this.#memory.reserve(ROW_BYTES))) {
      const row = this.#lists.longestIdle();
      this.#close(row, this.#reasonOf(row) ?? "evicted");
    }
    const row = this.#lists.add(this.#key, this.#time.now);
    const { words, numbers, bytes } = table;
    const w = table.wordsAt(row);
    const n = table.numbersAt(row);
    const at = p.transportAt;
    const flags = isSegment ? p.bytes[at + 13]! & (TcpFlag.Syn | TcpFlag.Ack) : 0;
    const isIcmpKnown = isIcmp(p.protocol) && this.#key.knowsPorts && p.fragmentOffset <= 0;
    const isReply = flags === (TcpFlag.Syn | TcpFlag.Ack) ||
      (isIcmpKnown && isAnswer(p.protocol, p.bytes[at]!) && !isToMany(p));
    let facts = this.#key.isSwapped !== isReply ? Fact.ClientIsSecond : 0;
    if (flags === TcpFlag.Syn) facts |= Fact.BeginningSeen;
    if (isIcmpKnown) {
      const typeAndCode = (p.bytes[at]! << 8) | p.bytes[at + 1]!;
      words[w + Word.IcmpFirst] = isReply ? IS_REPLY | typeAndCode : typeAndCode;
    }
    words[w + Word.LinkType] = p.linkType;
    if (p.linkType === LinkType.Ethernet) {
      facts |= Fact.HasMacs;
      const to = 4 * (w + Word.Macs);
      const client = p.frameAt + (isReply ? 0 : MAC_BYTES);
      for (let i = 0; i < MAC_BYTES; i++) {
        bytes[to + i] = p.bytes[client + i]!;
        bytes[to + MAC_BYTES + i] = p.bytes[p.frameAt + (isReply ? MAC_BYTES : 0) + i]!;
      }
    }
    words[w + Word.Facts] = facts;
    if (this.#records) writeUidHashes(p, words, w + Word.UidHashes, this.#pseudonyms);
    numbers[n + Num.Id] = this.#nextId++;
    numbers[n + Num.StartSec] = p.sec;
    words[w + Word.StartNsec] = p.nsec;
    this.#counts.opened++;
    if (this.#readers?.opened(row)) words[w + Word.Facts]! |= Fact.Read;
    if (isReply && isSegment) noteFlip(table, row);
    return row;
  }

  /** Returns which side has sent it. */
  #count(row: number, p: Packet, isSegment: boolean): number {
    const { exports } = this.#kernel;
    const { words } = this.#table;
    const w = this.#table.wordsAt(row);
    const { ipBytes, payloadBytes, hasLength } = this.#size;
    const side = this.#directionOf(words[w + Word.Facts]!);
    const { protocol, transportAt, frameEnd } = p;
    const isFragment = p.fragmentOffset >= 0;
    const isPrintable = (protocol === TCP || protocol === UDP) && !isFragment &&
      transportAt + UDP_HEADER_BYTES <= frameEnd;
    const is = (hasLength ? 0 : Is.WithoutLength) | (isFragment ? Is.Fragment : 0) |
      (isSegment ? Is.Segment : 0) | (isPrintable ? Is.Printable : 0);
    const id = p.ipVersion === 4 ? u16(p.bytes, p.ipAt + 4) : 0;
    const at = this.#kernel.transportAt(p.bytes, transportAt, frameEnd);
    const end = at + frameEnd - transportAt;
    const { sec, nsec, wireBytes, tunnelId } = p;
    // deno-fmt-ignore
    exports.count(row, side, sec, nsec, wireBytes, ipBytes, payloadBytes, is, id, tunnelId, at, end);
    if (!this.#key.knowsPorts && this.#key.hasPorts) this.#counts.portsUnknown++;
    if (p.application !== undefined) this.#noteApplication(row, p.application);
    if ((words[w + Word.Facts]! & Fact.Read) !== 0) this.#read(row, side, p, isSegment);
    return side;
  }

  #noteApplication(row: number, application: Layer): void {
    if (this.#table.words[this.#table.wordsAt(row) + Word.Application] !== 0) return;
    this.#connections.setApplication(row, applicationName(application));
  }

  #read(row: number, direction: number, p: Packet, isSegment: boolean): void {
    const { bytes, transportAt, frameEnd } = p;
    const { payloadAt, payloadBytes } = this.#size;
    const at = Math.min(payloadAt, frameEnd);
    const end = Math.min(frameEnd, payloadAt + payloadBytes);
    const missing = payloadBytes - Math.max(0, end - at);
    if (isSegment) {
      const flags = bytes[transportAt + 13]!;
      const seq = (bytes[transportAt + 4]! << 24) | (bytes[transportAt + 5]! << 16) |
        (bytes[transportAt + 6]! << 8) | bytes[transportAt + 7]!;
      if (payloadBytes > 0 || (flags & (TcpFlag.Fin | TcpFlag.Syn | TcpFlag.Rst)) !== 0) {
        this.#readers!.segment(row, direction, seq, flags, bytes, at, end, missing);
      }
    } else if (p.protocol === UDP && p.fragmentOffset < 0 && payloadBytes > 0) {
      this.#readers!.datagram(row, direction, bytes, at, end, missing);
    }
  }

  /** Why a connection ends, if its packets say so. */
  #reasonOf(row: number): EndReason | undefined {
    const facts = this.#table.words[this.#table.wordsAt(row) + Word.Facts]!;
    if ((facts & ANY_RST) !== 0) return "rst";
    return (facts & BOTH_FIN) === BOTH_FIN ? "fin" : undefined;
  }

  #packetsOf(row: number): number {
    const w = this.#table.wordsAt(row);
    return this.#table.words[w + Word.Packets]! + this.#table.words[w + Word.Packets + 1]!;
  }

  #writePart(row: number): void {
    this.#profiles?.add(row);
    this.#records?.write(row, "active");
    this.#counts.interim++;
    this.#table.beginPart(row);
  }

  #close(row: number, reason: EndReason): void {
    if ((this.#table.words[this.#table.wordsAt(row) + Word.Facts]! & BOTH_SEEN) !== BOTH_SEEN) {
      if (isOneSided(this.#table, row)) this.#counts.oneSided++;
    }
    this.#readers?.closed(row);
    if (this.#packetsOf(row) > 0) this.#profiles?.add(row);
    this.#records?.write(row, reason);
    this.#counts[COUNT_OF[reason]]++;
    this.#table.remove(row);
  }
}

const COUNT_OF = {
  active: "interim",
  fin: "finished",
  rst: "reset",
  replaced: "replaced",
  idle: "idle",
  evicted: "evicted",
  end: "ended",
} as const;
