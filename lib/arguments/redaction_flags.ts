import type { Mistake } from "./answers.ts";
import { type FlagTable, type FlagValues, grouped } from "./flags.ts";

/** The flags that say how a sensor's records are rewritten. */
export const REDACTION_FLAGS = grouped("Redaction", {
  anonymize: {
    kind: "string",
    value: "FILE|HEX",
    secret: true,
    help:
      "rewrite addresses in records before anything leaves the sensor, by the key in the file or 64 " +
      "hex digits: network addresses keep common prefixes (Crypto-PAn), hardware addresses their " +
      "vendor; secrets, checksums and unknown bytes are left out; see -gen-anonymize-key",
  },
  "redact-names": {
    kind: "boolean",
    default: false,
    help: "with -anonymize: rewrite names, label by label, and texts that may have names in them",
  },
}) satisfies FlagTable;

/** Those, and others that do not go with them. */
interface Flags extends FlagValues<typeof REDACTION_FLAGS> {
  readonly payload: boolean;
  readonly encoding: string;
}

/** What is wrong with them. */
export function mistakeInRedaction(flags: Flags): Mistake | undefined {
  if (flags.anonymize === undefined) {
    const message = "-redact-names rewrites names as -anonymize does addresses: wanted with it";
    return flags["redact-names"] ? { flag: "redact-names", message } : undefined;
  }
  if (flags.anonymize === "") {
    return { flag: "anonymize", message: 'Wrong value "" of -anonymize: wanted a key' };
  }
  if (flags.payload) {
    const message = "-payload may have any address in it: wanted without -anonymize";
    return { flag: "payload", message };
  }
  if (flags.encoding === "compact") {
    const message = "-encoding compact sends headers as they are: wanted without -anonymize";
    return { flag: "encoding", message };
  }
  return undefined;
}
