import type { Message } from "@bufbuild/protobuf";
import { StoreError } from "../../base/errors.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import { rest } from "../../base/wait/rest_io.ts";
import type { RecordOf, RecordSchema } from "../../base/record/schema_types.ts";
import { POLL_MS } from "./followed_files_io.ts";
import { mergeBursts } from "./merge_bursts.ts";
import type { FileStart, RecordBurst, Step } from "./record_burst.ts";
import type { ReadProblem, Wanted } from "./record_reader.ts";
import {
  type RecordSource,
  RecordSources,
  sourceName,
  type SourceOptions,
} from "./record_sources_io.ts";
import { readSource, type StreamOptions } from "./record_stream_io.ts";

/** Which records to read, and whether to wait for more. */
export interface ReadOptions extends Wanted, SourceOptions {
  /**
   * Waits for what is written next, and for files that are not there yet, until `signal`. Of folders
   * these are new types and new clients, too.
   */
  readonly follow?: boolean;
  /** Ends the reading; of a single file, what has been read is still handed over. */
  readonly signal?: AbortSignal;
  /** `none`: sources are read one after another instead of being merged by time. */
  readonly order?: "time" | "none";
}

/** For those who look at files before their records. */
export interface StepOptions extends ReadOptions {
  /** Asked whether the records of a file of a wanted client are wanted, be its type one or not. */
  readonly isWanted?: (file: FileStart, isOfType: boolean) => boolean;
  /** As of {@linkcode StreamOptions}, for whoever reads one source after another. */
  readonly placeIn?: StreamOptions["placeIn"];
  /** Reads as little at once as can be, so that no burst holds many records. */
  readonly inSmallBursts?: boolean;
}

/** Files that are looked at every {@linkcode POLL_MS} when they are followed; more of them less often. */
const OFTEN_LOOKED_AT = 100;
/** How often folders are listed to find new files. */
export const LIST_MS = 1000;
/** Sources that are merged at a time: each takes a file descriptor and some 100 kB. */
const MAX_MERGED = 1000;
/** Of what is read from files at once, all together, and of each. */
const CHUNKS_BYTES = 32 * 1024 * 1024;
const [MIN_CHUNK_BYTES, MAX_CHUNK_BYTES] = [16 * 1024, 256 * 1024];

/**
 * Reads the records of record files: of ours, of the original's, plain or gzip. The first burst of a
 * file comes with its header, without records if there are none. A file that is damaged or ends too
 * early is read as far as can be, and its problems are values.
 *
 * A folder stands for the record files in it and in the folders of clients below it, each type with
 * the files that have been rotated, the oldest first; `-` stands for standard input. The records of
 * several are merged by time as long as they are out of order by less than the merging looks ahead,
 * 200,000 records in all files together. Those that come later are handed over all the same and
 * counted (`late`).
 *
 * With `follow` it goes on as files grow. When our store has rotated one, it goes on with the files
 * that were rotated after it, then with the new one. When a file has been cut below what was read,
 * or is gone, it goes on with what is there, from its beginning, which is a problem value.
 *
 * ```ts
 * import { fromBinary } from "@bufbuild/protobuf";
 * import { readRecords } from "@farcap/farcap/records";
 *
 * async function print(path: string) {
 *   for await (const { client, schema, records } of readRecords(path, { types: ["TCP"] })) {
 *     for (const record of records) console.log(client, fromBinary(schema, record));
 *   }
 * }
 * ```
 *
 * @throws {StoreError} "read-failed" when a source cannot be opened or read, "not-a-record-file"
 * when it has no header that tells its type; with `onUnreadable` only when too many files are open.
 */
export function readRecords(
  sources: string | readonly string[],
  options?: ReadOptions,
): AsyncGenerator<RecordBurst>;
/**
 * Reads the records of one type, decoded. Of folders only the files of that type are read.
 *
 * ```ts
 * import { UDPSchema } from "@farcap/farcap/schemas";
 * import { readRecords } from "@farcap/farcap/records";
 *
 * async function print(folder: string) {
 *   for await (const { SrcIP, DstPort } of readRecords(folder, UDPSchema)) console.log(SrcIP, DstPort);
 * }
 * ```
 *
 * @throws {StoreError} as above; "other-type" when a file that was named has records of another
 * type; "damaged", unless there is `onProblem`.
 */
export function readRecords<Schema extends RecordSchema>(
  sources: string | readonly string[],
  schema: Schema,
  options?: MessageOptions,
): AsyncGenerator<RecordOf<Schema>>;
export function readRecords(
  sources: string | readonly string[],
  how: ReadOptions | RecordSchema = {},
  options: MessageOptions = {},
): AsyncGenerator<RecordBurst | Message> {
  return "typeName" in how ? readMessages(sources, how, options) : readBursts(sources, how);
}

async function* readBursts(
  sources: string | readonly string[],
  options: ReadOptions,
): AsyncGenerator<RecordBurst> {
  for await (const step of readSteps(sources, options)) if (step !== "idle") yield step;
}

