import type { DescField } from "@bufbuild/protobuf";
import { escapeText, jsonString } from "../../base/text/escape_text.ts";
import { displayWidth } from "../../base/text/display_width.ts";
import { timeFormat } from "./time_text.ts";
import type { PrintOptions } from "./record_printer.ts";
import { GAP } from "./table_layout.ts";
import { valueText } from "./value_text.ts";

/** How often something came. */
export interface Counted {
  /** What it was, as text. */
  readonly values: readonly string[];
  /** Those that JSON has as they are: numbers and truth values. */
  readonly isLiteral?: readonly boolean[];
  readonly count: number;
}

/** A function that prints the values of fields, for {@linkcode countLines}. */
export function fieldTexts(
  fields: readonly DescField[],
  { time, zone }: PrintOptions,
): (values: readonly unknown[], count: number) => Counted {
  const times = timeFormat(time, zone);
  const texts = fields.map((field) => valueText(field, times));
  const isLiteral = texts.map(({ form }) => form === "literal");
  return (values, count) => ({
    values: values.map((value, i) => texts[i]!.print(value)),
    isLiteral,
    count,
  });
}

/**
 * A line for each: the count, right-aligned, then the values with tabs between; in a table aligned,
 * below their names; or a JSON object with the values by their names and `count`.
 */
export function countLines(
  names: readonly string[],
  counted: readonly Counted[],
  format: PrintOptions["format"],
  what: "count" | "sum" = "count",
): string {
  if (format === "json") {
    return counted.map(({ values, isLiteral, count }) => {
      const members = values.map((value, i) =>
        `${jsonString(names[i]!)}:${isLiteral?.[i] ? value : jsonString(value)},`
      );
      return `{${members.join("")}"${what}":${count}}\n`;
    }).join("");
  }
  if (format === "table") return countTable(names, counted, what);
  const width = Math.max(0, ...counted.slice(0, 1).map(({ count }) => String(count).length));
  return counted
    .map(({ values, count }) =>
      `${String(count).padStart(width)}  ${values.map(escapeText).join("\t")}\n`
    )
    .join("");
}

function countTable(
  names: readonly string[],
  counted: readonly Counted[],
  what: "count" | "sum",
): string {
  const rows = [
    [what, ...names],
    ...counted.map(({ values, count }) => [String(count), ...values.map(escapeText)]),
  ];
  const widths = [what, ...names].map((_, i) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[i]!)), 0)
  );
  return rows.map((row) => {
    const cells = row.map((text, i) => {
      const padding = " ".repeat(widths[i]! - displayWidth(text));
      return i === 0 ? padding + text : text + padding;
    });
    return cells.join(GAP).trimEnd() + "\n";
  }).join("");
}
