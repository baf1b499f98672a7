import type { NumberedBatch } from "../transport/session/session_batch.ts";
import type { Findings } from "./check_session_batch.ts";

/** A batch that is to be looked at, a copy; answered in the order of the questions. */
export interface ToChecker {
  readonly batch: NumberedBatch;
  readonly room: number;
  readonly wantedTypes?: readonly number[] | undefined;
}

/** What is found of it; or what was thrown, a mistake of ours. */
export type FromChecker = { readonly findings: Findings } | { readonly error: unknown };
