import type { DescMessage } from "@bufbuild/protobuf";
import type { Header } from "../../proto/gen/netcap_pb.ts";
import { concat } from "../base/bytes.ts";
import { messageOf, StoreError } from "../base/errors.ts";
import { rest } from "../base/rest_io.ts";
import { type Reading, type ReadProblem, RecordReader, type TimeSpan } from "./record_reader.ts";

/** Which records of a file to read, and whether to wait for more. */
export interface ReadOptions extends TimeSpan {
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
const POLL_MS = 200;

/**
 * Reads the records of a record file: of ours, of the original's, plain or gzip. The first burst
 * comes with the header, without records if there are none. A file that is damaged or ends too
 * early is read as far as can be, and its problems are values.
 *
 * With `follow` it goes on as the file grows. When the file has been cut below what was read, or
 * another one has taken its place, it reads that from the beginning, which is a problem value too.
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
  let change: Change | undefined;
  do {
    using file = await open(path);
    const reader = new RecordReader(options);
    try {
      change = yield* readFile(path, file, reader, options, change);
    } finally {
      reader.close();
    }
  } while (change !== undefined);
}

/** Why a followed file is read again. */
type Change = "cut" | "replaced";

async function* readFile(
  path: string,
  file: Deno.FsFile,
  reader: RecordReader,
  { follow = false, signal }: ReadOptions,
  change: Change | undefined,
): AsyncGenerator<RecordBurst, Change | undefined> {
  const problems: ReadProblem[] = change === undefined ? [] : [{
    code: "cut",
    offset: 0,
    message: `the file has been ${change} and is read from its beginning`,
  }];
  let unused: Uint8Array = new Uint8Array(0);

  function* burst(reading: Reading): Generator<RecordBurst> {
    const { header, schema } = reader;
    problems.push(...reading.problems);
    if (header !== undefined && schema !== undefined) {
      yield { header, schema, records: reading.records, problems: problems.splice(0) };
    } else if (reader.isEnded) {
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
    const event = follow ? await nextEvent(path, file, reader.position, unused, signal) : "end";
    if (event === "cut" || event === "replaced") return event;
    if (event === "end") {
      let reading = await reader.end(unused);
      yield* burst(reading);
      while (!reading.isDry) yield* burst(reading = await reader.read(unused.subarray(0, 0)));
    } else {
      await file.seek(reader.position, Deno.SeekMode.Start); // what was unused may be other bytes now
      unused = unused.subarray(0, 0);
    }
  }
  return undefined;
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
): Promise<Change | "grown" | "end"> {
  const { dev, ino } = await file.stat();
  for (;;) {
    await rest(POLL_MS, signal);
    if (signal?.aborted) return "end";
    const { size } = await file.stat();
    if (size < position) return "cut";
    if (size !== position + unused.length) return "grown"; // or cut within what is unused
    const named = await Deno.stat(path).catch(() => undefined); // between two files there is none
    if (named !== undefined && (named.dev !== dev || named.ino !== ino)) return "replaced";
  }
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (cause) {
    throw readError(path, cause);
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

function readError(path: string, cause: unknown): StoreError {
  const why = cause instanceof Deno.errors.NotFound
    ? "it does not exist"
    : cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable
    ? "reading it is not permitted"
    : messageOf(cause);
  return new StoreError("read-failed", `Cannot read record file "${path}": ${why}`, { cause });
}
