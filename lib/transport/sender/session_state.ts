import { RecordCounts } from "../../gather/record_counts.ts";
import type { PackedBatch } from "../../pack/packed_batch.ts";
import { isSpooled } from "./batch_spool.ts";
import { isBooks } from "./in_flight.ts";
import type { SessionSender } from "./session_sender.ts";

/** What a sensor's session says of itself and of its records, by type, at one moment. */
export interface SessionState {
  readonly session: bigint;
  /** The highest number that a batch was given. */
  readonly sequence: bigint;
  /** Whether the collector takes books, or a spool for it; undefined while there is neither. */
  readonly takesBooks: boolean | undefined;
  /** Records that have been in the queue, or were too large for it. */
  readonly taken: ReadonlyMap<number, number>;
  /** Those that have a number and are not settled. */
  readonly inFlight: ReadonlyMap<number, number>;
  /** Those in the queue that have none, and those on their way from there into the spool. */
  readonly waiting: ReadonlyMap<number, number>;
  /** Those in the spool that are not in flight; of a run before this one, too. */
  readonly spooled: ReadonlyMap<number, number>;
}

/** Where batches of a session lie on disk. */
interface Spooled {
  /** Records in the spool that are not settled, by type. */
  readonly held: ReadonlyMap<number, number>;
  /** What is being written there. */
  readonly writing: PackedBatch | undefined;
  /** Whether rows of the books go there while there is no connection. */
  readonly takesBooks: boolean;
}

const NO_SPOOL: Spooled = { held: new Map(), writing: undefined, takesBooks: false };

/** The state of a session just now. */
export function stateOf(
  sender: SessionSender,
  taken: ReadonlyMap<number, number>,
  { held, writing, takesBooks: isSpooling }: Spooled = NO_SPOOL,
): SessionState {
  const inFlight = new RecordCounts();
  const spooled = new RecordCounts(held);
  for (const batch of sender.inFlight.batches()) {
    if (isBooks(batch)) continue;
    inFlight.add(batch.parts);
    if (isSpooled(batch)) spooled.subtract(batch.parts);
  }
  const waiting = new RecordCounts();
  for (const { parts } of sender.waiting.batches()) waiting.add(parts);
  if (writing && !isBooks(writing)) waiting.add(writing.parts);
  const { session, sequence } = sender;
  const takesBooks = sender.isWelcome ? sender.takesBooks : isSpooling || undefined;
  return { session, sequence, takesBooks, taken, inFlight, waiting, spooled };
}
