import type { RecordSink } from "../base/record/record_sink.ts";
import { LinkType } from "../capture/link_type.ts";
import type { PacketFollower } from "../decode/dissect.ts";
import type { Packet } from "../decode/packet.ts";
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
import { isIcmp, isToMany, measure, printOf, Size } from "./packet_size.ts";
import type { StreamReaders } from "./stream_readers.ts";
import { Profiles, type WantedProfiles } from "./profiles.ts";
import { countSegment, noteFlip, TCP_HEADER_BYTES } from "./tcp_segments.ts";
import { writeUidHashes } from "./uid_hashes.ts";
import { applicationName } from "./application_name.ts";

/** Of the memory; the rest is left to streams. */
const TABLE_PART = 3 / 4;
/** Of the memory, where there are profiles. */
const PROFILES_PART = 1 / 8;
const MIN_ROWS = 16;
/** Farther apart, equal packets are no work of a mirror port. */
const MAX_DOUBLED_SECONDS = 0.005;
const MAC_BYTES = 6;
/** Idle connections that one packet ends at most, so that none takes long. */
const ENDED_AT_ONCE = 32;
/** Records that are written until they may be taken away. */
const WRITTEN_AT_ONCE = 4096;

/** What makes records of what connections carry, given where to find these. */
export type MakeReaders = (connections: Connections) => StreamReaders;

/**
 * Tells conversations by their packets: is given each packet once it is decoded, and writes a
 * `Connection` record when a connection ends, and every so often while it lasts. A packet of a known
 * connection allocates nothing.
 */
export class Conversations implements PacketFollower {
  readonly #activeSeconds: number;
  readonly #table: ConnectionTable;
  readonly #lists: IdleLists;
  readonly #memory: FollowMemory;
  readonly #connections: Connections;
  readonly #records: ConnectionRecords | undefined;
  readonly #readers: StreamReaders | undefined;
  readonly #profiles: Profiles | undefined;
  readonly #counts = createFollowCounts();
  readonly #time = new FlowTime();
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
   */
  constructor(
    options: FollowOptions,
    sink: RecordSink,
    isWritten: boolean,
    random: Uint8Array,
    makeReaders?: MakeReaders,
    pseudonyms?: AddressPseudonyms,
    profiles?: WantedProfiles,
  ) {
    const { idleSeconds, activeSeconds, maxBytes } = options;
    const view = new DataView(random.buffer, random.byteOffset, random.length);
    const maxRows = Math.max(MIN_ROWS, Math.floor(maxBytes * TABLE_PART / ROW_BYTES));
    this.#activeSeconds = activeSeconds;
    this.#table = new ConnectionTable(maxRows, IdleLists.COUNT, view.getInt32(8));
    this.#fragments = new FragmentPorts(view.getInt32(4));
    this.#lists = new IdleLists(this.#table, idleSeconds);
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
    return { ...this.#counts, open, clockSetBack, ...this.#profiles?.counts() };
  }

  follow(p: Packet): void {
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
    this.#count(row, p, isSegment);
  }

  /** It is so late by a steady clock, in seconds: of a live capture. */
  tick(seconds: number): void {
    this.#time.tick(seconds);
    this.#endIdle(WRITTEN_AT_ONCE);
    this.#profiles?.step(this.#time.now, WRITTEN_AT_ONCE);
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
    const row = this.#lists.add(this.#key, p.protocol, this.#time.now);
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

  #count(row: number, p: Packet, isSegment: boolean): void {
    const { now } = this.#time;
    const table = this.#table;
    const { words, numbers } = table;
    const w = table.wordsAt(row);
    const n = table.numbersAt(row);
    const { ipBytes, payloadBytes, hasLength } = this.#size;
    const facts = words[w + Word.Facts]!;
    const direction = this.#directionOf(facts);
    const isDoubled = this.#isDoubled(w, n, p, direction);
    this.#counts.packets++;
    if (words[w + Word.Packets]! + words[w + Word.Packets + 1]! === 0) {
      numbers[n + Num.PartSec] = p.sec;
      words[w + Word.PartNsec] = p.nsec;
      numbers[n + Num.LastSec] = p.sec;
      words[w + Word.LastNsec] = p.nsec;
      numbers[n + Num.PartFlow] = now;
    } else {
      this.#stretch(w, n, p);
    }
    words[w + Word.Packets + direction]!++;
    numbers[n + Num.Bytes + direction]! += p.wireBytes;
    numbers[n + Num.IpBytes + direction]! += ipBytes;
    numbers[n + Num.PayloadBytes + direction]! += payloadBytes;
    if (!hasLength) {
      words[w + Word.WithoutLength]!++;
      this.#counts.withoutLength++;
    }
    if (p.fragmentOffset >= 0) words[w + Word.Fragments]!++;
    if (!this.#key.knowsPorts && this.#key.hasPorts) this.#counts.portsUnknown++;
    if (isDoubled) {
      words[w + Word.Doubled]!++;
      this.#counts.doubled++;
    }
    if ((facts & (Fact.Seen << direction)) === 0) {
      words[w + Word.Facts]! |= Fact.Seen << direction;
      words[w + Word.TunnelId + direction] = p.tunnelId;
    }
    if (isSegment) {
      const before = words[w + Word.SuperPackets]!;
      countSegment(table, row, direction, p, payloadBytes, isDoubled);
      this.#counts.superPackets += words[w + Word.SuperPackets]! - before;
    }
    if (p.application !== undefined && words[w + Word.Application] === 0) {
      this.#connections.setApplication(row, applicationName(p.application));
    }
    this.#lists.touch(row, now, words[w + Word.Facts] !== facts);
    if ((words[w + Word.Facts]! & Fact.Read) !== 0) this.#read(row, direction, p, isSegment);
  }

  /** The packet may be earlier than those before it. */
  #stretch(w: number, n: number, { sec, nsec }: Packet): void {
    const { words, numbers } = this.#table;
    const last = sec - numbers[n + Num.LastSec]!;
    if (last > 0 || (last === 0 && nsec > words[w + Word.LastNsec]!)) {
      numbers[n + Num.LastSec] = sec;
      words[w + Word.LastNsec] = nsec;
      return;
    }
    const part = sec - numbers[n + Num.PartSec]!;
    if (part < 0 || (part === 0 && nsec < words[w + Word.PartNsec]!)) {
      numbers[n + Num.PartSec] = sec;
      words[w + Word.PartNsec] = nsec;
    }
    const start = sec - numbers[n + Num.StartSec]!;
    if (start < 0 || (start === 0 && nsec < words[w + Word.StartNsec]!)) {
      numbers[n + Num.StartSec] = sec;
      words[w + Word.StartNsec] = nsec;
    }
  }

  /** Whether the packet is the last one of its direction again, so soon that a mirror port has done it. */
  #isDoubled(w: number, n: number, p: Packet, direction: number): boolean {
    const { words, numbers } = this.#table;
    const print = printOf(p, this.#size.payloadBytes);
    const isSame = print !== 0 && words[w + Word.Print + direction] === print;
    words[w + Word.Print + direction] = print;
    if (!isSame) return false;
    const seconds = p.sec - numbers[n + Num.LastSec]! + (p.nsec - words[w + Word.LastNsec]!) / 1e9;
    return Math.abs(seconds) <= MAX_DOUBLED_SECONDS;
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
