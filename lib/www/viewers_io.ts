import { type Answer, plainAnswer, type StreamedAnswer } from "../transport/http/answer.ts";
import type { CollectorReading } from "../write/counts/collector_reading.ts";
import type { PageCounts } from "../write/counts/page_counts.ts";
import type { StoredMember } from "../write/files/store_options.ts";
import { isAddress, LiveFilter } from "./live_filter.ts";
import { LiveRecords } from "./live_records.ts";
import { Overview } from "./overview.ts";
import { Viewer } from "./viewer.ts";

/** How often viewers are told what has changed. */
const TICK_MS = 2_000;
/** How often it is read while nobody looks, for the history. */
const IDLE_TICK_MS = 30_000;
const MAX_VIEWERS = 32;

/** Everybody who looks at the page: they are told everything, then what changes, and records as they are stored. */
export class Viewers implements Disposable {
  readonly #counts: PageCounts;
  readonly #overview: Overview;
  readonly #live = new LiveRecords(() => performance.now());
  readonly #viewers = new Set<Viewer>();
  readonly #ticking: ReturnType<typeof setInterval>;
  #read: (() => CollectorReading) | undefined;
  #lastTickMs = -Infinity;

  /** @param past As of {@linkcode Overview}. */
  constructor(counts: PageCounts, past?: ReadonlyMap<string, number>) {
    this.#counts = counts;
    this.#overview = new Overview(past);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** From now on this is shown. */
  tell(read: () => CollectorReading): void {
    this.#read = read;
    this.#tick();
  }

  /** Records have been stored. */
  stored(stored: StoredMember): void {
    this.#live.take(stored);
  }

  /** The answer to who wants to look, and at which records, if at any. */
  answer(query: URLSearchParams): Answer | StreamedAnswer {
    if (this.#counts.viewers >= MAX_VIEWERS) {
      return plainAnswer(503, `${MAX_VIEWERS} look at the page; wanted: one of them leaves`);
    }
    const [client = "", type = "", address = ""] = ["client", "type", "address"]
      .map((name) => query.get(name) ?? "");
    if (address !== "" && !isAddress(address)) return plainAnswer(400, "wanted: an address");
    const filter = new LiveFilter({ client, type, address });
    this.#counts.viewers++; // at once, since others may ask before it is told anything
    return {
      type: "text/event-stream",
      stream: async (send, signal) => {
        const viewer = new Viewer(this.#counts);
        const leave = query.has("records") ? this.#live.watch(viewer, filter) : () => {};
        this.#viewers.add(viewer);
        try {
          this.#tellAll(viewer);
          for (let text = ""; !signal.aborted; text = await viewer.take(signal)) await send(text);
        } finally {
          leave();
          this.#counts.viewers--;
          this.#viewers.delete(viewer);
        }
      },
    };
  }

  /** Tells nothing any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#ticking);
  }

  #tick(): void {
    const atMs = performance.now();
    const isDue = this.#viewers.size > 0 || atMs - this.#lastTickMs >= IDLE_TICK_MS;
    if (!isDue || !this.#read) return;
    this.#lastTickMs = atMs;
    const told = JSON.stringify(this.#overview.take(this.#read(), Date.now(), atMs));
    for (const viewer of this.#viewers) {
      if (viewer.needsAll) this.#tellAll(viewer);
      else viewer.push("changes", told);
    }
  }

  #tellAll(viewer: Viewer): void {
    const { all } = this.#overview;
    if (!all) return;
    viewer.needsAll = false;
    viewer.push("all", JSON.stringify(all));
  }
}
