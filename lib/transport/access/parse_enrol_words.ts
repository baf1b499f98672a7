import { printable } from "../../base/text/printable.ts";
import { KEY_BYTES } from "../../seal/key.ts";
import { type RosterEntry, rosterLine } from "../../seal/roster.ts";
import { parseRosterOptions } from "../../seal/roster_options.ts";
import { formatAddress, parseAddress } from "../address.ts";

/** A sensor that is to enrol, and where it finds the collector: `HOST:PORT` of datagrams. */
export type EnrolWords =
  | { readonly entry: RosterEntry; readonly address: string }
  | { readonly problem: string };

/**
 * @param words A name, and behind it what could stand there in a line of `-sensors`.
 * @param address One that leads to the collector from elsewhere.
 */
export function parseEnrolWords(words: string, address: string): EnrolWords {
  const [name = "", ...options] = words.trim().split(/\s+/);
  const parsed = parseRosterOptions(options);
  if (rosterLine(new Uint8Array(KEY_BYTES), name) === undefined || "problem" in parsed) {
    const what = "problem" in parsed ? parsed.problem : "wanted a name that -sensors could have";
    return { problem: `Wrong value "${printable(words)}" of -enroll: ${what}` };
  }
  const found = parseAddress(address, "");
  if (!found || /^(|0\.0\.0\.0|::)$/.test(found.hostname) || found.port === 0) {
    const shown = printable(address);
    return {
      problem: `Wrong value "${shown}" of -addr: wanted where the sensor reaches the collector`,
    };
  }
  return { entry: { name, ...parsed.options }, address: formatAddress(found) };
}
