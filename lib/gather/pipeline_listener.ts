import type { PipelineCounts } from "./pipeline_options.ts";

/** Has the pipeline count, and answers with what it has counted at one moment. */
export type AskForCounts = (answer: (counts: PipelineCounts) => void) => void;

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
  /** Told at the beginning how to ask; nothing is answered once the pipeline has ended. */
  begun(ask: AskForCounts): void;
  /** Told twice a second while sources are read, where the options ask for it. */
  progressed(progress: Progress): void;
}

/** For nobody. */
export const UNHEARD: PipelineListener = { say() {}, begun() {}, progressed() {} };