async function* readMessages<Schema extends RecordSchema>(
  sources: string | readonly string[],
  schema: Schema,
  { onProblem, ...options }: MessageOptions,
): AsyncGenerator<RecordOf<Schema>> {
  const tell = onProblem ?? throwDamage;
  const named = [sources].flat();
  const isWanted = ({ path, schema: { name } }: FileStart, isOfType: boolean) => {
    if (isOfType || !named.includes(path)) return isOfType;
    throw new StoreError(
      "other-type",
      `Cannot read ${schema.name} records from ${
        sourceName(path)
      }: its records are of type ${name}`,
    );
  };
  for await (const step of readSteps(sources, { ...options, types: [schema.name], isWanted })) {
    if (step === "idle") continue;
    for (const record of step.records) {
      const message = parseMessage(schema, record);
      if (message === undefined) {
        tell({ code: "damaged", offset: 0, message: "a record is no protobuf message" }, step.path);
      } else {
        yield message;
      }
    }
    for (const problem of step.problems) tell(problem, step.path);
  }
}

function throwDamage({ code, message }: ReadProblem, path: string): void {
  if (code !== "damaged") return;
  throw new StoreError("damaged", `Cannot read records from ${sourceName(path)}: ${message}`);
}

/** How the records of one type are read. */
export interface MessageOptions extends Omit<ReadOptions, "types" | "countOnly"> {
  /**
   * Told why records are missing, or come again. Without it, damage is thrown, and a file that ends
   * too early (it may still be written) is read as far as it goes.
   */
  readonly onProblem?: (problem: ReadProblem, path: string) => void;
}

/** As {@linkcode readRecords}, and says when there are no more by now but may be later. */
export async function* readSteps(
  sources: string | readonly string[],
  options: StepOptions,
): AsyncGenerator<Step> {
  const { follow = false, order = "time", onNotice } = options;
  const files = new RecordSources([sources].flat(), options);
  const found = await files.find();
  if (!follow) files.noteMissing();
  if (order === "none" || (found.length === 1 && !(follow && files.mayGrow))) {
    for (const source of found) yield* readWanted(source, options, found.length);
    return;
  }
  if (follow) {
    yield* merge(found, options, files);
    return;
  }
  if (found.length > MAX_MERGED) {
    onNotice?.(
      `${found.length} files are more than are merged at a time: records are in order among ` +
        `${MAX_MERGED} each; -type and -client choose files`,
    );
  }
  for (let at = 0; at < found.length; at += MAX_MERGED) {
    yield* merge(found.slice(at, at + MAX_MERGED), options);
  }
}

/** @param files Where to look for more. */
async function* merge(
  found: readonly RecordSource[],
  options: StepOptions,
  files?: RecordSources,
): AsyncGenerator<Step> {
  const { signal } = options;
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  let count = 0;
  const open = (sources: readonly RecordSource[]) => {
    count += sources.length;
    return sources.map((source) => readWanted(source, { ...options, signal: stop.signal }, count));
  };
  async function* arrivals(): AsyncGenerator<readonly AsyncGenerator<Step>[]> {
    yield open(found);
    while (files?.mayGrow && !stop.signal.aborted) {
      await rest(LIST_MS, stop.signal);
      const more = await files.find();
      if (more.length > 0) yield open(more);
    }
  }
  try {
    yield* mergeBursts(arrivals(), { stop });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Reads one of `count` sources that are open at once if its records are wanted. */
export async function* readWanted(
  source: RecordSource,
  { types, clients, onUnreadable, isWanted = isOfWantedType, inSmallBursts, ...options }:
    StepOptions,
  count: number,
): AsyncGenerator<Step> {
  const chunkBytes = inSmallBursts ? MIN_CHUNK_BYTES : Math.max(
    MIN_CHUNK_BYTES,
    Math.min(MAX_CHUNK_BYTES, Math.floor(CHUNKS_BYTES / count)),
  );
  const pollMs = POLL_MS * Math.ceil(count / OFTEN_LOOKED_AT);
  const isFileWanted = (file: FileStart) => {
    const { client, schema } = file;
    const isOfClient = source.isInStore || clients === undefined ||
      (client !== undefined && clients.includes(client));
    return isOfClient && isWanted(file, types?.includes(schema.name) ?? true);
  };
  try {
    yield* readSource(source, { ...options, chunkBytes, pollMs, isWanted: isFileWanted });
  } catch (error) {
    if (onUnreadable === undefined || !(error instanceof StoreError) || isOfAll(error)) throw error;
    onUnreadable(error);
  }
}

/** Whether what keeps a file from being opened keeps all others from it. */
function isOfAll({ cause }: StoreError): boolean {
  return ["EMFILE", "ENFILE"].includes((cause as { code?: string } | undefined)?.code ?? "");
}

function isOfWantedType(_file: FileStart, isOfType: boolean): boolean {
  return isOfType;
}
