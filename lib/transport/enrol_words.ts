import { EnrolResult } from "../seal/access/access_state.ts";

const WORDS: Readonly<Record<number, string>> = {
  [EnrolResult.NoToken]: "the collector knows no such token",
  [EnrolResult.Expired]: "the token has expired",
  [EnrolResult.Used]: "another sensor has used the token",
  [EnrolResult.Later]: "the collector cannot enrol anybody just now",
  [EnrolResult.KnownKey]: "the collector knows this key already",
};

/** Why somebody was not enrolled, at either end. */
export function enrolWords(result: number): string {
  return WORDS[result] ?? `not enrolled for reason ${result}`;
}
