import { rest } from "../../base/wait/rest_io.ts";
import type { Log } from "../../base/program/log_io.ts";
import type { Whereabouts } from "../whereabouts.ts";
import type { Engine } from "./engine.ts";
import { placeSubject, STATE_STREAM } from "./subjects.ts";

const RETRY_MS = 1_000;
const EMPTY = new Uint8Array();
const COLLECTOR = "Farcap-Collector";

/** Which collector each sensor came to last: the last message of a subject of its name. */
export class SensorPlaces implements Whereabouts, Disposable {
  readonly #engine: Engine;
  readonly #id: string;
  readonly #log: Log;
  /** Names that are to be told, and whether they are here. */
  readonly #waiting = new Map<string, () => boolean>();
  readonly #closing = new AbortController();
  #isTelling = false;

  /** @param id Of this collector, in hex. */
  constructor(engine: Engine, id: string, log: Log) {
    this.#engine = engine;
    this.#id = id;
    this.#log = log;
  }

  came(name: string, isHere: () => boolean): void {
    this.#waiting.set(name, isHere);
    if (!this.#isTelling) this.#tell();
  }

  async isElsewhere(name: string): Promise<boolean | undefined> {
    try {
      const found = await this.#engine.last(STATE_STREAM, placeSubject(name));
      return found !== undefined && found.header(COLLECTOR) !== this.#id;
    } catch {
      return undefined;
    }
  }

  async #tell(): Promise<void> {
    this.#isTelling = true;
    const { signal } = this.#closing;
    for (let [next] = this.#waiting; next && !signal.aborted; [next] = this.#waiting) {
      const [name, isHere] = next;
      if (!isHere() || await this.#publish(name)) {
        if (this.#waiting.get(name) === isHere) this.#waiting.delete(name);
      } else await rest(RETRY_MS, signal);
    }
    this.#isTelling = false;
  }

  /** Whether there is nothing more to be done about it. */
  async #publish(name: string): Promise<boolean> {
    const subject = placeSubject(name);
    const headers = [[COLLECTOR, this.#id]] as const;
    const published = await this.#engine.publish({ subject, headers, payload: EMPTY });
    if (published.kind !== "failed") return true;
    if (published.mayPass) return false;
    const line = `Cannot tell at ${this.#engine.name} which sensors are here: ${published.why}`;
    this.#log.problem("place", line);
    return true;
  }

  /** Tells nothing more. */
  [Symbol.dispose](): void {
    this.#closing.abort();
  }
}
