import { type Batch, partsOf } from "../../gather/batch.ts";
import type { AskForCounts } from "../../gather/pipeline_listener.ts";
import type { PipelineTotals } from "../../gather/pipeline_options.ts";
import { RecordCounts } from "../../gather/record_counts.ts";
import type { SessionState } from "../sender/session_state.ts";
import type { Transport } from "../transport.ts";
import type { SensorReading } from "../sensor_reading.ts";
import { recordsOf, type SensorCounts } from "./sensor_counts.ts";

type Answer = (counts: SensorCounts) => void;

/**
 * Reads what a sensor has counted in pipeline and transport, all at one moment. It counts nothing but what
 * goes from one to the other.
 */
export class SensorMeter {
  readonly #transport: Transport & { readonly state?: SessionState };
  readonly #delivered = new RecordCounts();
  /** Who has asked and has no answer yet. */
  readonly #asked = new Set<Answer>();
  #ask: AskForCounts = () => {};

  constructor(transport: Transport & { readonly state?: SessionState }) {
    this.#transport = transport;
  }

  /** The pipeline begins, and can be asked. */
  begun(ask: AskForCounts): void {
    this.#ask = ask;
    for (const answer of this.#asked) this.#pass(answer);
  }

  /** These batches are the transport's from now on. */
  deliver(batches: readonly Batch[]): void {
    for (const batch of batches) this.#delivered.add(partsOf(batch));
  }

  /** The pipeline has ended, with these totals: it holds nothing any more. */
  ended(totals: PipelineTotals): void {
    this.begun((answer) => answer({ ...totals, open: NONE, waiting: NONE }));
  }

  /** Has everything counted; the answer comes when the pipeline has given its own. */
  ask(answer: Answer): void {
    this.#asked.add(answer);
    this.#pass(answer);
  }

  /** Reads all that there is to know. */
  read(): Promise<SensorReading> {
    return new Promise((resolve) =>
      this.ask((counts) => {
        const { pipeline, sent } = counts;
        resolve({ pipeline, sent, records: recordsOf(counts), link: this.#transport.link });
      })
    );
  }

  #pass(answer: Answer): void {
    this.#ask((pipeline) => {
      if (!this.#asked.delete(answer)) return; // it has been answered behind the pipeline's end
      const { counts: sent, state: session } = this.#transport;
      answer({ pipeline, delivered: this.#delivered, sent, session });
    });
  }
}

const NONE: ReadonlyMap<number, number> = new Map();
