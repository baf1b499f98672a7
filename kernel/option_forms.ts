/** Forms of TCP options by number: their bytes, of which the values of a timestamp do not count. */

/** The number whose form is another as soon as there are more. */
export const LAST_FORM: i32 = 255;
const OPTION_BYTES: usize = 40;
const TIMESTAMP: u8 = 8;
const TIMESTAMP_BYTES: u8 = 10;

/** Bytes of the options, their length, and where the values of their timestamp are (0: none). */
const STRIDE: usize = 48;
const LENGTH_AT: usize = OPTION_BYTES;
const STAMP_AT: usize = OPTION_BYTES + 1;
const TABLE: usize = memory.data(256 * 48, 16);

/** How many there are; number 0 is that of no options. */
export let forms: i32 = 1;

/** Forgets all but the first. */
export function clearForms(): void {
  forms = 1;
}

export function placeOf(form: i32): usize {
  return TABLE + <usize> form * STRIDE;
}

export function formBytes(form: i32): i32 {
  return load<u8>(placeOf(form) + LENGTH_AT);
}

/** Where options of that form have a timestamp's value, its echo 4 bytes behind; 0 for none. */
export function formStampAt(form: i32): i32 {
  return load<u8>(placeOf(form) + STAMP_AT);
}

/** Adds the form of the options at `at`, at most 40 bytes; returns its number. */
export function addForm(at: usize, bytes: i32): i32 {
  const form = min<i32>(forms, LAST_FORM);
  forms = form + 1;
  const to = placeOf(form);
  memory.copy(to, at, bytes);
  store<u8>(to + LENGTH_AT, <u8> bytes);
  store<u8>(to + STAMP_AT, <u8> stampAt(at, bytes));
  return form;
}

/** Puts options of that form, whole words, at `to`. */
export function copyForm(form: i32, to: usize): void {
  const from = placeOf(form);
  const bytes = <usize> formBytes(form);
  for (let i: usize = 0; i < bytes; i += 4) store<u32>(to + i, load<u32>(from + i));
}

/** Where the values of the first timestamp option are (RFC 7323, section 3.2); 0 without one. */
export function stampAt(at: usize, bytes: i32): i32 {
  for (let i = 0; i + <i32> TIMESTAMP_BYTES <= bytes;) {
    const kind = load<u8>(at + i);
    if (kind === 0) return 0;
    const length = load<u8>(at + i + 1);
    if (kind === TIMESTAMP && length === TIMESTAMP_BYTES) return i + 2;
    i += kind === 1 ? 1 : max<i32>(2, length);
  }
  return 0;
}
