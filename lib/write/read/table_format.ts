import type { DescMessage } from "@bufbuild/protobuf";
import { escapeText } from "../../base/text/escape_text.ts";
import { cutToWidth, displayWidth } from "../../base/text/display_width.ts";
import type { PrintedRecord } from "./printed_record.ts";
import { selectedColumns, type TableColumn, tableColumns, UNASKED } from "./table_columns.ts";
import { GAP, nameFirst, type Placed, placedIn } from "./table_layout.ts";
import { timeFormat } from "./time_text.ts";

/** How a table is laid out. */
export interface TableOptions {
  /** The width of the terminal in columns; without it nothing is cut. */
  readonly width?: number;
  /** Rows between two lines of titles; without it there is one. */
  readonly rowsPerHeader?: number;
  /** Names of the fields to show, in this order; by default what fits, the most telling first. */
  readonly select?: readonly string[];
  /** How times are written, by default to the millisecond, in UTC. */
  readonly time?: (nanos: bigint) => string;
}

/** The layout is settled on so many rows, or on those that there are when there are no more. */
const FIRST_ROWS = 100;
/** A cell makes a column no wider than this on a terminal. */
const MAX_CELL = 40;

/**
 * Prints records for people. Those of one type become an aligned table; its columns and their widths
 * are settled on the first rows and stay, longer cells end with `…`. Records of several types become
 * a line each: time, client, type, and `name=value` for what is set.
 */
export class TableFormat {
  readonly #options: TableOptions;
  readonly #time: (nanos: bigint) => string;
  readonly #columnsOf = new Map<DescMessage, TableColumn[]>();
  /** Rows that wait for the layout. */
  #first: PrintedRecord[] = [];
  #schema: DescMessage | undefined;
  #clients = new Set<string>();
  #layout: readonly Placed[] | undefined;
  #isMixed = false;
  #rows = 0;

  constructor(options: TableOptions = {}) {
    this.#options = options;
    this.#time = options.time ?? timeFormat("short");
  }

  /** The lines that can be printed now; rows wait until the layout is settled. */
  print(record: PrintedRecord): string {
    const { schema, client } = record;
    let text = "";
    if (this.#schema !== undefined && this.#schema !== schema && !this.#isMixed) {
      if (this.#layout !== undefined) text += this.flush();
      this.#isMixed = true;
      text += this.flush();
    }
    this.#schema = schema;
    if (this.#isMixed) return text + this.#line(record);
    if (this.#layout === undefined) {
      this.#first.push(record);
      this.#clients.add(client);
      return this.#first.length < FIRST_ROWS ? "" : this.flush();
    }
    if (this.#clients.has(client)) return this.#row(record);
    this.#clients.add(client); // a table of one client has no column for it
    this.#layout = this.#clients.size === 2 ? this.#settle(schema, [record]) : this.#layout;
    this.#rows = 0;
    return this.#row(record);
  }

  /** The rows that wait; what follows them has their layout. */
  flush(): string {
    const rows = this.#first;
    this.#first = [];
    if (this.#isMixed) return rows.map((record) => this.#line(record)).join("");
    if (rows.length === 0) return "";
    this.#layout = this.#settle(rows[0]!.schema, rows);
    return rows.map((record) => this.#row(record)).join("");
  }

  #settle(schema: DescMessage, rows: readonly PrintedRecord[]): Placed[] {
    const { width: available = Infinity, select } = this.#options;
    const wanted: Placed[] = [];
    for (const column of this.#columns(schema)) {
      if (select === undefined && column.rank >= UNASKED) continue;
      const cells = rows.map(({ message }) => column.cell(message));
      if (select === undefined && cells.every((cell) => cell === "")) continue;
      const natural = Math.max(column.title.length, ...cells.map(displayWidth));
      wanted.push({
        ...column,
        width: available === Infinity ? natural : Math.min(natural, MAX_CELL),
        rank: select === undefined ? column.rank : UNASKED, // chosen ones all alike
      });
    }
    const clients = this.#clients.size > 1 ? this.#clientWidth() + GAP.length : 0;
    const room = available - clients + GAP.length;
    return placedIn(room, nameFirst(room, wanted));
  }

  #clientWidth(): number {
    const widest = Math.max(6, ...[...this.#clients].map((name) => displayWidth(escapeText(name))));
    return Math.min(widest, MAX_CELL);
  }

  #columns(schema: DescMessage): TableColumn[] {
    const known = this.#columnsOf.get(schema);
    if (known !== undefined) return known;
    const { select } = this.#options;
    const columns = select === undefined
      ? tableColumns(schema, this.#time)
      : selectedColumns(schema, select, this.#time);
    this.#columnsOf.set(schema, columns);
    return columns;
  }

  #row({ client, message }: PrintedRecord): string {
    const { rowsPerHeader = Infinity } = this.#options;
    const layout = this.#layout!;
    const text = this.#rows % rowsPerHeader === 0 || this.#rows === 0
      ? this.#cells("client", layout, ({ title }) => title)
      : "";
    this.#rows++;
    return text + this.#cells(escapeText(client), layout, (column) => column.cell(message));
  }

  #cells(
    client: string,
    layout: readonly Placed[],
    textOf: (column: Placed) => string,
  ): string {
    const isCut = this.#options.width !== undefined;
    const cells = layout.map((column) =>
      fitted(textOf(column), column.width, column.isNumber, isCut)
    );
    if (this.#clients.size > 1) {
      cells.splice(1, 0, fitted(client, this.#clientWidth(), false, isCut));
    }
    return cells.join(GAP).trimEnd() + "\n";
  }

  #line({ schema, client, message }: PrintedRecord): string {
    const columns = this.#columns(schema);
    const [time, ...rest] = columns;
    const isTimed = time?.rank === 0;
    const pairs = (isTimed ? rest : columns)
      .map((column) => ({ title: column.title, cell: column.cell(message) }))
      .filter(({ cell }) => cell !== "")
      .map(({ title, cell }) => `${title}=${WORD.test(cell) ? cell : `"${cell}"`}`);
    const begin = isTimed ? [time!.cell(message)] : [];
    const line = [...begin, escapeText(client), schema.name, ...pairs].join(" ");
    return cutTo(line, this.#options.width) + "\n";
  }
}

const WORD = /^[^\s"]+$/;

function fitted(text: string, width: number, isRight: boolean, isCut: boolean): string {
  const shown = isCut ? cutToWidth(text, width) : text;
  const padding = " ".repeat(Math.max(0, width - displayWidth(shown)));
  return isRight ? padding + shown : shown + padding;
}

function cutTo(line: string, width: number | undefined): string {
  return width === undefined ? line : cutToWidth(line, width);
}
