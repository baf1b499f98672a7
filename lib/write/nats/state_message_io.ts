import { encodeHex } from "../../base/bytes/bytes.ts";
import { StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { Semaphore } from "../../base/wait/semaphore.ts";
import { gunzip, gzip } from "../../pack/gzip.ts";
import type { KeptState } from "../access/kept_state.ts";
import type { StateFormat } from "../access/state_format.ts";
import type { Engine, NewMessage, StoredMessage } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import { STATE_STREAM, stateSubject } from "./subjects.ts";

/** How long a change is tried while the engine does not answer. */
const TRY_MS = 5_000;
const RETRY_MS = 500;
/** What is unpacked of a message at most. */
const MAX_TEXT_BYTES = 64 << 20;
/** A message has headers, too. */
const HEAD_BYTES = 1024;
const ID_BYTES = 8;

/**
 * A state in the engine, the last message of a subject: its text as gzip. It is changed on top of the
 * message that was read alone (`Nats-Expected-Last-Subject-Sequence`), so that of two collectors that change
 * it at once one reads it again.
 *
 * What was read once is never taken back: a message that is gone, or older, is a mistake of somebody.
 */
export class StateMessage<State> implements KeptState<State> {
  readonly #engine: Engine;
  readonly #subject: string;
  readonly #format: StateFormat<State>;
  readonly #turn = new Semaphore(1);
  /** How often the engine has not answered. */
  #failures = 0;
  #failure: unknown;
  #seq = 0;
  #known: State | undefined;

  constructor(engine: Engine, format: StateFormat<State>) {
    this.#engine = engine;
    this.#subject = stateSubject(format.name);
    this.#format = format;
  }

  get known(): State | undefined {
    return this.#known;
  }

  /** @throws EngineError When the engine does not answer; StoreError `damaged`. */
  async read(): Promise<State> {
    const { name } = this.#engine;
    try {
      const isNew = await this.#engine.next(STATE_STREAM, this.#subject, this.#seq) !== undefined;
      // A stream that somebody else has made may keep more than the last one.
      const found = isNew ? await this.#engine.last(STATE_STREAM, this.#subject) : undefined;
      if (found) this.#take(found.seq, this.#parse(found));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw new EngineError(
        `Cannot read ${this.#format.what} at ${name}: ${error.message}`,
        error.mayPass,
      );
    }
    return this.#known ??= this.#format.nothing;
  }

  /**
   * Changes it, unless `change` returns the same. While the engine does not answer, those that wait for
   * their turn fail with the one in front.
   *
   * @throws EngineError When it is not known to be changed; StoreError when it cannot be.
   */
  async change<T extends { readonly state: State }>(change: (state: State) => T): Promise<T> {
    const failures = this.#failures;
    await this.#turn.acquire();
    try {
      if (failures !== this.#failures) throw this.#failure;
      return await this.#change(change);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (failures !== this.#failures) throw error;
      this.#failures++;
      const line = `Cannot change ${this.#format.what} at ${this.#engine.name}: ${error.message}`;
      this.#failure = new EngineError(line, error.mayPass);
      throw this.#failure;
    } finally {
      this.#turn.release();
    }
  }

  async #change<T extends { readonly state: State }>(change: (state: State) => T): Promise<T> {
    const endMs = performance.now() + TRY_MS;
    for (;;) {
      const { seq, state } = await this.#last();
      const changed = change(state);
      if (changed.state === state) return changed;
      const message = await this.#message(changed.state, seq);
      const stored = await this.#publish(message, endMs);
      if (stored !== undefined) {
        this.#take(stored, changed.state);
        return changed;
      }
    }
  }

  /** The number that a message has got; undefined when another one is last. */
  async #publish(message: NewMessage, endMs: number): Promise<number | undefined> {
    for (;;) {
      const published = await this.#engine.publish(message);
      // The same message again: one that had arrived is a duplicate, by its id.
      if (published.kind === "stored" || published.kind === "duplicate") return published.seq;
      const isOver = performance.now() > endMs;
      if (published.kind === "another is last" && !isOver) return undefined;
      const [why, mayPass] = published.kind === "failed"
        ? [published.why, published.mayPass]
        : ["others change it all the time", true];
      if (isOver || !mayPass) throw new EngineError(why, mayPass);
      await rest(RETRY_MS);
    }
  }

  async #message(state: State, after: number): Promise<NewMessage> {
    const payload = await gzip(new TextEncoder().encode(this.#format.format(state)));
    const most = this.#engine.maxPayloadBytes - HEAD_BYTES;
    if (payload.length > most) {
      throw new StoreError(
        "write-failed",
        `Cannot change ${this.#format.what} at ${this.#engine.name}: it has ${payload.length} bytes; wanted: a ` +
          `max_payload of more than ${this.#engine.maxPayloadBytes}`,
      );
    }
    const id = encodeHex(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
    return { subject: this.#subject, headers: [], payload, after, id: `${this.#subject}.${id}` };
  }

  /** What the stream's leader has. */
  async #last(): Promise<{ readonly seq: number; readonly state: State }> {
    const found = await this.#engine.last(STATE_STREAM, this.#subject);
    const seq = found?.seq ?? 0;
    if (seq < this.#seq) {
      throw new StoreError(
        "damaged",
        `Cannot change ${this.#format.what} at ${this.#engine.name}: the message of ${this.#subject} that was read ` +
          "is gone; wanted: it from a backup, or all collectors started anew",
      );
    }
    if (found && seq > this.#seq) this.#take(seq, this.#parse(found));
    return { seq, state: this.#known ??= this.#format.nothing };
  }

  #take(seq: number, state: State): void {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    this.#known = state;
  }

  #parse({ payload }: StoredMessage): State {
    const unpacked = gunzip(payload, MAX_TEXT_BYTES);
    const parsed = "refusal" in unpacked
      ? { problem: unpacked.refusal }
      : this.#format.parse(new TextDecoder().decode(unpacked.bytes));
    if ("state" in parsed) return parsed.state;
    throw new StoreError(
      "damaged",
      `Cannot use ${this.#format.what} at ${this.#engine.name}, the last message of ${this.#subject}: ` +
        `${parsed.problem}; wanted: it from a backup`,
    );
  }
}
