import { Fact } from "./facts.ts";
import type { FlowKey } from "./flow_key.ts";
import type { SensorKernel } from "./sensor_kernel.ts";

/** Numbers of a row that need more than 32 bits: places in `table.numbers`. Sums are of both directions. */
export const Num = {
  /** Seconds of the first packet, of the first of the part at hand, and of the last. */
  StartSec: 0,
  PartSec: 1,
  LastSec: 2,
  /** Flow time of the last packet, and of the first of the part. */
  LastFlow: 3,
  PartFlow: 4,
  Id: 5,
  /** Of the part at hand, client's and server's. */
  Bytes: 6,
  IpBytes: 8,
  PayloadBytes: 10,
  /** Of the parts before it. */
  PastPackets: 12,
  PastBytes: 14,
  PastIpBytes: 16,
  PastPayloadBytes: 18,
  WindowSum: 20,
  /** Nanoseconds from the first packet to the last SYN of the client; then of the handshake. */
  Handshake: 21,
} as const;

/** Numbers of 32 bits: places in `table.words`. */
export const Word = {
  StartNsec: 44,
  PartNsec: 45,
  LastNsec: 46,
  Packets: 47,
  /** FIN, RST, ACK, SYN, URG, ECE, PSH, CWR, NS: packets with the flag, as the record has them. */
  TcpFlags: 49,
  NextSeq: 58,
  HoleAt: 60,
  HoleEnd: 62,
  FirstSeq: 64,
  /** Instead, of ICMP: type and code of the first message. */
  IcmpFirst: 64,
  Print: 66,
  Retransmitted: 68,
  OutOfOrder: 70,
  Doubled: 72,
  SuperPackets: 73,
  WithoutLength: 74,
  Fragments: 75,
  Facts: 76,
  History: 77,
  /** The client's in the lower half. */
  MaxSegment: 78,
  Part: 79,
  Application: 80,
  /** Hashes of which the original's UID is made, and hardware addresses, which are bytes. */
  UidHashes: 81,
  Macs: 87,
  HistoryLetters: 90,
  /** As a `FlowKey` writes it: 12 words. */
  Key: 96,
  /** How the row is found. */
  Hash: 108,
  Chained: 109,
  Before: 110,
  Behind: 111,
  List: 112,
  /** When it was put there, in ticks of flow time. */
  Listed: 113,
  /** In the lower half; above it bytes of TCP flags that were seen in the part at hand, the client's first. */
  LinkType: 114,
  /** Identifiers of its tunnel, by who has sent; they are known once that side was seen. */
  TunnelId: 115,
} as const;

/** In `Word.IcmpFirst`: the server has sent it. */
export const IS_REPLY = 0x10000;
/** Of one connection, in numbers of 8 bytes. */
const ROW_NUMBERS = 59;
const ROW_WORDS = 2 * ROW_NUMBERS;
/** Of one connection, with its share of the slots. */
export const ROW_BYTES = 8 * ROW_NUMBERS + 8;
export const NO_ROW = -1;
/** So many connections that only identifiers of tunnels tell apart, at least; further ones are counted to these. */
const MAX_TWINS = 16;

/**
 * Rows of numbers, one a connection: found by key, linked in lists. Rows that are free are used again
 * first, so that no more memory is touched than has been needed at once. They lie in the memory of a
 * kernel, which counts packets there and keeps the lists (`kernel/connection.ts`).
 */
export class ConnectionTable {
  /** Place `field` of row `row` is `numbers[row * ROW_NUMBERS + field]`. */
  readonly numbers: Float64Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** By list: its first and its last row. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** How many rows a list has. */
  readonly lengths: Int32Array;
  readonly #kernel: SensorKernel;
  readonly #slots: Int32Array;
  readonly #seed: number;
  readonly #maxRows: number;
  #free = NO_ROW;
  /** Rows that were ever used. */
  #touched = 0;
  count = 0;

  /** What so many rows need of a kernel's memory. */
  static bytesOf(rows: number): number {
    return 8 * ROW_NUMBERS * rows;
  }

