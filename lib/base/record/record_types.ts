import { MESSAGES, TYPES } from "../../../proto/netcap_tags.ts";

const PREFIX = "NC_";

/** The fields that hold when a record was: the first that a record type has counts. */
export const TIME_FIELDS = ["Timestamp", "TimestampFirst"];

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPES).map(([name, number]) => [number, name.slice(PREFIX.length)]),
);

/**
 * The numbers of all record types in the enum `Type`, ascending: of the messages that carry a time of
 * their own; the others are parts of them.
 */
export const RECORD_TYPES: readonly number[] = MESSAGES
  .filter(({ tags }) => TIME_FIELDS.some((field) => field in tags))
  .map(({ name }) => typeNumber(name))
  .sort((a, b) => a - b);

/** Names of the types whose records only a collector makes: nobody sends them. */
const COLLECTOR_TYPES = ["CollectorSpan", "CollectorFile", "SensorAlarm", "OperatorAct"];
/** Names of the types whose records are the books: what was seen, and what became of it. */
const LEDGER_TYPES = ["SensorMinute", ...COLLECTOR_TYPES];

/** Whether only a collector makes records of that type. */
export function isMadeByCollector(type: number): boolean {
  return COLLECTOR_TYPES.includes(typeName(type));
}

/** Whether the records of the type of that name are books. */
export function isLedgerType(name: string): boolean {
  return LEDGER_TYPES.includes(name);
}

/**
 * The name of a type without prefix, as in file names: `TCP`; the number for an unknown one.
 *
 * ```ts
 * import { typeName, typeNumber } from "@farcap/farcap/decode";
 *
 * if (typeName(typeNumber("TCP")) !== "TCP") throw new Error("both are TCP");
 * ```
 */
export function typeName(type: number): string {
  return NAMES.get(type) ?? String(type);
}

/** The number of the type of that name (`TCP`). Names that are not in the enum are a mistake of ours. */
export function typeNumber(name: string): number {
  const number = TYPES[`${PREFIX}${name}`];
  if (number === undefined) throw new TypeError(`No record type has the name "${name}"`);
  return number;
}
