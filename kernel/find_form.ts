/** Which form TCP options have, for who writes: a reader is told its number. */
import {
  addForm,
  clearForms,
  formBytes,
  forms,
  formStampAt,
  LAST_FORM,
  placeOf,
  stampAt,
} from "./option_forms.ts";

const SLOTS: i32 = 4 * 256;
/** Numbers by hash, plus 1; but for the last one. */
const TABLE: usize = memory.data(4 * 256 * 2, 16);

/** Forgets all forms but the first. */
export function forgetForms(): void {
  clearForms();
  memory.fill(TABLE, 0, SLOTS * 2);
}

/** Whether the options at `at` have that form. */
export function isForm(form: i32, at: usize, bytes: i32): bool {
  if (bytes !== formBytes(form)) return false;
  const from = placeOf(form);
  const stamp = formStampAt(form);
  for (let i = 0; i < bytes; i++) {
    if (stamp > 0 && i === stamp) i += 8;
    if (i < bytes && load<u8>(at + i) !== load<u8>(from + i)) return false;
  }
  return true;
}

/** The form of the options at `at`, at most 40 bytes; `forms` if they have a new one. */
export function findForm(at: usize, bytes: i32): i32 {
  if (bytes === 0) return 0;
  let slot = slotOf(at, bytes);
  while (true) {
    const form = <i32> load<u16>(TABLE + 2 * slot) - 1;
    if (form < 0) break;
    if (isForm(form, at, bytes)) return form;
    slot = (slot + 1) % SLOTS;
  }
  return forms > LAST_FORM && isForm(LAST_FORM, at, bytes) ? LAST_FORM : forms;
}

/** Adds that form, in the place of the last one when there is no room; returns its number. */
export function learnForm(at: usize, bytes: i32): i32 {
  const form = addForm(at, bytes);
  if (form === LAST_FORM) return form;
  let slot = slotOf(at, bytes);
  while (load<u16>(TABLE + 2 * slot) !== 0) slot = (slot + 1) % SLOTS;
  store<u16>(TABLE + 2 * slot, <u16> (form + 1));
  return form;
}

function slotOf(at: usize, bytes: i32): i32 {
  const stamp = stampAt(at, bytes);
  let hash = <u32> bytes;
  for (let i = 0; i < bytes; i++) {
    if (stamp > 0 && i === stamp) i += 8;
    if (i < bytes) hash = (hash ^ load<u8>(at + i)) * 0x01000193;
  }
  return (hash ^ (hash >>> 16)) % SLOTS;
}
