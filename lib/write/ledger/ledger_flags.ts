import { COMMON_ACTS } from "../../arguments/common_flags.ts";
import { type FlagTable, grouped } from "../../arguments/flags.ts";
import { NATS_ACCESS_FLAGS } from "../../arguments/nats_flags.ts";

/** The flags of `collector -ledger`. */
export const LEDGER_FLAGS = {
  ...grouped("What to look at", {
    read: {
      kind: "strings",
      value: "FOLDER",
      help: "the folder of a client or of all clients, or nats://HOST:PORT or tls://…, where " +
        "collectors with -store have stored; it may also be given without the flag",
    },
    client: {
      kind: "strings",
      value: "NAMES",
      help: "only these clients, or folders of clients, separated by commas",
    },
    from: {
      kind: "string",
      default: "",
      value: "TIME",
      help: "what was missed from this time on: 2020-09-13T12:26:40Z, 2020-09-13, 09:02, -1h (ago)",
    },
    to: { kind: "string", default: "", value: "TIME", help: "what was missed before this time" },
  }),
  ...grouped("How to print", {
    table: {
      kind: "boolean",
      default: false,
      help:
        "print the counts by type with -from and -to, too; without these they are printed anyway",
    },
    json: { kind: "boolean", default: false, help: "print JSON, one object a line" },
    tz: {
      kind: "string",
      default: "UTC",
      value: "ZONE",
      help: "time zone of printed times, and of -from and -to without offset: Europe/Berlin, local",
    },
  }),
  ...grouped("NATS", NATS_ACCESS_FLAGS),
  ...grouped("Other", {
    ledger: { kind: "boolean", default: false, help: "what makes the collector print its ledger" },
    ...COMMON_ACTS,
  }),
} as const satisfies FlagTable;
