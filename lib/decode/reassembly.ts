/**
 * Puts fragments of IP together. RFC 791, section 3.2; RFC 8200, section 4.5; fragments that overlap are
 * refused with all of their datagram, as RFC 5722 has it for IPv6.
 */
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
const FIRST_BYTES = 4096;
/** How long its fragments may be apart. */
const MAX_SECONDS = 30;
const UNKNOWN = -1;

/** A datagram of which fragments are missing. */
interface Unfinished {
  bytes: Uint8Array<ArrayBuffer>;
  /** Begin and end of the fragments that are there. */
  readonly ranges: [number, number][];
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
  #usedBytes = 0;
  /** The datagram that was whole last: its packet's outermost addresses, from places 0 and 16 on, then what it holds. */
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
    if (datagram.ranges.some((range) => range[0] === from && range[1] === to)) return false; // twice
    const isBeyond = datagram.length !== UNKNOWN && to > datagram.length;
    if (isBeyond || datagram.ranges.some((range) => range[0] < to && from < range[1])) {
      return this.#refuse(datagram, "overlapping");
    }
    if (!this.#put(datagram, p, from, length)) return this.#refuse(datagram, "givenUp");
    if (!p.hasMoreFragments) datagram.length = to;
    const got = datagram.ranges.reduce((sum, range) => sum + range[1] - range[0], 0);
    if (got !== datagram.length) return false;
    this.#remove(key, datagram);
    this.#counts.datagrams++;
    this.bytes = datagram.bytes;
    this.end = ADDRESSES_BYTES + got;
    this.hasRecord = datagram.hasRecord;
    return true;
  }

  #begin(key: string, { bytes, srcIpAt, dstIpAt, ipBytes, sec }: Packet): Unfinished {
    const datagram: Unfinished = {
      bytes: new Uint8Array(ADDRESSES_BYTES + FIRST_BYTES),
      ranges: [],
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
      const grown = new Uint8Array(Math.min(ADDRESSES_BYTES + MAX_DATAGRAM_BYTES, 2 * needed));
      if (this.#usedBytes + grown.length - datagram.bytes.length > MAX_BYTES) return false;
      this.#usedBytes += grown.length - datagram.bytes.length;
      grown.set(datagram.bytes);
      datagram.bytes = grown;
    }
    const content = p.bytes.subarray(p.transportAt, p.transportAt + length);
    datagram.bytes.set(content, ADDRESSES_BYTES + from);
    datagram.ranges.push([from, from + length]);
    return true;
  }

  /** Forgets what a datagram holds, but not that the rest of it is not wanted. */
  #refuse(datagram: Unfinished, why: "broken" | "overlapping" | "givenUp"): false {
    this.#counts[why]++;
    this.#usedBytes -= datagram.bytes.length;
    datagram.bytes = new Uint8Array(0);
    datagram.isRefused = true;
    return false;
  }

  #giveUpOld(sec: number): void {
    for (const [, datagram] of this.#unfinished) {
      if (Math.abs(sec - datagram.sec) <= MAX_SECONDS) return;
      this.#giveUpOldest();
    }
  }

  #giveUpOldest(): void {
    const [key, datagram] = this.#unfinished.entries().next().value!;
    if (!datagram.isRefused) this.#counts.givenUp++;
    this.#remove(key, datagram);
  }

  #remove(key: string, datagram: Unfinished): void {
    this.#usedBytes -= ENTRY_BYTES + datagram.bytes.length;
    this.#unfinished.delete(key);
  }
}

/** What fragments of one datagram have in common. */
function keyOf(p: Packet): string {
  const { bytes, ipAt, ipVersion, protocol, fragmentId, vlans, tunnel, tunnelId } = p;
  const [at, length] = ipVersion === 4 ? [ipAt + 12, 8] : [ipAt + 8, 32];
  const addresses = bytes.subarray(at, at + length).join(".");
  return `${addresses} ${protocol} ${fragmentId} ${vlans} ${tunnel} ${tunnelId}`;
}
