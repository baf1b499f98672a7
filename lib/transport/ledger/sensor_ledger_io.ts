import { type Batch, partsOf } from "../../gather/batch.ts";
import type { AskForCounts } from "../../gather/pipeline_listener.ts";
import type { PipelineCounts, PipelineTotals } from "../../gather/pipeline_options.ts";
import { RecordCounts } from "../../gather/record_counts.ts";
import type { SessionClient } from "../sender/session_client_io.ts";
import { type Moment, SensorBooks } from "./sensor_books.ts";
import { batchOfRows } from "./sensor_row.ts";

/** Of a batch: with all types in each, far from a batch's limit. */
const ROWS_OF_BATCH = 64;

/**
 * A sensor's books in a session: closed every minute, and at the end. The rows go the way of other
 * records, to a collector that wants them.
 */
export class SensorLedger implements Disposable {
  readonly #client: SessionClient;
  readonly #books: SensorBooks;
  readonly #delivered = new RecordCounts();
  readonly #timer: ReturnType<typeof setInterval>;
  #ask: AskForCounts = () => {};
  #sending = Promise.resolve();

  /** @param minuteMs How often the books are closed, in milliseconds. */
  constructor(client: SessionClient, minuteMs: number) {
    this.#client = client;
    this.#books = new SensorBooks(minuteMs, newRun(), now());
    this.#timer = setInterval(() => this.#ask((counts) => this.#close(counts)), minuteMs);
  }

  /** The pipeline begins, and can be asked. */
  begun(ask: AskForCounts): void {
    this.#ask = ask;
  }

  /** These batches are the session's from now on. */
  deliver(batches: readonly Batch[]): void {
    for (const batch of batches) this.#delivered.add(partsOf(batch));
  }

  /** The pipeline has ended, with these totals: it holds nothing any more. */
  ended(totals: PipelineTotals): void {
    this.#ask = (answer) => answer({ ...totals, open: NONE, waiting: NONE });
  }

  /** Makes the last row, which has been added when this resolves; closes nothing more. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    this.#ask((counts) => this.#close(counts, true));
    await this.#sending;
  }

  /** Closes nothing more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #close(pipeline: PipelineCounts, isLast = false): void {
    const { state: session, counts: sent } = this.#client;
    const moment = now();
    this.#books.close({ pipeline, delivered: this.#delivered, sent, session }, moment, isLast);
    if (session.takesBooks === false) this.#books.discard();
    if (!session.takesBooks) return;
    const rows = this.#books.take(moment);
    for (let at = 0; at < rows.length; at += ROWS_OF_BATCH) {
      const batch = batchOfRows(rows.slice(at, at + ROWS_OF_BATCH));
      this.#sending = this.#sending.then(() => this.#client.sendBooks(batch));
    }
  }
}

const NONE: ReadonlyMap<number, number> = new Map();

function newRun(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!;
}

function now(): Moment {
  return { time: BigInt(Date.now()) * 1_000_000n, ms: performance.now() };
}
