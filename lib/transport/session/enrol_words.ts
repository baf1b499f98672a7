import { EnrolResult, RotateResult } from "../../seal/access/access_state.ts";

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

/** Why a key was not taken in place of another. */
export function rotateWords(result: number): string {
  if (result === RotateResult.KnownKey) return "somebody has the next key, or had it";
  return result === RotateResult.Later
    ? "the collector cannot write it down just now"
    : `for reason ${result}`;
}
