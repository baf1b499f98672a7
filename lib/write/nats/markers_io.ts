import type { SessionLog } from "../files/session_log.ts";
import type { Engine } from "./engine.ts";
import { encodeMark, parseMark } from "./message_head.ts";
import { STATE_STREAM } from "./subjects.ts";

/** How often it is written down what outlives the messages. */
const EVERY_MS = 10_000;
const EMPTY = new Uint8Array();

/** What is written of a session. */
interface Marker {
  readonly log: SessionLog;
  /** Number of the message that is there; 0 for none. */
  seq: number;
  /** What it tells. */
  settled: bigint;
  isOpen: boolean;
}

/**
 * Writes down how far sessions are settled, apart from their messages, which the stream's limits may
 * discard: a session of which nothing else is left goes on behind that. It may be a few seconds old,
 * since limits discard what is old first.
 */
export class Markers {
  readonly #engine: Engine;
  readonly #markers = new Map<string, Marker>();
  readonly #timer: ReturnType<typeof setInterval>;
  #writing: Promise<void> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
  }

  /** Writes down what is settled of a session from now on; its marker has number `seq` and tells `settled`. */
  open(subject: string, log: SessionLog, seq: number, settled: bigint): void {
    this.#markers.set(subject, { log, seq, settled, isOpen: true });
  }

  /** Forgets the session when all of it is written down. */
  leave(subject: string, log: SessionLog): void {
    const marker = this.#markers.get(subject);
    if (marker?.log === log) marker.isOpen = false;
  }

  /** Writes down all of them for the last time; who does not answer is not waited for. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #write(): Promise<void> {
    return this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    for (const [subject, marker] of this.#markers) {
      if (marker.log.settled > marker.settled && !await this.#writeOne(subject, marker)) return;
      const isDone = !marker.isOpen && marker.log.settled <= marker.settled;
      if (isDone && this.#markers.get(subject) === marker) this.#markers.delete(subject);
    }
  }

  /** Whether the engine answers. */
  async #writeOne(subject: string, marker: Marker): Promise<boolean> {
    const { log, seq: after } = marker;
    const { settled } = log;
    const headers = encodeMark({ settled, above: [...log.durableAbove()] });
    const published = await this.#engine.publish({ subject, headers, payload: EMPTY, after });
    if (published.kind === "failed") return false;
    if (published.kind === "stored") {
      Object.assign(marker, { settled, seq: published.seq });
      return true;
    }
    try { // another collector has had the session
      const last = await this.#engine.last(STATE_STREAM, subject);
      marker.seq = last?.seq ?? 0;
      marker.settled = (last && parseMark((name) => last.header(name))?.settled) ?? 0n;
      return true;
    } catch {
      return false;
    }
  }
}
