import { StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { LIST_MS, type ReadOptions, readWanted } from "./read_records_io.ts";
import { isSameFile } from "./file_id.ts";
import { fileIds } from "./file_ids_io.ts";
import type { FilePlace, FileStart, PlacedBurst, Step } from "./record_burst.ts";
import type { RecordPlace } from "./record_reader.ts";
import { type RecordSource, RecordSources } from "./record_sources_io.ts";
import { recordTimeReader } from "../files/record_time.ts";
import { Waiting } from "./waiting.ts";

/** Which records to read, and where to go on. */
export interface RowOptions extends Omit<ReadOptions, "order"> {
  /** Asked whether the records of a file of a wanted client are wanted, be its type one or not. */
  readonly isWanted?: (file: FileStart, isOfType: boolean) => boolean;
  /** By row, where to go on: `burst.place`, kept as JSON or otherwise; else at the beginning of its oldest file. */
  readonly places: ReadonlyMap<string, FilePlace>;
  /** Whether the rows of a client take turns by the times of their records, as far as bursts are told apart. */
  readonly byTime?: boolean;
}

/** Records of one row of files, or that there are no more by now, but may be later. */
export type RowStep = { readonly row: string; readonly burst: PlacedBurst } | "idle";

/**
 * Reads records in the order in which each client's of a type were stored, row by row and not merged, so
 * that the place behind each burst can be told (`burst.place`). A row is named after its folder and the
 * file that is appended to, as in `xyz/TCP.ncap.gz`. With `follow` rows take turns.
 *
 * ```ts
 * import { type FilePlace, readRows } from "@farcap/farcap/records";
 *
 * async function countNew(folder: string, places: Map<string, FilePlace>) {
 *   let count = 0;
 *   for await (const step of readRows([folder], { types: ["TCP"], places: new Map(places) })) {
 *     if (step === "idle") continue;
 *     count += step.burst.records.length;
 *     if (step.burst.place) places.set(step.row, step.burst.place); // goes on here the next time
 *   }
 *   return count;
 * }
 * ```
 *
 * @throws {StoreError} "read-failed" when two rows have one name, or for standard input, which has no
 * places; else as readRecords().
 */
export async function* readRows(
  paths: readonly string[],
  options: RowOptions,
): AsyncGenerator<RowStep> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted) abort();
  const { signal } = stop;
  const files = new RecordSources(paths, options);
  const rows = new Set<string>();
  const open = async (source: RecordSource, count: number): Promise<Lane> => {
    const row = await rowName(source);
    if (rows.has(row)) {
      throw new StoreError(
        "read-failed",
        `Cannot tell two files "${row}" apart: wanted one folder of records at a time`,
      );
    }
    rows.add(row);
    const placeIn = await goingOn(source, row, options);
    const inSmallBursts = options.byTime; // or some would be far ahead
    const steps = readWanted(source, { ...options, signal, placeIn, inSmallBursts }, count);
    return { row, steps, time: NEVER };
  };
  const lanes = new Lanes(options.byTime ?? false);
  try {
    const found = await files.find();
    if (!options.follow) {
      files.noteMissing();
      const together = options.byTime ? [...clientsOf(found)] : found.map((source) => [source]);
      for (const sources of together) {
        for (const source of sources) lanes.add(await open(source, sources.length));
        while (lanes.hasMore && !signal.aborted) yield* lanes.round();
        if (signal.aborted) return;
      }
      return;
    }
    for (const source of found) lanes.add(await open(source, found.length));
    let listing = listLater(signal);
    while (!signal.aborted) {
      yield* lanes.round();
      if (listing.isDue) {
        for (const source of await files.find()) lanes.add(await open(source, rows.size));
        listing = listLater(signal);
      }
      if (lanes.hasMore) continue;
      yield "idle";
      await Promise.race([lanes.wait(), listing.due]);
    }
  } finally {
    options.signal?.removeEventListener("abort", abort);
    abort();
    await lanes.close();
  }
}

/** Before any record. */
const NEVER = -(2n ** 63n);

