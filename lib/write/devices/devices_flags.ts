import { COMMON_ACTS } from "../../arguments/common_flags.ts";
import { type FlagTable, grouped } from "../../arguments/flags.ts";
import { NATS_ACCESS_FLAGS } from "../../arguments/nats_flags.ts";
import { DUMP_FLAGS } from "../read/dump_flags.ts";

/** The flags of `collector -devices`. */
export const DEVICES_FLAGS = {
  ...grouped("What to read", {
    read: DUMP_FLAGS.read,
    type: {
      ...DUMP_FLAGS.type,
      help: "only what records of these types tell, separated by commas: ARP,DHCPv4,DNS",
    },
    client: DUMP_FLAGS.client,
    from: DUMP_FLAGS.from,
    to: DUMP_FLAGS.to,
  }),
  ...grouped("How to print", {
    json: { kind: "boolean", default: false, help: "print JSON, one device a line" },
    tz: DUMP_FLAGS.tz,
  }),
  ...grouped("NATS", NATS_ACCESS_FLAGS),
  ...grouped("Other", {
    devices: {
      kind: "boolean",
      default: false,
      help: "what makes the collector print a table of devices",
    },
    ...COMMON_ACTS,
  }),
} as const satisfies FlagTable;
