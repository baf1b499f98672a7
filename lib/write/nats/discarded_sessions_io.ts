import { clientOfFolder } from "../files/client_name.ts";
import type { StoredMessage } from "./engine.ts";
import { parseMark } from "./message_head.ts";
import type { NatsEngine } from "./nats_engine_io.ts";
import type { StreamWriter } from "./stream_writer_io.ts";
import { partitionName, STATE_STREAM, STREAM } from "./subjects.ts";

/** What a marker says of a session. */
interface Marked {
  /** Its number in the stream of states. */
  readonly seq: number;
  readonly client: string;
  readonly session: bigint;
  readonly settled: bigint;
}

/** Where markers of a partition are, and the place of a session behind that. */
const MARKERS = "farcap.state.1.session.";
const BATCHES = "farcap.1.";

/**
 * Finds the sessions of a partition of which nothing is in the stream any more, though not all of it was
 * read: their markers outlive them.
 */
export class DiscardedSessions {
  readonly #engine: NatsEngine;
  readonly #partition: string;
  readonly #writer: StreamWriter;
  /** By place, sessions whose marker was read, and of which there was something in the stream then. */
  readonly #marked = new Map<string, Marked>();
  /** All markers up to this message were read. */
  #read: number;

  /** @param after Markers up to this message were looked at before. */
  constructor(engine: NatsEngine, partition: number, writer: StreamWriter, after: number) {
    this.#read = after;
    this.#engine = engine;
    this.#partition = partitionName(partition);
    this.#writer = writer;
  }

  /**
   * Looks at markers, and counts what is gone. Not while something of the partition is being written.
   *
   * @returns Markers up to this message need not be looked at again.
   * @throws EngineError When the engine does not answer. StoreError when the store has failed.
   */
  async look(): Promise<number> {
    const subjects = `${MARKERS}${this.#partition}.>`;
    for (;;) {
      const marker = await this.#engine.next(STATE_STREAM, subjects, this.#read);
      if (!marker) break;
      this.#read = marker.seq;
      const place = marker.subject.slice(MARKERS.length);
      const marked = markedBy(place, marker);
      if (marked) this.#marked.set(place, marked);
    }
    const there = this.#marked.size > 0 ? await this.#placesThere() : new Set();
    for (const [place, { client, session, settled }] of this.#marked) {
      if (there.has(place)) continue;
      await this.#writer.discarded(BATCHES + place, { client, session }, settled);
      this.#marked.delete(place);
    }
    return Math.min(this.#read, ...[...this.#marked.values()].map(({ seq }) => seq - 1));
  }

  async #placesThere(): Promise<ReadonlySet<string>> {
    const subjects_filter = `${BATCHES}${this.#partition}.>`;
    const { state } = await this.#engine.streams.streams.info(STREAM, { subjects_filter });
    return new Set(Object.keys(state.subjects ?? {}).map((each) => each.slice(BATCHES.length)));
  }
}

function markedBy(place: string, { seq, header }: StoredMessage): Marked | undefined {
  const [, token = "", session = ""] = place.split(".");
  const client = clientOfFolder(token.replaceAll("%2E", "."));
  const mark = parseMark(header);
  if (client === undefined || !mark || !/^\d{1,20}$/.test(session)) return undefined;
  return { seq, client, session: BigInt(session), settled: mark.settled };
}