  /**
   * @param kernel It was made with memory for so many rows.
   * @param maxRows How many there may be at once.
   * @param seed A secret number: nobody shall choose connections whose hashes collide.
   */
  constructor(kernel: SensorKernel, maxRows: number, seed: number) {
    const { buffer } = kernel.bytes;
    const at = kernel.exports.tableAt();
    this.#kernel = kernel;
    this.numbers = new Float64Array(buffer, at, ROW_NUMBERS * maxRows);
    this.words = new Int32Array(buffer, at, ROW_WORDS * maxRows);
    this.bytes = new Uint8Array(buffer, at, 4 * ROW_WORDS * maxRows);
    const [first, last, lengths] = kernel.lists;
    this.first = first.fill(NO_ROW);
    this.last = last.fill(NO_ROW);
    this.lengths = lengths;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, maxRows)))); // row + 1
    this.#seed = seed;
    this.#maxRows = maxRows;
  }

  /** Rows that were ever used at once. */
  get touched(): number {
    return this.#touched;
  }

  /** Whether the next row would be one that was never used. */
  get needsMemory(): boolean {
    return this.#free === NO_ROW;
  }

  /** Whether no row is left. */
  get isFull(): boolean {
    return this.#free === NO_ROW && this.#touched === this.#maxRows;
  }

  /** Where the numbers of a row begin. */
  numbersAt(row: number): number {
    return row * ROW_NUMBERS;
  }

  /** Where the words of a row begin. */
  wordsAt(row: number): number {
    return row * ROW_WORDS;
  }

  find(key: FlowKey): number {
    const { words } = this;
    const hash = key.hash(this.#seed);
    for (let row = this.#slots[this.#slotOf(hash)]! - 1; row >= 0;) {
      const at = row * ROW_WORDS;
      if (words[at + Word.Hash] === hash && key.isAt(words, at + Word.Key)) {
        return key.isByDirection ? this.#findTwin(key, hash, row) : row;
      }
      row = words[at + Word.Chained]!;
    }
    return NO_ROW;
  }

  /**
   * Of the connections with that key, from `row` on: whose packets in that direction have the tunnel's
   * identifier. Else one that has none from that side yet: the newest, or whose other direction has it.
   */
  #findTwin(key: FlowKey, hash: number, row: number): number {
    const { words } = this;
    let open = NO_ROW;
    let isSame = false;
    for (let twins = 0; row >= 0;) {
      const at = row * ROW_WORDS;
      if (words[at + Word.Hash] === hash && key.isAt(words, at + Word.Key)) {
        const facts = words[at + Word.Facts]!;
        const side = (key.isSwapped ? 1 : 0) ^ (facts & Fact.ClientIsSecond);
        if ((facts & (Fact.Seen << side)) !== 0) {
          if (words[at + Word.TunnelId + side] === key.tunnelId) return row;
        } else if (open === NO_ROW || !isSame) {
          const isOther = words[at + Word.TunnelId + 1 - side] === key.tunnelId;
          if (open === NO_ROW || isOther) open = row;
          isSame ||= isOther;
        }
        if (++twins === MAX_TWINS) return open === NO_ROW ? row : open;
      }
      row = words[at + Word.Chained]!;
    }
    return open;
  }

  /** Adds a row with that key, which has none; everything else in it is 0. There must be room. */
  add(key: FlowKey, now: number): number {
    const { words } = this;
    let row = this.#free;
    if (row === NO_ROW) row = this.#touched++;
    else this.#free = words[row * ROW_WORDS + Word.Chained]!;
    const at = row * ROW_WORDS;
    words.fill(0, at, at + ROW_WORDS);
    key.writeAt(words, at + Word.Key);
    const hash = key.hash(this.#seed);
    const slot = this.#slotOf(hash);
    words[at + Word.Hash] = hash;
    words[at + Word.Chained] = this.#slots[slot]! - 1;
    this.#slots[slot] = row + 1;
    this.count++;
    this.#kernel.exports.link(row, now);
    return row;
  }

  /** Forgets a row. */
  remove(row: number): void {
    const { words } = this;
    const at = row * ROW_WORDS;
    this.#kernel.exports.unlink(row);
    const slot = this.#slotOf(words[at + Word.Hash]!);
    const next = words[at + Word.Chained]!;
    let before = this.#slots[slot]! - 1;
    if (before === row) {
      this.#slots[slot] = next + 1;
    } else {
      while (words[before * ROW_WORDS + Word.Chained] !== row) {
        before = words[before * ROW_WORDS + Word.Chained]!;
      }
      words[before * ROW_WORDS + Word.Chained] = next;
    }
    words[at + Word.Chained] = this.#free;
    this.#free = row;
    this.count--;
  }

  /** What was counted since the last record of a row counts as past; the next part begins with nothing. */
  beginPart(row: number): void {
    const { numbers, words } = this;
    const n = row * ROW_NUMBERS;
    const w = row * ROW_WORDS;
    for (let side = 0; side < 2; side++) {
      numbers[n + Num.PastPackets + side]! += words[w + Word.Packets + side]!;
      numbers[n + Num.PastBytes + side]! += numbers[n + Num.Bytes + side]!;
      numbers[n + Num.PastIpBytes + side]! += numbers[n + Num.IpBytes + side]!;
      numbers[n + Num.PastPayloadBytes + side]! += numbers[n + Num.PayloadBytes + side]!;
    }
    numbers.fill(0, n + Num.Bytes, n + Num.PastPackets);
    numbers[n + Num.WindowSum] = 0;
    words.fill(0, w + Word.Packets, w + Word.NextSeq);
    words.fill(0, w + Word.Retransmitted, w + Word.Facts);
    words[w + Word.LinkType]! &= 0xffff;
    words[w + Word.Part]!++;
  }

  #slotOf(hash: number): number {
    return hash & (this.#slots.length - 1);
  }
}
