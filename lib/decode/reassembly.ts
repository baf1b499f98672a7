/**
 * Puts fragments of IP together. RFC 791, section 3.2; RFC 8200, section 4.5; fragments that overlap are
 * refused with all of their datagram, as RFC 5722 has it for IPv6.
 */
import { u16 } from "../base/bytes/bytes.ts";
import { DatagramBuffers } from "./datagram_buffers.ts";
import type { Packet } from "./packet.ts";

/** What became of fragments. */
export interface FragmentCounts {
  /** Fragments that were seen. */
  fragments: number;
  /** Datagrams that were put together. */
  datagrams: number;
  /** Datagrams that were refused since fragments overlap. */
  overlapping: number;
  /** Datagrams of which the capture has cut a fragment, or whose lengths contradict each other. */
  broken: number;
  /** Datagrams that were not whole in time, or for which there was no memory left. */
  givenUp: number;
}

/** For both addresses, in front of a datagram. */
export const ADDRESSES_BYTES = 32;
/** All datagrams that are not whole together. */
const MAX_BYTES = 4 << 20;
const MAX_DATAGRAM_BYTES = 65_535;
/** What a datagram takes besides its bytes. */
const ENTRY_BYTES = 256;
/** How long its fragments may be apart. */
const MAX_SECONDS = 30;
const UNKNOWN = -1;
const NOTHING = new Uint8Array(0);

/** A datagram of which fragments are missing. */
interface Unfinished {
  bytes: Uint8Array<ArrayBuffer>;
  /** Begin and end of each fragment that is there. */
  readonly ranges: number[];
  /** What these hold together. */
  got: number;
  length: number;
  isRefused: boolean;
  /** The header at its beginning has a record already. */
  hasRecord: boolean;
  readonly sec: number;
}

