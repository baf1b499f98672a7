import { encodeHex } from "../../base/bytes/bytes.ts";
import { printable } from "../../base/text/printable.ts";
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
  return `; wanted: a token of its collector's -enroll, or in its file of -sensors: ${line}`;
}

/**
 * What is said of a connection that was turned away: the topic, the line, and about whom.
 *
 * @param key Whose it was, if that has been proved.
 * @param hint What would let it send.
 * @param revoked The name of the owner, if it was revoked.
 */
export function turnedAway(
  from: string,
  why: string,
  { key, hint = "", revoked }: {
    readonly key: Uint8Array | undefined;
    readonly hint: string | undefined;
    readonly revoked: string | undefined;
  },
): [topic: string, line: string, about?: { readonly sensor: string }] {
  if (revoked !== undefined) {
    const line = `Refused a connection of ${printable(revoked)} from ${from}: it was revoked`;
    return [`revoked ${revoked}`, line, { sensor: revoked }];
  }
  const of = key ? ` of key ${encodeHex(key)}` : "";
  return [`refused ${why}`, `Refused a connection${of} from ${from}: ${why}${hint}`];
}
