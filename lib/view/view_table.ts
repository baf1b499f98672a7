import { cutToWidth, displayWidth } from "../base/text/display_width.ts";
import { countText } from "./numbers.ts";
import { type Line, type Look, span } from "./screen.ts";

/** One column of a table, of rows of some kind. */
export interface Column<Row> {
  /** Above it. */
  readonly title: string;
  /** Its width; numbers stand at its right end, text at its left. */
  readonly width: number;
  /** The key that sorts by it. */
  readonly key: string;
  readonly isText?: true;
  readonly text: (row: Row) => string;
  /** What it is sorted by: numbers fall, texts rise. */
  readonly order: (row: Row) => number | string;
  readonly look?: (row: Row) => Look;
}

/** A column of numbers. @param isBad Whether what is not 0 is bad. */
export function numberColumn<Row>(
  title: string,
  width: number,
  key: string,
  valueOf: (row: Row) => number,
  textOf: (value: number) => string = countText,
  isBad = false,
): Column<Row> {
  return {
    title,
    width,
    key,
    text: (row) => textOf(valueOf(row)),
    order: valueOf,
    look: (row) => isBad && valueOf(row) > 0 ? "bad" : "plain",
  };
}

/** How a table is looked at. */
export interface TableState {
  /** Key of the column that it is sorted by. */
  readonly sort: string;
  /** So many rows are above what is shown. */
  readonly skip: number;
}

/** The head and as many rows as fit into `height` lines. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { sort, skip }: TableState,
  height: number,
): Line[] {
  const by = columns.find(({ key }) => key === sort) ?? columns[0]!;
  const sorted = [...rows].sort((a, b) => compare(by.order(a), by.order(b)));
  const room = Math.max(0, height - 1);
  const from = Math.max(0, Math.min(skip, sorted.length - room));
  const head = columns.flatMap((column) => [
    span(cell(column, column.title), column === by ? "bold" : "dim"),
    span(GAP),
  ]);
  return [
    head,
    ...sorted.slice(from, from + room).map((row) =>
      columns.flatMap((column) => [
        span(cell(column, column.text(row)), column.look?.(row) ?? "plain"),
        span(GAP),
      ])
    ),
  ];
}

const GAP = " ";

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return b - a;
  return a < b ? -1 : Number(a > b);
}

function cell({ width, isText }: Column<never>, text: string): string {
  const part = cutToWidth(text, width);
  const gap = " ".repeat(width - displayWidth(part));
  return isText ? part + gap : gap + part;
}
