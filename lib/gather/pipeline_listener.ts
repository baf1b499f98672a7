import type { LiveCounts } from "../capture/live_options.ts";

/** What a live capture has counted at some time. */
export interface Captured {
  readonly live: LiveCounts;
  /** Records that the queue had no room for before they were packed. */
  readonly dropped: number;
}

/** Who is told what happens while a pipeline runs. */
export interface PipelineListener {
  /** Told a line about an interface. */
  say(line: string): void;
  /** Told every 10 s of a live capture. */
  counted(captured: Captured): void;
}

/** For nobody. */
export const UNHEARD: PipelineListener = { say() {}, counted() {} };
