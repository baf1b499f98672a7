import type { DescMessage, Message } from "@bufbuild/protobuf";
import { timeFieldOf } from "../../../base/record/record_schemas.ts";
import type { PrintedRecord } from "../../read/printed_record.ts";
import type { ExportedRecord } from "../line_format.ts";
import type { JoinRule } from "./join_rule.ts";

/** How much later a record may come than the first of its line, by the records' times. */
const PATIENCE_NS = 30_000_000_000n;
/** How much may wait, of all clients together. */
export interface HeldLimits {
  readonly records: number;
  /** Of the records as they are stored; a position has them as twice as many hex digits. */
  readonly bytes: number;
}

const LIMITS: HeldLimits = { records: 16_384, bytes: 16 << 20 };

/** Records that wait for one another. */
interface Group {
  readonly key: string;
  readonly time: bigint;
  /** In the order in which they came. */
  readonly records: PrintedRecord[];
  bytes: number;
  readonly parts: Record<string, Message>;
}

/** The groups of one client that one rule makes, by key; the oldest first. */
interface Lane {
  readonly groups: Map<string, Group>;
  /** The time of the newest record of each type. */
  readonly newest: Map<DescMessage, bigint>;
}

/**
 * Joins records to lines: they wait for the others of their line until it is whole, the types of the
 * records are 30 seconds further, by their own times, or too many wait; then the line goes out as it is.
 * No record is in two lines or none.
 */
export class JoinedRecords {
  readonly #ruleOf: (schema: DescMessage) => JoinRule | undefined;
  readonly #limits: HeldLimits;
  readonly #lanes = new Map<JoinRule, Map<string, Lane>>();
  #held = 0;
  #heldBytes = 0;

  constructor(ruleOf: (schema: DescMessage) => JoinRule | undefined, limits = LIMITS) {
    this.#ruleOf = ruleOf;
    this.#limits = limits;
  }

  /** Takes a record of so many bytes; gives the lines that are to be written now, in their order. */
  *add(record: PrintedRecord, bytes: number): Generator<ExportedRecord> {
    const rule = this.#ruleOf(record.schema);
    if (rule === undefined) {
      yield record;
      return;
    }
    const { message, schema } = record;
    const part = rule.partOf(message);
    const key = rule.keyOf(message);
    if (key === undefined) {
      yield { ...record, parts: { [part]: message } };
      return;
    }
    const lane = this.#lane(rule, record.client);
    const time = timeOf(record);
    let group = lane.groups.get(key);
    if (group !== undefined && group.parts[part] !== undefined) {
      yield this.#take(lane.groups, group);
      group = undefined;
    }
    if (group === undefined) {
      group = { key, time, records: [], bytes: 0, parts: {} };
      lane.groups.set(key, group);
    }
    group.records.push(record);
    group.parts[part] = message;
    group.bytes += bytes;
    this.#held++;
    this.#heldBytes += bytes;
    if (rule.isWhole(group.parts)) yield this.#take(lane.groups, group);
    const newest = lane.newest.get(schema);
    if (newest === undefined || time > newest) lane.newest.set(schema, time);
    yield* this.#overdue(rule, lane);
  }

  /** All lines that wait, as they are. */
  *end(): Generator<ExportedRecord> {
    for (const lanes of this.#lanes.values()) {
      for (const lane of lanes.values()) {
        for (const group of lane.groups.values()) yield this.#take(lane.groups, group);
      }
    }
  }

  /** The records that wait, in an order in which they can be added again. */
  *held(): Generator<PrintedRecord> {
    for (const lanes of this.#lanes.values()) {
      for (const { groups } of lanes.values()) {
        for (const { records } of groups.values()) yield* records;
      }
    }
  }

  /** Lines that nothing is to be waited for any more. */
  *#overdue({ schemas }: JoinRule, { groups, newest }: Lane): Generator<ExportedRecord> {
    let slowest: bigint | undefined = newest.get(schemas[0]!);
    for (const schema of schemas) {
      // Of a type of which nothing has come nobody knows how far it is.
      const time = newest.get(schema);
      if (slowest === undefined || time === undefined || time < slowest) slowest = time;
    }
    for (const group of groups.values()) {
      const isLate = slowest !== undefined && group.time + PATIENCE_NS < slowest;
      if (!isLate && this.#held <= this.#limits.records && this.#heldBytes <= this.#limits.bytes) {
        return;
      }
      yield this.#take(groups, group);
    }
  }

  #take(
    groups: Map<string, Group>,
    { key, records, bytes, parts }: Group,
  ): ExportedRecord {
    groups.delete(key);
    this.#held -= records.length;
    this.#heldBytes -= bytes;
    return { ...records[0]!, parts };
  }

  #lane(rule: JoinRule, client: string): Lane {
    const lanes = this.#lanes.get(rule) ?? new Map<string, Lane>();
    this.#lanes.set(rule, lanes);
    const lane = lanes.get(client) ?? { groups: new Map(), newest: new Map() };
    lanes.set(client, lane);
    return lane;
  }
}

function timeOf({ schema, message }: PrintedRecord): bigint {
  const field = timeFieldOf(schema);
  return (message as unknown as Record<string, bigint>)[field!.localName]!;
}
