import type { SessionClient } from "../sender/session_client_io.ts";
import { type Moment, SensorBooks } from "./sensor_books.ts";
import type { SensorCounts } from "./sensor_counts.ts";
import type { SensorMeter } from "./sensor_meter_io.ts";
import { batchOfRows } from "./sensor_row.ts";

/** Of a batch: with all types in each, far from a batch's limit. */
const ROWS_OF_BATCH = 64;

/**
 * A sensor's books in a session: closed every minute, and at the end. The rows go the way of other
 * records, to a collector that wants them.
 */
export class SensorLedger implements Disposable {
  readonly #client: SessionClient;
  readonly #meter: SensorMeter;
  readonly #books: SensorBooks;
  readonly #timer: ReturnType<typeof setInterval>;
  #sending = Promise.resolve();

  /**
   * @param meter Of this session.
   * @param minuteMs How often the books are closed, in milliseconds.
   */
  constructor(client: SessionClient, meter: SensorMeter, minuteMs: number) {
    this.#client = client;
    this.#meter = meter;
    this.#books = new SensorBooks(minuteMs, newRun(), now());
    this.#timer = setInterval(() => meter.ask((counts) => this.#close(counts)), minuteMs);
  }

  /** Makes the last row, which has been added when this resolves; closes nothing more. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    this.#meter.ask((counts) => this.#close(counts, true));
    await this.#sending;
  }

  /** Closes nothing more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #close({ session = this.#client.state, ...counts }: SensorCounts, isLast = false): void {
    const moment = now();
    this.#books.close({ ...counts, session }, moment, isLast);
    const { takesBooks } = session;
    if (takesBooks === false) this.#books.discard();
    if (!takesBooks) return;
    const rows = this.#books.take(moment);
    for (let at = 0; at < rows.length; at += ROWS_OF_BATCH) {
      const batch = batchOfRows(rows.slice(at, at + ROWS_OF_BATCH));
      this.#sending = this.#sending.then(() => this.#client.sendBooks(batch));
    }
  }
}

function newRun(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!;
}

function now(): Moment {
  return { time: BigInt(Date.now()) * 1_000_000n, ms: performance.now() };
}
