import { nameOfKey } from "../../seal/key.ts";
import { rosterLine } from "../../seal/roster.ts";
import { Rejection, REJECTION_WORDS } from "./session_message.ts";

/** What is said of a rejection, at either end. */
export function rejectionWords(reason: number): string {
  return REJECTION_WORDS[reason] ?? `rejected for reason ${reason}`;
}

/** What would let a sensor send that is rejected, for the end of a line; nothing where no line would. */
export function rejectionHint(reason: number, key: Uint8Array, name: string): string {
  if (reason !== Rejection.UnknownKey) return "";
  const line = rosterLine(key, name) ?? rosterLine(key, nameOfKey(key));
  return `; wanted in the collector's file of -sensors: ${line}`;
}
