import type { Header } from "../../../proto/gen/netcap_pb.ts";
import { concat } from "../../base/bytes/bytes.ts";
import { StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { parseMemberHeader } from "../../pack/member.ts";
import { clientOfFolder, folderOfClient } from "../files/client_name.ts";
import { type FollowedFile, FollowedFiles, POLL_MS, readError } from "./followed_files_io.ts";
import { fileId } from "./file_id.ts";
import type { FileStart, PlacedBurst, Step } from "./record_burst.ts";
import {
  type Reading,
  type ReadProblem,
  type RecordPlace,
  RecordReader,
  type Wanted,
} from "./record_reader.ts";
import { type RecordSource, sourceName, STANDARD_INPUT } from "./record_sources_io.ts";

/** How one source is read. */
export interface StreamOptions extends Wanted {
  /**
   * Asked where to go on in a file, `done` for nowhere; bursts then tell their places. Of files of ours
   * that are appended to, only what has been written whole is read.
   */
  readonly placeIn?: (file: string) => RecordPlace | "done" | undefined;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes that are read at once. */
  readonly chunkBytes?: number;
  /** How often a followed file is looked at. */
  readonly pollMs?: number;
  /** Whether the records of a file are wanted. */
  readonly isWanted?: (file: FileStart) => boolean;
}

const CHUNK_BYTES = 256 * 1024;
const EVERY = () => true;

/** Reads the files of a source, one after another. */
export async function* readSource(
  source: RecordSource,
  options: StreamOptions = {},
): AsyncGenerator<Step> {
  if (source.path === STANDARD_INPUT) {
    yield* readFile({ path: STANDARD_INPUT, file: Deno.stdin, isRotated: false }, source, options);
    return;
  }
  const { follow = false, signal } = options;
  const files = new FollowedFiles(source.path, { fromOldest: source.fromOldest, follow });
  let next = await files.first(signal);
  while (next !== undefined) {
    using file = next.file;
    const end: FileEnd = yield* readFile(next, source, options);
    if (end === "over") {
      next = await files.after(file, signal);
    } else if (end === "cut") {
      const again = await files.first(signal);
      next = again && { ...again, problem: CUT };
    } else {
      next = undefined;
    }
  }
}

/** Why the reading of a file has ended: it gets no more, it has become shorter, or all is to end. */
type FileEnd = "over" | "cut" | "end";

const SHORTER = "the file has become shorter than it was read; going on at its end";
const CUT = "the file has been cut and is read from its beginning";

/** A file, or standard input. */
type Readable = Omit<FollowedFile, "file"> & {
  readonly file: Deno.FsFile | typeof Deno.stdin;
};

async function* readFile(
  { path, file, isRotated, problem }: Readable,
  source: RecordSource,
  options: StreamOptions,
): AsyncGenerator<Step, FileEnd> {
  const { follow = false, signal, chunkBytes = CHUNK_BYTES, pollMs = POLL_MS, isWanted = EVERY } =
    options;
  const { placeIn } = options;
  let id: string | undefined;
  let isHad = false;
  const { size = 0 } = placeIn === undefined ? {} : await (file as Deno.FsFile).stat();
  const placeOf = (header: Header): RecordPlace | undefined => {
    id = fileId(header, unused);
    const place = placeIn!(id);
    isHad = place === "done";
    if (place === undefined || place === "done") return undefined;
    if (place.offset <= size) return place;
    problems.push({ code: "cut", offset: size, message: SHORTER });
    return { offset: size, records: 0 };
  };
  const reader = new RecordReader({ ...options, ...(placeIn && { placeOf }) });
  const problems: ReadProblem[] = [];
  if (problem !== undefined) problems.push({ code: "cut", offset: 0, message: problem });
  let isOver = isRotated;
  let isOurs = false;
  let start: FileStart | undefined;
  let unused: Uint8Array = new Uint8Array(0);

  function isStartWanted(): boolean {
    const { header, schema } = reader;
    if (start !== undefined || header === undefined || schema === undefined) return true;
    start = { path: source.path, client: clientOf(header, isOurs, source), header, schema };
    return !isHad && isWanted(start);
  }

  function* burst(
    { records, counted, problems: more }: Reading,
    isDone = false,
  ): Generator<PlacedBurst> {
    const found = more.map((problem) => path === source.path ? problem : inFile(path, problem));
    if (start !== undefined) {
      // What happened before these records is told before them.
      const before = problems.splice(0);
      if (before.length > 0) yield { ...start, records: [], counted: 0, problems: before };
      const place = id === undefined ? undefined : { ...reader.place, file: id, isDone };
      yield { ...start, records, counted, problems: found, ...(place && { place }) };
      return;
    }
    problems.push(...found);
    if (reader.isEnded) {
      const why = `it does not begin with the header of a record file (${
        problems.at(-1)?.message
      })`;
      throw new StoreError(
        "not-a-record-file",
        `Cannot read records from ${sourceName(path)}: ${why}`,
      );
    }
  }

  try {
    while (!signal?.aborted && !reader.isEnded) {
      const bytes = Math.max(chunkBytes, unused.length);
      const chunk = await readChunk(path, file, bytes, signal);
      if (chunk !== undefined) {
        unused = unused.length === 0 ? chunk : concat([unused, chunk]);
        if (reader.position === 0) isOurs = parseMemberHeader(unused, 0) !== "foreign";
        let reading: Reading;
        do {
          const { position } = reader;
          reading = await reader.read(unused);
          const used = reader.position - position;
          if (used > unused.length) {
            await (file as Deno.FsFile).seek(reader.position, Deno.SeekMode.Start);
          }
          unused = unused.subarray(used);
          if (!isStartWanted()) return isHad && isRotated ? "over" : "end";
          yield* burst(reading);
        } while (!reading.isDry);
        continue;
      }
      if (signal?.aborted) break;
      let event: FileEnd | "grown" = isOver ? "over" : "end";
      if (!isOver && follow && file !== Deno.stdin) {
        yield "idle";
        const { position } = reader;
        event = await nextEvent(path, file as Deno.FsFile, position, unused, { pollMs, signal });
      }
      if (event === "cut") return event;
      if (event !== "grown") {
        isOver = event === "over";
        // What a collector is still writing is there when it is whole.
        if (id !== undefined && isOurs && !isOver && reader.isBetween) break;
        let reading = await reader.end(unused);
        if (!isStartWanted()) return "end";
        while (!reading.isDry) {
          yield* burst(reading);
          reading = await reader.read(unused.subarray(0, 0));
        }
        yield* burst(reading, isOver);
      } else {
        // What was unused may be other bytes now.
        await (file as Deno.FsFile).seek(reader.position, Deno.SeekMode.Start);
        unused = unused.subarray(0, 0);
      }
    }
  } finally {
    reader.close();
  }
  return isOver ? "over" : "end";
}

/** The store writes the client's name into the header; of other files it may tell a capture's. */
function clientOf(
  { InputSource: name }: Header,
  isOurs: boolean,
  { folder, isInStore }: RecordSource,
): string | undefined {
  const isFolders = folder !== undefined &&
    [false, true].some((foldsCase) => folderOfClient(name, foldsCase) === folder);
  if (isFolders || (isOurs && name !== "")) return name;
  return isInStore && folder !== undefined ? clientOfFolder(folder) ?? folder : undefined;
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
  { pollMs, signal }: { pollMs: number; signal: AbortSignal | undefined },
): Promise<FileEnd | "grown"> {
  const { dev, ino } = await file.stat();
  for (;;) {
    await rest(pollMs, signal);
    if (signal?.aborted) return "end";
    const named = await Deno.stat(path).catch(() => undefined); // between two files there is none
    const { size } = await file.stat(); // after that: a file that has lost its name gets no more
    if (size < position) return "cut";
    if (size !== position + unused.length) return "grown"; // or cut within what is unused
    if (named !== undefined && (named.dev !== dev || named.ino !== ino)) return "over";
  }
}

/** Up to `bytes` bytes; undefined at the end of the file, or when `signal` aborts before. */
async function readChunk(
  path: string,
  file: Readable["file"],
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const chunk = new Uint8Array(bytes);
  try {
    const reading = file.read(chunk);
    // Only standard input may wait, and closing it is what ends that.
    const length = await (file === Deno.stdin ? unlessAborted(reading, signal) : reading);
    return length === null ? undefined : chunk.subarray(0, length);
  } catch (cause) {
    if (signal?.aborted) {
      if (file === Deno.stdin) file.close();
      return undefined;
    }
    throw readError(path, cause);
  }
}
