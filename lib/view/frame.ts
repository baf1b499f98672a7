import { type Line, type ScreenSize, span } from "./screen.ts";
import type { Shown, View } from "./view_state.ts";
import type { TableState } from "./view_table.ts";

/** What has been said lately, at most so many lines of it. */
const SAID_LINES = 3;
/** Below, a table would have no room. */
const MIN_TABLE = 4;

/** A line that the program has said, and whether it is about something wrong. */
export interface SaidLine {
  readonly text: string;
  readonly isWrong: boolean;
}

/** All lines of a screen: what holds, the table, what was said last, and the keys. */
export function frameLines(
  view: View,
  shown: Shown,
  { table, said, hasKeys }: {
    readonly table: TableState;
    readonly said: readonly SaidLine[];
    readonly hasKeys: boolean;
  },
  { rows }: ScreenSize,
): Line[] {
  const head = [...view.head(shown), []];
  const foot = keyLine(view, table, hasKeys);
  const room = rows - head.length - 1;
  const saidRoom = Math.max(0, Math.min(SAID_LINES, said.length, room - MIN_TABLE));
  const tail = said.slice(said.length - saidRoom)
    .map(({ text, isWrong }): Line => [span(text, isWrong ? "bad" : "dim")]);
  const height = Math.max(0, room - tail.length);
  const body = view.table(shown, table, height);
  const gap = Array.from({ length: Math.max(0, height - body.length) }, (): Line => []);
  return [...head, ...body.slice(0, height), ...gap, ...tail, foot];
}

function keyLine({ columns }: View, { sort }: TableState, hasKeys: boolean): Line {
  if (!hasKeys) {
    return [span("no keys: the terminal cannot be read, wanted --allow-read; Ctrl-C ends", "dim")];
  }
  const sorts = columns.flatMap(({ key, title }) => [
    span(`${key} `, key === sort ? "bold" : "dim"),
    span(`${title.toLowerCase()}  `, key === sort ? "plain" : "dim"),
  ]);
  return [span("sort: ", "dim"), ...sorts, span("up/down  q ends", "dim")];
}
