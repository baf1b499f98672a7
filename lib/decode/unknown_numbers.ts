import type { Layer, Packet } from "./packet.ts";
import type { Table } from "./routes.ts";

/** So many different numbers are counted one by one; strangers may send any. */
const MAX_NUMBERS = 256;
/** Twice as many, a power of two, so that a free place is near. */
const PLACES = 512;

/**
 * The largest of such counts, the largest first; those of the others are together, as
 * `"unknown others"`.
 */
export function mostFrequent(
  counts: Readonly<Record<string, number>>,
  atMost: number,
): Record<string, number> {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const others = sorted.slice(atMost).reduce((sum, [, count]) => sum + count, 0);
  const largest = Object.fromEntries(sorted.slice(0, atMost));
  return others > 0 ? { ...largest, "unknown others": others } : largest;
}

/** Counts packets by the layer that they ended at and the number that nobody knows there. */
export class UnknownNumbers {
  readonly #layers: (string | undefined)[] = new Array(PLACES).fill(undefined);
  readonly #tables: (Table<Layer> | undefined)[] = new Array(PLACES).fill(undefined);
  readonly #organizations = new Uint32Array(PLACES);
  readonly #numbers = new Uint32Array(PLACES);
  readonly #counts = new Float64Array(PLACES);
  #used = 0;
  /** By layer, those of numbers for which there is no room. */
  readonly #others = new Map<string, number>();

  /** Counts a packet whose layer of this name has ended at the packet's unknown number. */
  add(layer: string, p: Packet): void {
    const place = this.#find(layer, p);
    if (this.#tables[place] !== undefined) {
      this.#counts[place]!++;
    } else if (this.#used < MAX_NUMBERS) {
      this.#used++;
      this.#layers[place] = layer;
      this.#tables[place] = p.unknownIn;
      this.#organizations[place] = p.unknownOrganization;
      this.#numbers[place] = p.unknownNumber;
      this.#counts[place] = 1;
    } else {
      this.#others.set(layer, (this.#others.get(layer) ?? 0) + 1);
    }
  }

  /** The counts so far: `"Ethernet unknown 0x8926"`, `"Ethernet unknown others"`. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    this.#tables.forEach((table, place) => {
      if (table === undefined) return;
      const text = table.textOf(this.#numbers[place]!, this.#organizations[place]!);
      counts[`${this.#layers[place]} unknown ${text}`] = this.#counts[place]!;
    });
    for (const [layer, count] of this.#others) counts[`${layer} unknown others`] = count;
    return counts;
  }

  /** The place of that number, or a free one. */
  #find(layer: string, p: Packet): number {
    let place = (p.unknownNumber ^ p.unknownNumber >>> 9 ^ p.unknownOrganization) & (PLACES - 1);
    while (
      this.#tables[place] !== undefined &&
      !(this.#numbers[place] === p.unknownNumber && this.#layers[place] === layer &&
        this.#tables[place] === p.unknownIn &&
        this.#organizations[place] === p.unknownOrganization)
    ) place = (place + 1) & (PLACES - 1);
    return place;
  }
}
