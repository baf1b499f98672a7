/** Forms of TCP options: their bytes, with the values of a timestamp option as zeros. */

const MAX_FORMS = 256;
/** The number whose form is another as soon as there are more. */
export const LAST_FORM = MAX_FORMS - 1;
const OPTION_BYTES = 40;
const SLOTS = 4 * MAX_FORMS;
const TIMESTAMP = 8;
const TIMESTAMP_BYTES = 10;

/** The forms of a batch by number; number 0 is that of no options. */
export class OptionForms {
  readonly #bytes = new Uint8Array(MAX_FORMS * OPTION_BYTES);
  readonly #lengths = new Uint8Array(MAX_FORMS);
  readonly #stampAt = new Uint8Array(MAX_FORMS);
  /** Numbers by hash, plus 1; but for the last one. */
  readonly #slots = new Uint16Array(SLOTS);
  #count = 1;

  /** How many there are: the number of the next new one. */
  get count(): number {
    return this.#count;
  }

  /** Forgets all but the first. */
  clear(): void {
    this.#count = 1;
    this.#slots.fill(0);
  }

  /** Where options of that form have a timestamp's value, its echo 4 bytes behind; 0 for none. */
  stampAt(form: number): number {
    return this.#stampAt[form]!;
  }

  /** Whether the options `bytes[at, end)` have that form. */
  isOf(form: number, bytes: Uint8Array, at: number, end: number): boolean {
    if (end - at !== this.#lengths[form]) return false;
    const from = form * OPTION_BYTES;
    const stampAt = this.#stampAt[form]!;
    for (let i = 0; at + i < end; i++) {
      if (stampAt > 0 && i === stampAt) i += 8;
      if (at + i < end && bytes[at + i] !== this.#bytes[from + i]) return false;
    }
    return true;
  }

  /** The form of the options `bytes[at, end)`; `count` if they have a new one. */
  find(bytes: Uint8Array, at: number, end: number): number {
    if (at === end) return 0;
    for (let slot = slotOf(bytes, at, end);; slot = (slot + 1) % SLOTS) {
      const form = this.#slots[slot]! - 1;
      if (form < 0) break;
      if (this.isOf(form, bytes, at, end)) return form;
    }
    const isLast = this.#count === MAX_FORMS && this.isOf(LAST_FORM, bytes, at, end);
    return isLast ? LAST_FORM : this.#count;
  }

  /** Adds a form, in the place of the last one when there is no room; returns its number. */
  add(bytes: Uint8Array, at: number, end: number): number {
    const form = Math.min(this.#count, LAST_FORM);
    this.#count = form + 1;
    const from = form * OPTION_BYTES;
    for (let i = 0; at + i < end; i++) this.#bytes[from + i] = bytes[at + i]!;
    this.#lengths[form] = end - at;
    this.#stampAt[form] = stampAt(bytes, at, end);
    if (form !== LAST_FORM) {
      let slot = slotOf(bytes, at, end);
      while (this.#slots[slot] !== 0) slot = (slot + 1) % SLOTS;
      this.#slots[slot] = form + 1;
    }
    return form;
  }

  /** Puts options of that form at `to[at]`. */
  copy(form: number, to: Uint8Array, at: number): void {
    const from = form * OPTION_BYTES;
    const length = this.#lengths[form]!;
    for (let i = 0; i < length; i++) to[at + i] = this.#bytes[from + i]!;
  }
}

function slotOf(bytes: Uint8Array, at: number, end: number): number {
  const stamp = stampAt(bytes, at, end);
  let hash = end - at;
  for (let i = 0; at + i < end; i++) {
    if (stamp > 0 && i === stamp) i += 8;
    if (at + i < end) hash = Math.imul(hash ^ bytes[at + i]!, 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}

/** Where the values of the first timestamp option are (RFC 7323, section 3.2); 0 without one. */
function stampAt(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i + TIMESTAMP_BYTES <= end;) {
    const kind = bytes[i]!;
    if (kind === 0) return 0;
    if (kind === TIMESTAMP && bytes[i + 1] === TIMESTAMP_BYTES) return i + 2 - at;
    i += kind === 1 ? 1 : Math.max(2, bytes[i + 1]!);
  }
  return 0;
}
