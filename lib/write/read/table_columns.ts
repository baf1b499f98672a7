import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { Kind } from "../../../proto/gen/netcap_pb.ts";
import { escapeText } from "../../base/text/escape_text.ts";
import { kindOf } from "../../base/record/field_kinds.ts";
import { isZero, mapEntries } from "./field_kind.ts";
import { membersFormat } from "./json_format.ts";
import { fieldPath } from "./selection.ts";
import { valueText } from "./value_text.ts";

/** One column of a table, or one pair of a line. */
export interface TableColumn {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber: boolean;
  /** Words, of which the beginning says something; no part of a number or an address does. */
  readonly isWords: boolean;
  /** How soon people want it, from 0 on; from {@linkcode UNASKED} on only when they ask for it. */
  readonly rank: number;
  /** The cell's text on one line; empty when the record has none. */
  cell(message: Message): string;
}

/** Ranks from here on stand in no table whose columns nobody has chosen. */
export const UNASKED = 20;

/** How soon people want fields of a kind; ports go together, or not at all. */
const RANKS: Readonly<Record<Kind, number>> = {
  [Kind.TIME]: 0,
  [Kind.ADDRESS]: 1,
  [Kind.PORT]: 2,
  [Kind.MAC]: 3,
  [Kind.NAME]: 4,
  [Kind.TEXT]: 5,
  [Kind.NUMBER]: 6,
  [Kind.COUNT]: 7,
  [Kind.FLAGS]: 8,
  [Kind.DURATION]: 9,
  [Kind.HASH]: 10,
  [Kind.CHECKSUM]: UNASKED,
  [Kind.SECRET]: UNASKED,
  [Kind.BYTES]: UNASKED,
  [Kind.NO_KIND]: UNASKED + 1,
};

export const PORT_RANK = RANKS[Kind.PORT];
/** Of names, those within messages too, from here on to the next whole number. */
export const NAME_RANK = RANKS[Kind.NAME];

/** Times are written by `time`. */
type Time = (nanos: bigint) => string;

/**
 * All columns of a type: its fields, and of messages in it the names and addresses; the most wanted
 * first, else in schema order.
 */
export function tableColumns(schema: DescMessage, time: Time): TableColumn[] {
  const columns = schema.fields.flatMap((field) => {
    const own = column([field], field.name, time);
    if (field.message === undefined) return [own];
    const within = field.message.fields
      .filter((inner) => [Kind.NAME, Kind.ADDRESS].includes(kindOf(inner)))
      .map((inner) => ({
        ...column([field, inner], `${field.name}.${inner.name}`, time),
        rank: RANKS[Kind.NAME] + 0.5,
      }));
    return [...within, own];
  });
  return columns.sort((a, b) => a.rank - b.rank);
}

/** The columns of these names that the type has. */
export function selectedColumns(
  schema: DescMessage,
  names: readonly string[],
  time: Time,
): TableColumn[] {
  return names.flatMap((name) => {
    const path = fieldPath(schema, name);
    return path === undefined ? [] : [column(path, name, time)];
  });
}

function column(path: readonly DescField[], title: string, time: Time): TableColumn {
  const field = path.at(-1)!;
  const print = printerOf(field, time);
  const isOne = path.every(({ fieldKind }) => fieldKind !== "list" && fieldKind !== "map");
  const isNumber = isOne && field.scalar !== undefined &&
    [Kind.NUMBER, Kind.COUNT, Kind.PORT, Kind.DURATION].includes(kindOf(field));
  return {
    title,
    isNumber,
    isWords: !isOne || [Kind.NAME, Kind.TEXT].includes(kindOf(field)),
    rank: RANKS[kindOf(field)],
    cell: (message) => escapeText(valuesAt(message, path).map(print).map(unpadded).join(",")),
  };
}

/** Without the zero bytes that fill a field of fixed size. */
function unpadded(text: string): string {
  return text.replace(/\0+$/, "");
}

function printerOf(field: DescField, time: Time): (value: unknown) => string {
  const print = field.message === undefined
    ? valueText(field, time).print
    : membersFormat(field.message, { time, isRaw: true });
  if (field.fieldKind !== "map") return print;
  return (value) => mapEntries(value).map(([key, value]) => `${key}=${print(value)}`).join(",");
}

/** The values that the fields of a path lead to; none that is zero where the path has one way only. */
function valuesAt(message: Message, path: readonly DescField[]): unknown[] {
  let values: unknown[] = [message];
  for (const field of path) {
    values = values.flatMap((message) => {
      const value = (message as Record<string, unknown>)[field.localName];
      if (isZero(field, value)) return [];
      return field.fieldKind === "list" ? value as unknown[] : [value];
    });
  }
  return values;
}
