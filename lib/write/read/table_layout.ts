/** Which columns of a table have room on a terminal. */
import { NAME_RANK, PORT_RANK, type TableColumn } from "./table_columns.ts";

/** A column that has its place, or wants one that is so wide. */
export interface Placed extends TableColumn {
  readonly width: number;
}

/** What stands between two columns. */
export const GAP = "  ";
/** Words are cut to no less than that. */
const MIN_CELL = 8;
/** The first name of a record says more than its ports do, where it would have less room than that. */
const NAME_CELL = 20;

/** Brings the first name before the ports where both have no room. */
export function nameFirst(available: number, columns: readonly Placed[]): readonly Placed[] {
  const at = columns.findIndex(({ rank }) => Math.floor(rank) === NAME_RANK);
  const name = columns[at];
  if (name === undefined) return columns;
  const before = columns.slice(0, at);
  const room = available - GAP.length - widthOf(before);
  if (room >= Math.min(name.width, NAME_CELL)) return columns;
  const ports = before.findIndex(({ rank }) => rank >= PORT_RANK);
  return ports < 0
    ? columns
    : [...columns.slice(0, ports), name, ...columns.toSpliced(at, 1).slice(ports)];
}

/** The columns that have room, the first ones first; words are cut to what is left. */
export function placedIn(available: number, columns: readonly Placed[]): Placed[] {
  const placed: Placed[] = [];
  for (const column of columns) {
    const { width, title, isWords, rank } = column;
    const room = available - widthOf(placed) - GAP.length;
    const isFirstName = Math.floor(rank) === NAME_RANK && !placed.some((it) => it.isWords);
    const words = Math.min(width, isFirstName ? MIN_CELL : Math.max(title.length, MIN_CELL));
    const ports = rank !== PORT_RANK || placed.some((it) => it.rank === PORT_RANK)
      ? width
      : widthOf(columns.filter((it) => it.rank === PORT_RANK)) - GAP.length;
    if (room < (isWords ? words : ports) && placed.length > 0) continue;
    placed.push({ ...column, width: Math.min(width, Math.max(room, 1)) });
  }
  return placed;
}

/** What columns take, each with a gap. */
function widthOf(columns: readonly Placed[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP.length, 0);
}
