import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import type { JsonValue } from "./json_value.ts";

/** The types of the records that a line is made of, by the part that each plays. */
export type Parts = Readonly<Record<string, DescMessage>>;

/** The records of one line. */
export interface LineRecords {
  /** Who sent them; empty where nobody knows. */
  readonly client: string;
  /** By their part; one at least. */
  readonly parts: Readonly<Record<string, Message>>;
}

/** A field of a part, as in `Connection.SrcIP`, or who sent the records. */
export type Source<P extends Parts> =
  | "client"
  | { [Part in keyof P & string]: `${Part}.${keyof MessageShape<P[Part]> & string}` }[
    & keyof P
    & string
  ];

type ValueOf<P extends Parts, S> = S extends "client" ? string
  : S extends `${infer Part}.${infer Field}`
    ? Part extends keyof P
      ? Field extends keyof MessageShape<P[Part]> ? MessageShape<P[Part]>[Field] : never
    : never
  : never;

/** A field of a line: what it is made of is data, for the lines and for docs/exports.md alike. */
export interface MappedField {
  /** In objects within others, with a dot between. */
  readonly name: string;
  /** What it is made of; nothing for what is the same in every line. */
  readonly sources: readonly string[];
  /** How, in words; empty when it is the same value. */
  readonly how: string;
  readonly valueOf: (line: LineRecords) => JsonValue | undefined;
}

/** How a value is made, and in words; undefined for nothing to say. */
export interface Conversion<T> {
  (value: T): JsonValue | undefined;
  readonly how?: string;
}

/** What makes fields of lines that are made of certain records. */
export interface FieldMaker<P extends Parts> {
  /** A field that is made of one of a record; it is left out where there is no such record. */
  of<const S extends Source<P>>(
    name: string,
    source: S,
    convert: Conversion<ValueOf<P, S>>,
    how?: string,
  ): MappedField;
  /** A field that is made of several; undefined are those of parts that are not there. */
  ofAll<const S extends readonly Source<P>[]>(
    name: string,
    sources: S,
    convert: (
      ...values: { -readonly [At in keyof S]: ValueOf<P, S[At]> | undefined }
    ) => JsonValue | undefined,
    how: string,
  ): MappedField;
  /** A field that has the same value in every line. */
  always(name: string, value: JsonValue): MappedField;
}

/** Makes fields of lines that consist of such records. */
export function fieldsOf<P extends Parts>(_parts: P): FieldMaker<P> {
  return {
    of(name, source, convert, how = convert.how ?? "") {
      const read = reader(source);
      const valueOf = (line: LineRecords) => {
        const value = read(line);
        return value === undefined ? undefined : convert(value as never);
      };
      return { name, sources: [source], how, valueOf };
    },
    ofAll(name, sources, convert, how) {
      const reads = sources.map(reader);
      const valueOf = (line: LineRecords) =>
        convert(...reads.map((read) => read(line)) as Parameters<typeof convert>);
      return { name, sources, how, valueOf };
    },
    always: (name, value) => ({
      name,
      sources: [],
      how: `\`${JSON.stringify(value)}\``,
      valueOf: () => value,
    }),
  };
}

function reader(source: string): (line: LineRecords) => unknown {
  if (source === "client") return ({ client }) => client;
  const [part, field] = source.split(".") as [string, string];
  return ({ parts }) => (parts[part] as unknown as Record<string, unknown> | undefined)?.[field];
}