function leastTime(lanes: Iterable<Lane>): Lane[] {
  let least: Lane | undefined;
  for (const lane of lanes) if (least === undefined || lane.time < least.time) least = lane;
  return least === undefined ? [] : [least];
}

/** Sources by the folder that they are in. */
function clientsOf(sources: readonly RecordSource[]): Iterable<readonly RecordSource[]> {
  return Map.groupBy(sources, ({ path }) => path.slice(0, path.lastIndexOf("/") + 1)).values();
}

/** When folders are to be listed again. */
function listLater(signal: AbortSignal): { readonly due: Promise<void>; isDue: boolean } {
  const listing = {
    isDue: false,
    due: rest(LIST_MS, signal).then(() => void (listing.isDue = true)),
  };
  return listing;
}

/** A row while it is followed. */
interface Lane {
  readonly row: string;
  readonly steps: AsyncGenerator<Step>;
  /** The time of the last record that came. */
  time: bigint;
}

/** Rows that take turns, a burst each, or always the one that is behind; those that have no more are waited for. */
class Lanes {
  readonly #isByTime: boolean;
  readonly #all = new Set<Lane>();
  readonly #ready = new Set<Lane>();
  readonly #waiting = new Waiting();
  readonly #brought: RowStep[] = [];

  constructor(isByTime: boolean) {
    this.#isByTime = isByTime;
  }

  add(lane: Lane): void {
    this.#all.add(lane);
    this.#ready.add(lane);
  }

  get hasMore(): boolean {
    return this.#ready.size > 0;
  }

  /** The next burst of each row that has one, or of the one that is behind. */
  async *round(): AsyncGenerator<RowStep> {
    this.#waiting.use();
    yield* this.#brought.splice(0);
    for (const lane of this.#isByTime ? leastTime(this.#ready) : [...this.#ready]) {
      this.#take(lane, await lane.steps.next());
      yield* this.#brought.splice(0);
    }
  }

  #take(lane: Lane, { done, value }: IteratorResult<Step>): void {
    this.#ready.delete(lane);
    if (done) {
      this.#all.delete(lane);
    } else if (value === "idle") {
      this.#waiting.add(lane.steps.next(), (result) => this.#take(lane, result));
    } else {
      this.#ready.add(lane);
      this.#brought.push({ row: lane.row, burst: value });
      const last = value.records.at(-1);
      if (this.#isByTime && last) lane.time = recordTimeReader(value.schema)(last) ?? lane.time;
    }
  }

  /** Returns when a row that had no more has some. */
  async wait(): Promise<void> {
    await this.#waiting.wait();
  }

  /** To be called when what the rows wait with has been aborted. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map(({ steps }) => steps.return(undefined)));
  }
}

/**
 * Where to go on in each file of a row. Files are read in their order, so those before the one that was
 * read last are done; when that is gone, so are they.
 */
async function goingOn(
  source: RecordSource,
  row: string,
  { places, onNotice }: RowOptions,
): Promise<(file: string) => RecordPlace | "done" | undefined> {
  const last = places.get(row);
  if (last === undefined) return () => undefined;
  const ids = await fileIds(source);
  const at = ids.findIndex((id) => isSameFile(id, last.file));
  if (at < 0 && !last.isDone && ids.length > 0) {
    onNotice?.(`${row}: the file that was read last is gone; records in it may be missing`);
  }
  const done = new Set(ids.slice(0, Math.max(at, 0)));
  return (file) => {
    if (at < 0) return undefined;
    if (isSameFile(file, last.file)) return last.isDone ? "done" : last;
    return done.has(file) ? "done" : undefined;
  };
}

async function rowName({ path, folder }: RecordSource): Promise<string> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "-") {
    throw new StoreError(
      "read-failed",
      "Cannot export standard input: it has no place to go on at; wanted files or folders",
    );
  }
  if (folder !== undefined) return `${folder}/${name}`;
  const real = await Deno.realPath(path.slice(0, path.lastIndexOf("/") + 1) || ".");
  return `${real.slice(real.lastIndexOf("/") + 1)}/${name}`;
}
