import { recordSchema } from "../base/record/record_schemas.ts";
import { isLedgerType, RECORD_TYPES, typeName } from "../base/record/record_types.ts";
import { VERSION } from "../base/version.ts";
import { type AddressFields, addressFields } from "./live_filter.ts";
import { LOSS_METRICS } from "./overview.ts";

/** What the page's scripts are told of the program: how commands begin that give the same, for one. */
export interface PageAbout {
  readonly version: string;
  /** The folder of the records. */
  readonly out: string;
  /** Where the collector listens, as `-addr` has it. */
  readonly address: string;
  readonly collector: string;
  readonly ledger: string;
  readonly dump: string;
  readonly devices: string;
  readonly enroll: string;
  /** The file with the page's token. */
  readonly tokenFile: string;
  /** Where records are, if they are in streams and not in files. */
  readonly engine?: string;
  /** With which commands connect there. */
  readonly engineFlags?: readonly string[];
  /** The names of the metrics that tell of losses. */
  readonly losses: readonly string[];
  /** By the names of record types. */
  readonly types: Readonly<Record<string, AddressFields>>;
}

/** Where the collector listens, where its records are and how these are reached, and the page's token. */
export type PagePaths = Pick<PageAbout, "address" | "engine" | "engineFlags" | "out" | "tokenFile">;

/** @param isExecutable Whether the programs are executables, or run by `deno task`. */
export function pageAbout(
  paths: PagePaths,
  isExecutable: boolean,
): PageAbout {
  const way = (name: string) => isExecutable ? `farcap-collector -${name}` : `deno task ${name}`;
  const types = RECORD_TYPES.map((type) => [typeName(type), recordSchema(type)] as const)
    .flatMap(([name, schema]) => schema && !isLedgerType(name) ? [[name, schema] as const] : [])
    .map(([name, schema]) => [name, addressFields(schema)] as const);
  return {
    ...paths,
    ...{ version: VERSION, losses: LOSS_METRICS },
    collector: isExecutable ? "farcap-collector" : "deno task collector",
    ...{ ledger: way("ledger"), dump: way("dump"), devices: way("devices") },
    enroll: isExecutable ? "farcap-sensor -enroll" : "deno task enroll",
    types: Object.fromEntries(types),
  };
}
