/**
 * Which batches of a spool have numbers, in which session: the file `state`, one line of JSON, which a
 * new one always replaces whole.
 */
import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import { STORE_ID_BYTES } from "../../transport/session/session_values.ts";
import type { SpooledSession } from "../../transport/sender/batch_spool.ts";

/** What is known of a spool's entries. */
export interface SpoolState {
  /** All entries up to this one are settled or dropped. */
  readonly settled: number;
  /** Entries above it that have numbers, ascending; no session has any if there is none. */
  readonly numbered?: {
    readonly session: SpooledSession;
    /** The number of the first of them; each further one has the next. */
    readonly first: bigint;
    readonly entries: readonly number[];
  };
}

/** What stands in the file. */
interface Written {
  readonly version: 1;
  readonly settled: number;
  readonly session?: string;
  readonly storeId?: string;
  readonly encodings?: readonly number[];
  readonly first?: string;
  /** First and last ones of rows without a gap. */
  readonly entries?: readonly (readonly [number, number])[];
}

/** The text of a state. */
export function formatState({ settled, numbered }: SpoolState): string {
  const written: Written = {
    version: 1,
    settled,
    ...(numbered && {
      session: String(numbered.session.session),
      storeId: encodeHex(numbered.session.storeId),
      encodings: numbered.session.encodings,
      first: String(numbered.first),
      entries: rowsOf(numbered.entries),
    }),
  };
  return JSON.stringify(written) + "\n";
}

/** Parses a state; undefined when it is none, `"newer"` when a newer build has written it. */
export function parseState(bytes: Uint8Array): SpoolState | "newer" | undefined {
  try {
    const written = JSON.parse(new TextDecoder().decode(bytes)) as Written;
    if (typeof written.version !== "number") return undefined;
    if (written.version > 1) return "newer";
    const { settled, session, storeId, encodings, first, entries } = written;
    if (!Number.isSafeInteger(settled)) return undefined;
    if (session === undefined) return { settled };
    const id = parseHex(storeId!);
    if (id?.length !== STORE_ID_BYTES || !Array.isArray(encodings)) return undefined;
    return {
      settled,
      numbered: {
        session: { session: BigInt(session), storeId: id, encodings },
        first: BigInt(first!),
        entries: entries!.flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, n) => from + n)
        ),
      },
    };
  } catch {
    return undefined; // no JSON, no number, no row of entries
  }
}

function rowsOf(entries: readonly number[]): [number, number][] {
  const rows: [number, number][] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (last?.[1] === entry - 1) last[1] = entry;
    else rows.push([entry, entry]);
  }
  return rows;
}
