import type { Question } from "./questions.ts";

/** What the worker that reads is asked. */
export interface ToReader {
  /** The folder of the records. */
  readonly out: string;
  readonly question: Question;
}

/** What it answers: JSON, or why it could not. */
export type FromReader = { readonly text: string } | { readonly problem: string };
