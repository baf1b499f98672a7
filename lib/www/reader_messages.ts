import type { EngineOptions } from "../write/nats/engine_access.ts";
import type { Question } from "./questions.ts";

/** What the worker that reads is asked. */
export interface ToReader {
  /** The folder of the records. */
  readonly out: string;
  /** Where they are in place of that. */
  readonly engine: EngineOptions | undefined;
  readonly question: Question;
}

/** What it answers: JSON, or why it could not. */
export type FromReader = { readonly text: string } | { readonly problem: string };
