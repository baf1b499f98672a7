import type { ConnectionPart } from "./connection_part.ts";

/** What a profile takes, about, and what each entry of its lists does. */
const PROFILE_BYTES = 640;
const ENTRY_BYTES = 128;

/** What is known of one device or address: totals since it was seen first, and lists that end somewhere. */
export abstract class Profile {
  packets = 0;
  bytes = 0;
  firstSec = 0;
  firstNsec = 0;
  lastSec = 0;
  lastNsec = 0;
  /** How often something came that a full list does not have. */
  leftOut = 0;
  /** Whether something has come since it was written last. */
  isChanged = false;
  /** The round of snapshots in which it was written. */
  round = 0;
  #entries = 0;

  /** What it takes, about. */
  get heldBytes(): number {
    return PROFILE_BYTES + ENTRY_BYTES * this.#entries;
  }

  /** Whether it is to be written: what was said before packets were counted waits for them. */
  get isDue(): boolean {
    return this.isChanged && this.packets > 0;
  }

  /** Packets of a connection have come. */
  count(part: ConnectionPart, packets: number, bytes: number): void {
    if (
      this.packets === 0 || isBefore(part.firstSec, part.firstNsec, this.firstSec, this.firstNsec)
    ) {
      this.firstSec = part.firstSec;
      this.firstNsec = part.firstNsec;
    }
    if (this.packets === 0 || isBefore(this.lastSec, this.lastNsec, part.lastSec, part.lastNsec)) {
      this.lastSec = part.lastSec;
      this.lastNsec = part.lastNsec;
    }
    this.packets += packets;
    this.bytes += bytes;
    this.isChanged = true;
  }

  /** The entry of a list, made if it has room; undefined, and counted, if it has none. */
  protected entry<Key, Value>(
    list: Map<Key, Value>,
    key: Key,
    most: number,
    make: () => Value,
  ): Value | undefined {
    const known = list.get(key);
    if (known !== undefined) return known;
    if (list.size >= most) {
      this.leftOut++;
      return undefined;
    }
    const made = make();
    list.set(key, made);
    this.#entries++;
    return made;
  }
}

function isBefore(sec: number, nsec: number, thanSec: number, thanNsec: number): boolean {
  return sec < thanSec || (sec === thanSec && nsec < thanNsec);
}
