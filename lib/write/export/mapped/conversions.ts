/** How values of records become those of other formats. */
import { textOf } from "../../read/field_kind.ts";
import type { Conversion } from "./mapped_field.ts";

/** Text; nothing when it is empty. */
export const text: Conversion<string> = (value) => value || undefined;

/** Text in bytes; nothing when it is empty. */
export const bytesText: Conversion<Uint8Array> = (value) =>
  value.length > 0 ? textOf(value) : undefined;

/** As it is, 0 too. */
export const same: Conversion<string | number | bigint | boolean> = (value) => value;

/** A number that stands for nothing when it is 0. */
export const unlessZero: Conversion<number | bigint> = (value) => value || undefined;

const PORT = /^\d{1,5}$/;

/** A port that is text; nothing when it is none. */
export const portText: Conversion<string> = (value) => PORT.test(value) ? Number(value) : undefined;

/** A time or duration of nanoseconds. */
export const seconds: Conversion<bigint> = described(
  "seconds, to the microsecond",
  (nanos) => nanos === 0n ? undefined : Number(nanos / 1000n) / 1e6,
);

function described<T>(how: string, convert: Conversion<T>): Conversion<T> {
  return Object.assign(convert, { how });
}
