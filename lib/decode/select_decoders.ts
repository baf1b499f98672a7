import { typeNumber } from "../base/record/record_types.ts";
import type { Decoder } from "./decoder.ts";

/** Which record types a sensor writes, or the name that is not one. */
export type Selection =
  | { readonly types: readonly number[]; readonly unknown?: undefined }
  | { readonly unknown: string };

/** The names of the record types that the decoders write, in their order; two may write the same. */
export function decoderNames(decoders: readonly Decoder[]): readonly string[] {
  return [...new Set(decoders.flatMap((decoder) => decoder.schema ? [decoder.schema.name] : []))];
}

/**
 * The record types that every list of `includes` leaves (all when it is empty) and `exclude` does not
 * take away. All hold names of `names`, spaces around them allowed; empty ones are passed over.
 */
export function selectTypes(
  names: readonly string[],
  includes: readonly (readonly string[])[],
  exclude: readonly string[],
): Selection {
  const given = (list: readonly string[]) => list.map((name) => name.trim()).filter(Boolean);
  const included = includes.map(given);
  const excluded = given(exclude);
  const unknown = [...included.flat(), ...excluded].find((name) => !names.includes(name));
  if (unknown !== undefined) return { unknown };
  return {
    types: names
      .filter((name) => included.every((list) => list.length === 0 || list.includes(name)))
      .filter((name) => !excluded.includes(name))
      .map(typeNumber),
  };
}
