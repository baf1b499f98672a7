import { wireTypeOf } from "../../base/record/scalar_wire_type.ts";
import { LENGTH_DELIMITED, VARINT } from "../../base/record/wire_types.ts";
import type { FieldPath, PathStep } from "./field_path.ts";
import { FieldReader } from "./field_reader.ts";

/** Looks at the value `bytes[from, to)`; of an absent one, which is 0 or nothing, `from` is `to`. */
export type Probe = (bytes: Uint8Array, from: number, to: number) => boolean;

/**
 * Finds fields of one record after another, each as far as it must be read: fields stand in ascending
 * number, as all writers of protobuf put them, so that one that has been passed is not there. What
 * stands elsewhere is not seen.
 */
export class RecordCursor {
  readonly #reader = new FieldReader();
  /** By slot: number and wire type of each wanted field, and whether it may come several times. */
  readonly #steps: PathStep[] = [];
  /** By field number: slot plus 1 of the wanted ones, 0 for others. */
  #slots: Uint8Array = new Uint8Array(0);
  #from: Int32Array = new Int32Array(0);
  #to: Int32Array = new Int32Array(0);

  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #passed = 0;
  #isDamaged = false;

  /** Whether what had to be read of the record is no message of its type. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** Goes to the record `bytes[at, end)`. */
  begin(bytes: Uint8Array, at: number, end: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.#passed = 0;
    this.#isDamaged = false;
    for (let slot = 0; slot < this.#steps.length; slot++) this.#from[slot] = this.#to[slot] = 0;
  }

  /**
   * A function that tells whether some value at the end of the path passes the probe. A field that
   * cannot repeat has one value, also where it is absent; of several the last counts.
   */
  some(path: FieldPath, probe: Probe): () => boolean {
    const [first, ...rest] = path as [PathStep, ...PathStep[]];
    const within = rest.reduceRight<Probe>((inner, step) => this.#within(step, inner), probe);
    const slot = this.#slot(first);
    const look = first.isRepeated ? this.#within(first, within) : within;
    const { number } = first;
    return () => {
      if (this.#passed < number) this.#passTo(number);
      return look(this.#bytes, this.#from[slot]!, this.#to[slot]!);
    };
  }

  #slot(step: PathStep): number {
    const { number } = step;
    const known = this.#slots[number] ?? 0;
    if (known > 0) return known - 1;
    const slots = new Uint8Array(Math.max(this.#slots.length, number + 1));
    slots.set(this.#slots);
    slots[number] = this.#steps.push(step);
    this.#slots = slots;
    this.#from = new Int32Array(this.#steps.length);
    this.#to = new Int32Array(this.#steps.length);
    return this.#steps.length - 1;
  }

  /** Reads the fields up to that number. */
  #passTo(number: number): void {
    const reader = this.#reader;
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    while (at < end) {
      const next = reader.read(bytes, at, end);
      if (next < 0) return this.#damaged();
      if (reader.number > number) {
        this.#passed = reader.number - 1;
        this.#at = at;
        return;
      }
      const slot = (this.#slots[reader.number] ?? 0) - 1;
      if (slot >= 0) {
        const step = this.#steps[slot]!;
        if (!isOfType(reader.wireType, step)) return this.#damaged();
        if (!step.isRepeated) {
          this.#from[slot] = reader.from;
          this.#to[slot] = reader.to;
        } else if (this.#to[slot] === 0) {
          this.#from[slot] = at; // from the tag on, for the walk over all of them
          this.#to[slot] = end;
        }
      }
      at = next;
    }
    this.#at = end;
    this.#passed = Infinity;
  }

  #damaged(): void {
    this.#isDamaged = true;
    this.#at = this.#end;
    this.#passed = Infinity;
  }

  /** Looks at the values of a field in the message `bytes[at, end)`. */
  #within(step: PathStep, probe: Probe): Probe {
    const reader = new FieldReader();
    const { number, isRepeated } = step;
    return (bytes, at, end) => {
      let from = 0;
      let to = 0;
      while (at < end) {
        const next = reader.read(bytes, at, end);
        if (next < 0 || (reader.number === number && !isOfType(reader.wireType, step))) {
          this.#isDamaged = true;
          return false;
        }
        if (reader.number > number) break;
        if (reader.number === number) {
          from = reader.from;
          to = reader.to;
          const isPacked = isRepeated && reader.wireType !== wireTypeOf(step.shape.scalar);
          if (isRepeated && (isPacked ? somePacked : probe)(bytes, from, to, probe)) return true;
        }
        at = next;
      }
      return !isRepeated && probe(bytes, from, to);
    };
  }
}

/** Whether some of the varints in `bytes[at, end)` passes. */
function somePacked(bytes: Uint8Array, at: number, end: number, probe: Probe): boolean {
  while (at < end) {
    let to = at;
    while (to < end && bytes[to]! >= 0x80) to++;
    to = Math.min(to + 1, end);
    if (probe(bytes, at, to)) return true;
    at = to;
  }
  return false;
}

/** Whether a field may come with that wire type: numbers of a list may be packed. */
function isOfType(wireType: number, step: PathStep): boolean {
  const own = wireTypeOf(step.shape.scalar);
  return wireType === own || (step.isRepeated && own === VARINT && wireType === LENGTH_DELIMITED);
}
