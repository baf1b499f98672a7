import { COMMON_ACTS } from "../../arguments/common_flags.ts";
import { type FlagTable, grouped } from "../../arguments/flags.ts";
import { NATS_ACCESS_FLAGS } from "../../arguments/nats_flags.ts";
import { DUMP_FLAGS } from "../read/dump_flags.ts";
import { EXPORT_FORMAT_NAMES, USUAL_RATE } from "./export_formats.ts";

/** The longest time between two commits. */
const MAX_EVERY_MS = 86_400_000;

const MAX_RATE = 100_000_000;
/** The flags of `collector -export`. */
export const EXPORT_FLAGS = {
  ...grouped("What to read", {
    read: {
      ...DUMP_FLAGS.read,
      help:
        "a record file, the folder of a client or of all clients, or nats://HOST:PORT or tls://…, where " +
        "collectors with -store have stored; may also be given without the flag",
    },
    type: DUMP_FLAGS.type,
    client: DUMP_FLAGS.client,
    follow: {
      kind: "boolean",
      default: false,
      help: "go on as files grow; wait for files that are not there yet",
    },
  }),
  ...grouped("Which records", {
    where: DUMP_FLAGS.where,
    from: DUMP_FLAGS.from,
    to: DUMP_FLAGS.to,
    tz: {
      kind: "string",
      default: "UTC",
      value: "ZONE",
      help: "time zone of -from and -to without offset: Europe/Berlin, local",
    },
  }),
  ...grouped("Where to", {
    export: {
      kind: "choice",
      choices: EXPORT_FORMAT_NAMES,
      default: "ndjson",
      help: "the format: docs/exports.md has what is in it",
    },
    out: {
      kind: "string",
      value: "FOLDER",
      help:
        "where the files go, and in its folder .export how far it is; - for standard output, of formats that are one file of lines; of ipfix udp://HOST:PORT or tcp://HOST:PORT",
    },
    position: {
      kind: "string",
      value: "FOLDER",
      otherwise: "the folder of -out; without one each run exports everything",
      help: "where how far it is is written down, for standard output and ipfix",
    },
    rate: {
      kind: "number",
      min: 1,
      max: MAX_RATE,
      value: "FLOWS",
      default: USUAL_RATE,
      help: "how many flows of ipfix are sent over UDP in a second, so that a collector can follow",
    },
    every: {
      kind: "duration",
      min: 100,
      max: MAX_EVERY_MS,
      otherwise: "1s; of parquet 1m, since each time makes files",
      help: "how often what has come is made durable, and then how far it is written down",
    },
  }),
  ...grouped("NATS", NATS_ACCESS_FLAGS),
  ...grouped("Other", { ...COMMON_ACTS }),
} as const satisfies FlagTable;
