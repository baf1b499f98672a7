import type { DescMessage } from "@bufbuild/protobuf";
import type { LineFormat } from "../line_format.ts";
import { jsonText } from "./json_value.ts";
import type { JoinRule } from "./join_rule.ts";
import type { LineRecords, MappedField, Parts } from "./mapped_field.ts";

/** A kind of line in a format: of which records it is made and what is in it. */
export interface LineMapping {
  /** What docs/exports.md calls it: a file, an event. */
  readonly title: string;
  /** The file that has such lines. */
  readonly file: string;
  /** One sentence: what a line stands for. */
  readonly about: string;
  readonly parts: Parts;
  /** How records become parts of a line; a record of the only part is a line of its own without. */
  readonly join?: JoinRule;
  /** Whether there is a line at all; there is without. */
  readonly isWanted?: (line: LineRecords) => boolean;
  readonly fields: readonly MappedField[];
  /** Fields that such lines have elsewhere, and why not here. */
  readonly missing: readonly (readonly [names: string, why: string])[];
}

/** How objects within objects are written: as such, or with their dots in the names. */
export type Nesting = "nested" | "flat";

/** A format of mapped lines. */
export function mappedFormat(mappings: readonly LineMapping[], nesting: Nesting): LineFormat {
  const bySchema = new Map<DescMessage, LineMapping>();
  for (const mapping of mappings) {
    for (const schema of Object.values(mapping.parts)) bySchema.set(schema, mapping);
  }
  return {
    joinOf: (schema) => bySchema.get(schema)?.join,
    linesOf(schema) {
      const mapping = bySchema.get(schema);
      if (mapping === undefined) return undefined;
      const [only] = Object.keys(mapping.parts);
      const { file, isWanted = () => true } = mapping;
      const print = objectPrinter(mapping.fields, nesting);
      return {
        file,
        line({ client, message, parts = { [only!]: message } }) {
          const records = { client, parts };
          return isWanted(records) ? `{${print(records).slice(1)}}\n` : "";
        },
      };
    },
  };
}

/** Members of an object, each with a comma before it. */
type PrintMembers = (line: LineRecords) => string;

function objectPrinter(fields: readonly MappedField[], nesting: Nesting): PrintMembers {
  const members = nesting === "flat" ? fields.map(memberPrinter) : nestedPrinters(fields, 0);
  return (line) => {
    let text = "";
    for (let at = 0; at < members.length; at++) text += members[at]!(line);
    return text;
  };
}

/** Printers of members whose names have the same parts before `depth`. */
function nestedPrinters(fields: readonly MappedField[], depth: number): PrintMembers[] {
  const groups = Map.groupBy(fields, ({ name }) => name.split(".")[depth]!);
  return [...groups].map(([name, within]) => {
    if (within[0]!.name.split(".").length === depth + 1) return memberPrinter(within[0]!, name);
    const members = nestedPrinters(within, depth + 1);
    const key = `,${jsonText(name)}:{`;
    return (line) => {
      let text = "";
      for (let at = 0; at < members.length; at++) text += members[at]!(line);
      return text === "" ? "" : `${key}${text.slice(1)}}`;
    };
  });
}

function memberPrinter({ name, valueOf }: MappedField, shown: unknown = name): PrintMembers {
  const key = `,${jsonText(typeof shown === "string" ? shown : name)}:`;
  return (line) => {
    const value = valueOf(line);
    return value === undefined ? "" : key + jsonText(value);
  };
}
