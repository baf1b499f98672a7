import type { DescMessage } from "@bufbuild/protobuf";
import type { Header } from "../../../proto/gen/netcap_pb.ts";
import { concat } from "../../base/bytes.ts";
import { StoreError } from "../../base/errors.ts";
import { rest } from "../../base/rest_io.ts";
import { type FollowedFile, FollowedFiles, POLL_MS, readError } from "./followed_files_io.ts";
import { type Reading, type ReadProblem, RecordReader, type Wanted } from "./record_reader.ts";

/** Which records of a file to read, and whether to wait for more. */
export interface ReadOptions extends Wanted {
  /** Waits at the end of the file for what is written next, until `signal`. */
  readonly follow?: boolean;
  /** Ends the reading; what has been read is still handed over. */
  readonly signal?: AbortSignal;
}

/** Some of a file's records, in file order; there may be none. */
export interface RecordBurst {
  /** The record that the file begins with. */
  readonly header: Header;
  /** Schema of the records; it accepts any bytes as text. */
  readonly schema: DescMessage;
  /** The bodies of the records, for fromBinary(schema, body). */
  readonly records: readonly Uint8Array[];
  /** Why records are missing, or come again. */
  readonly problems: readonly ReadProblem[];
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads the records of a record file: of ours, of the original's, plain or gzip. The first burst
 * comes with the header, without records if there are none. A file that is damaged or ends too
 * early is read as far as can be, and its problems are values.
 *
 * With `follow` it goes on as the file grows. When our store has rotated the file, it goes on with
 * the files that were rotated after it, then with the new one. When the file has been cut below what
 * was read, or is gone, it goes on with what is there, from its beginning, which is a problem value.
 *
 * ```ts
 * import { fromBinary } from "@bufbuild/protobuf";
 * import { readRecords } from "./read_records_io.ts";
 *
 * async function print(path: string) {
 *   for await (const { schema, records } of readRecords(path)) {
 *     for (const record of records) console.log(fromBinary(schema, record));
 *   }
 * }
 * ```
 *
 * @throws {StoreError} "read-failed" when the file cannot be opened or read, "not-a-record-file"
 * when it has no header that tells its type.
 */
export async function* readRecords(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<RecordBurst> {
  const files = new FollowedFiles(path, options.follow === true);
  let next: FollowedFile | undefined = await files.first();
  while (next !== undefined) {
    using file = next.file;
    const reader = new RecordReader(options);
    try {
      const end: FileEnd = yield* readFile(next, reader, options);
      if (end === "over") next = await files.after(file, options.signal);
      else if (end === "cut") next = { ...await files.first(), problem: CUT };
      else next = undefined;
    } finally {
      reader.close();
    }
  }
}

/** Why the reading of a file has ended: it gets no more, it has become shorter, or all is to end. */
type FileEnd = "over" | "cut" | "end";

const CUT = "the file has been cut and is read from its beginning";

async function* readFile(
  { path, file, isRotated, problem }: FollowedFile,
  reader: RecordReader,
  { follow = false, signal }: ReadOptions,
): AsyncGenerator<RecordBurst, FileEnd> {
  const problems: ReadProblem[] = [];
  if (problem !== undefined) problems.push({ code: "cut", offset: 0, message: problem });
  let isOver = isRotated;
  let unused: Uint8Array = new Uint8Array(0);

  function* burst(reading: Reading): Generator<RecordBurst> {
    const { header, schema } = reader;
    const found = reading.problems.map((problem) => isRotated ? inFile(path, problem) : problem);
    if (header !== undefined && schema !== undefined) {
      // What happened before these records is told before them.
      if (problems.length > 0) yield { header, schema, records: [], problems: problems.splice(0) };
      problems.push(...found);
      yield { header, schema, records: reading.records, problems: problems.splice(0) };
      return;
    }
    problems.push(...found);
    if (reader.isEnded) {
      const why = problems.at(-1)?.message;
      throw new StoreError("not-a-record-file", `Cannot read records from "${path}": ${why}`);
    }
  }

  while (!signal?.aborted && !reader.isEnded) {
    const chunk = await readChunk(path, file, Math.max(CHUNK_BYTES, unused.length));
    if (chunk !== undefined) {
      unused = unused.length === 0 ? chunk : concat([unused, chunk]);
      let reading: Reading;
      do {
        const { position } = reader;
        reading = await reader.read(unused);
        unused = unused.subarray(reader.position - position);
        yield* burst(reading);
      } while (!reading.isDry);
      continue;
    }
    const event = isOver
      ? "over"
      : follow
      ? await nextEvent(path, file, reader.position, unused, signal)
      : "end";
    if (event === "cut") return event;
    if (event !== "grown") {
      isOver = event === "over";
      let reading = await reader.end(unused);
      yield* burst(reading);
      while (!reading.isDry) yield* burst(reading = await reader.read(unused.subarray(0, 0)));
    } else {
      await file.seek(reader.position, Deno.SeekMode.Start); // what was unused may be other bytes now
      unused = unused.subarray(0, 0);
    }
  }
  return isOver ? "over" : "end";
}

/** Names the file, which is not the one that the caller has named. */
function inFile(path: string, problem: ReadProblem): ReadProblem {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { ...problem, message: `in "${name}" ${problem.message}` };
}

/**
 * Waits at the end of a followed file, whose bytes before `position` have been used and whose
 * `unused` ones have been seen, until there is something new.
 */
async function nextEvent(
  path: string,
  file: Deno.FsFile,
  position: number,
  unused: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<FileEnd | "grown"> {
  const { dev, ino } = await file.stat();
  for (;;) {
    await rest(POLL_MS, signal);
    if (signal?.aborted) return "end";
    const named = await Deno.stat(path).catch(() => undefined); // between two files there is none
    const { size } = await file.stat(); // after that: a file that has lost its name gets no more
    if (size < position) return "cut";
    if (size !== position + unused.length) return "grown"; // or cut within what is unused
    if (named !== undefined && (named.dev !== dev || named.ino !== ino)) return "over";
  }
}

/** Up to `bytes` bytes; undefined at the end of the file. */
async function readChunk(
  path: string,
  file: Deno.FsFile,
  bytes: number,
): Promise<Uint8Array | undefined> {
  const chunk = new Uint8Array(bytes);
  try {
    const length = await file.read(chunk);
    return length === null ? undefined : chunk.subarray(0, length);
  } catch (cause) {
    throw readError(path, cause);
  }
}
