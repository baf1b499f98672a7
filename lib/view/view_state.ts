import type { Column, TableState } from "./view_table.ts";
import type { History, Samples } from "./samples.ts";
import type { Line } from "./screen.ts";

/** What a screen shows, besides what its user has chosen. */
export interface Shown {
  readonly history: History;
  /** How long the program has run. */
  readonly runsMs: number;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
  /** How far reading files is. */
  readonly progress: string;
}

/** What is shown of one program. */
export interface View {
  /** Takes note of each reading, where that is more than the history has. */
  readonly take?: (samples: Samples) => void;
  /** Lines above the table. */
  readonly head: (shown: Shown) => Line[];
  /** The columns of its table, by one of which it is sorted; the first one to begin with. */
  readonly columns: readonly Pick<Column<never>, "key" | "title">[];
  /** The table, in so many lines. */
  readonly table: (shown: Shown, state: TableState, height: number) => Line[];
}