/** Datagrams that wait for their fragments, within bounds of memory and time. */
export class Reassembly {
  /** In the order in which they began. */
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #counts: FragmentCounts = {
    fragments: 0,
    datagrams: 0,
    overlapping: 0,
    broken: 0,
    givenUp: 0,
  };
  readonly #buffers = new DatagramBuffers();
  #usedBytes = 0;
  /** When it was last looked for what is too old, and nothing has gone since. */
  #checkedSec = NaN;
  /** The datagram that was whole last, until the next fragment is taken: its packet's outermost addresses, from places 0 and 16 on, then what it holds. */
  bytes: Uint8Array = new Uint8Array(0);
  end = 0;
  /** Whether the header at its beginning has had its record with its first fragment. */
  hasRecord = false;

  /** The counts so far; what is not whole yet is in none but that of fragments. */
  counts(): FragmentCounts {
    return { ...this.#counts };
  }

  /**
   * Takes a fragment. @param hasRecord Of the first one: the header behind IP has a record.
   * @returns Whether its datagram is whole now.
   */
  take(p: Packet, hasRecord: boolean): boolean {
    this.#counts.fragments++;
    this.#giveUpOld(p.sec);
    const key = keyOf(p);
    const datagram = this.#unfinished.get(key) ?? this.#begin(key, p);
    if (datagram.isRefused) return false;
    datagram.hasRecord ||= hasRecord;
    const from = p.fragmentOffset;
    const length = p.ipAt + p.ipLength - p.transportAt;
    const to = from + length;
    const isWhole = p.transportAt + length <= p.frameEnd;
    const isBroken = !isWhole || length <= 0 || to > MAX_DATAGRAM_BYTES ||
      (p.hasMoreFragments
        ? length % 8 !== 0
        : datagram.length !== UNKNOWN && datagram.length !== to);
    if (isBroken) return this.#refuse(datagram, "broken");
    const { ranges } = datagram;
    for (let at = 0; at < ranges.length; at += 2) {
      if (ranges[at] === from && ranges[at + 1] === to) return false; // twice
    }
    let overlaps = datagram.length !== UNKNOWN && to > datagram.length;
    for (let at = 0; at < ranges.length; at += 2) {
      overlaps ||= ranges[at]! < to && from < ranges[at + 1]!;
    }
    if (overlaps) return this.#refuse(datagram, "overlapping");
    if (!this.#put(datagram, p, from, length)) return this.#refuse(datagram, "givenUp");
    if (!p.hasMoreFragments) datagram.length = to;
    if (datagram.got !== datagram.length) return false;
    this.#remove(key, datagram);
    this.#counts.datagrams++;
    this.bytes = datagram.bytes;
    this.end = ADDRESSES_BYTES + datagram.got;
    this.hasRecord = datagram.hasRecord;
    return true;
  }

  #begin(key: string, { bytes, srcIpAt, dstIpAt, ipBytes, sec }: Packet): Unfinished {
    const datagram: Unfinished = {
      bytes: this.#buffers.take(ADDRESSES_BYTES),
      ranges: [],
      got: 0,
      length: UNKNOWN,
      isRefused: false,
      hasRecord: false,
      sec,
    };
    datagram.bytes.set(bytes.subarray(srcIpAt, srcIpAt + ipBytes), 0);
    datagram.bytes.set(bytes.subarray(dstIpAt, dstIpAt + ipBytes), ADDRESSES_BYTES / 2);
    this.#usedBytes += ENTRY_BYTES + datagram.bytes.length;
    this.#unfinished.set(key, datagram);
    while (this.#usedBytes > MAX_BYTES) this.#giveUpOldest();
    return datagram;
  }

  /** Copies what a fragment holds; false when there is no memory for it. */
  #put(datagram: Unfinished, p: Packet, from: number, length: number): boolean {
    const needed = ADDRESSES_BYTES + from + length;
    if (needed > datagram.bytes.length) {
      const grown = this.#buffers.take(needed);
      const moreBytes = grown.length - datagram.bytes.length;
      grown.set(datagram.bytes);
      this.#buffers.give(datagram.bytes);
      datagram.bytes = grown;
      this.#usedBytes += moreBytes;
      if (this.#usedBytes > MAX_BYTES) return false;
    }
    const content = p.bytes.subarray(p.transportAt, p.transportAt + length);
    datagram.bytes.set(content, ADDRESSES_BYTES + from);
    datagram.ranges.push(from, from + length);
    datagram.got += length;
    return true;
  }

  /** Forgets what a datagram holds, but not that the rest of it is not wanted. */
  #refuse(datagram: Unfinished, why: "broken" | "overlapping" | "givenUp"): false {
    this.#counts[why]++;
    this.#usedBytes -= datagram.bytes.length;
    this.#buffers.give(datagram.bytes);
    datagram.bytes = NOTHING;
    datagram.isRefused = true;
    return false;
  }

  #giveUpOld(sec: number): void {
    if (sec === this.#checkedSec) return;
    for (const datagram of this.#unfinished.values()) {
      if (Math.abs(sec - datagram.sec) <= MAX_SECONDS) break;
      this.#giveUpOldest();
    }
    this.#checkedSec = sec;
  }

  #giveUpOldest(): void {
    const [key, datagram] = this.#unfinished.entries().next().value!;
    if (!datagram.isRefused) this.#counts.givenUp++;
    this.#remove(key, datagram);
  }

  #remove(key: string, datagram: Unfinished): void {
    this.#usedBytes -= ENTRY_BYTES + datagram.bytes.length;
    if (!datagram.isRefused) this.#buffers.give(datagram.bytes);
    this.#unfinished.delete(key);
    this.#checkedSec = NaN;
  }
}

/** What fragments of one datagram have in common, in 16 bits each. */
function keyOf(p: Packet): string {
  const { bytes, ipAt, ipVersion, protocol, fragmentId: id, vlans, tunnel, tunnelId } = p;
  const at = ipAt + (ipVersion === 4 ? 12 : 8);
  const end = at + (ipVersion === 4 ? 8 : 32);
  let key = String.fromCharCode(
    id,
    id >>> 16,
    (protocol << 8) | tunnel,
    vlans,
    vlans >>> 16,
    tunnelId,
    tunnelId >>> 16,
  );
  for (let i = at; i < end; i += 8) {
    key += String.fromCharCode(
      u16(bytes, i),
      u16(bytes, i + 2),
      u16(bytes, i + 4),
      u16(bytes, i + 6),
    );
  }
  return key;
}
