import type { LiveCounts } from "../capture/live_options.ts";

/** What a live capture has counted at some time. */
export interface Captured {
  readonly live: LiveCounts;
  /** Records that the queue had no room for before they were packed. */
  readonly dropped: number;
}

/** How far the sources have been read. */
export interface Progress {
  /** Bytes of files, compressed or not. */
  readonly bytes: number;
  /** Packets that were found in them. */
  readonly packets: number;
}

/** Who is told what happens while a pipeline runs. */
export interface PipelineListener {
  /** Told a line about an interface. */
  say(line: string): void;
  /** Told every 10 s of a live capture. */
  counted(captured: Captured): void;
  /** Told twice a second while sources are read, where the options ask for it. */
  progressed(progress: Progress): void;
}

/** For nobody. */
export const UNHEARD: PipelineListener = { say() {}, counted() {}, progressed() {} };
