import { CaptureError, messageOf } from "../base/errors.ts";
import { type CaptureCounts, createCaptureCounts } from "./capture_counts.ts";
import { CaptureParser } from "./capture_parser.ts";
import type { Gunzip } from "./gunzip_io.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { Replay } from "./replay.ts";
import { playBack } from "./replay_io.ts";

const STANDARD_INPUT = "-";
const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
/**
 * For so long the chunks of a regular file are read while nothing else has its turn, which costs half as
 * much and finds their bytes in this core's cache. A slow disk is waited for once.
 */
const TURN_MS = 10;

/** How a capture is read. */
export interface ReadCaptureOptions {
  /**
   * Called and awaited after each chunk of at most 256 KiB, and at a given speed after what is due at
   * a time: the way to slow the reading down.
   */
  readonly afterChunk?: () => Promise<void> | void;
  /**
   * Where chunks are read to, at most as many bytes at a time; without it, a buffer of its own. What
   * was waited for when `signal` aborted comes there even after the reading has ended.
   */
  readonly buffer?: Uint8Array<ArrayBuffer>;
  /** Ends the reading, also where it waits for input. */
  readonly signal?: AbortSignal;
  /** Told of bytes of the source that were read, compressed or not. */
  readonly onRead?: (bytes: number) => void;
  /** Where to count; may be shared by several captures. */
  readonly counts?: CaptureCounts;
  /** 1 gives the packets at the pace at which they were captured, 10 ten times as fast; 0, the
   * default, as fast as possible. */
  readonly replaySpeed?: number;
}

/**
 * Reads a capture, pcap or pcapng, plain or gzip, and gives its packets to `handler`. Returns when
 * the capture has ended or `signal` is aborted.
 *
 * @param source A path, or "-" for standard input. That needs no permission, and is closed if the
 *   abort comes while it is waited for.
 * @throws {CaptureError} After every packet before the problem has been delivered.
 */
export async function readCapture(
  source: string,
  handler: PacketHandler,
  options: ReadCaptureOptions = {},
): Promise<void> {
  const { afterChunk, signal, counts = createCaptureCounts(), replaySpeed = 0 } = options;
  const name = captureName(source);
  const replay = replaySpeed === 0 ? undefined : new Replay(handler, replaySpeed);
  const parser = new CaptureParser(replay ?? handler, counts);
  for await (const chunk of unpack(name, readChunks(source, name, options))) {
    parser.push(chunk);
    if (replay) await playBack(replay, afterChunk, signal);
    else await afterChunk?.();
    if (parser.problem !== undefined || signal?.aborted) break;
  }
  // What an abort leaves undelivered has not been read, as the rest of the capture.
  counts.delivered -= replay?.held ?? 0;
  if (signal?.aborted) return;
  parser.end();
  if (parser.problem !== undefined) {
    throw new CaptureError(parser.problem.code, `Cannot read ${name}: ${parser.problem.message}`);
  }
}

/**
 * The bytes of a capture file, unpacked: in chunks that the next one overwrites.
 *
 * @throws {CaptureError} As {@linkcode readCapture} does.
 */
export function captureChunks(path: string): AsyncGenerator<Uint8Array> {
  const name = captureName(path);
  return unpack(name, readChunks(path, name));
}

/** A source in messages. */
export function captureName(source: string): string {
  return source === STANDARD_INPUT ? "standard input" : `capture file ${JSON.stringify(source)}`;
}

/** Yields the chunks as they are, or unpacked if they begin as gzip does. */
async function* unpack(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let isPlain = false;
  let gunzip: Gunzip | undefined;
  try {
    for await (const chunk of chunks) {
      isPlain ||= gunzip === undefined && GZIP_MAGIC.some((byte, at) => chunk[at] !== byte);
      if (isPlain) yield chunk;
      else yield* (gunzip ??= await newGunzip()).push(chunk);
    }
    if (gunzip !== undefined) yield* gunzip.end();
  } catch (cause) {
    if (cause instanceof CaptureError) throw cause;
    const message = `Cannot read ${name}: its gzip data are broken: ${messageOf(cause)}`;
    throw new CaptureError("broken", message, { cause });
  } finally {
    gunzip?.close();
  }
}

/** Yields what is read into one buffer, at least two bytes at a time unless the source ends. */
async function* readChunks(
  source: string,
  name: string,
  { signal, onRead, buffer = new Uint8Array(CHUNK_BYTES) }: ReadCaptureOptions = {},
): AsyncGenerator<Uint8Array> {
  if (signal?.aborted) return;
  const file = source === STANDARD_INPUT ? Deno.stdin : await open(source, name, signal);
  let isWaiting = false;
  try {
    const isRegular = file instanceof Deno.FsFile && (await file.stat()).isFile;
    let turnMs = -Infinity;
    for (let filled = 0; file !== undefined && !signal?.aborted;) {
      const rest = buffer.subarray(filled);
      let count: number | null | undefined;
      if (isRegular && performance.now() - turnMs < TURN_MS) {
        count = file.readSync(rest);
      } else {
        isWaiting = true;
        count = await unlessAborted(file.read(rest), signal);
        if (count === undefined) return;
        isWaiting = false;
        turnMs = performance.now();
      }
      filled += count ?? 0;
      onRead?.(count ?? 0);
      if (filled < GZIP_MAGIC.length && count !== null) continue;
      if (filled > 0) yield buffer.subarray(0, filled);
      if (count === null) return;
      filled = 0;
    }
  } catch (cause) {
    const message = `Cannot read ${name}: ${messageOf(cause)}`;
    throw new CaptureError("read-failed", message, { cause });
  } finally {
    // Closing is also what ends a read that waits.
    if (file !== Deno.stdin || isWaiting) file?.close();
  }
}

/** Undefined if aborted: opening a named pipe waits until somebody writes to it. */
async function open(
  path: string,
  name: string,
  signal?: AbortSignal,
): Promise<Deno.FsFile | undefined> {
  const opening = Deno.open(path);
  try {
    const file = await unlessAborted(opening, signal);
    if (file === undefined) opening.then((late) => late.close(), () => {});
    return file;
  } catch (cause) {
    const code = cause instanceof Deno.errors.NotFound
      ? "not-found"
      : cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable
      ? "not-permitted"
      : "read-failed";
    throw new CaptureError(code, `Cannot open ${name}: ${messageOf(cause)}`, { cause });
  }
}

/** The value of `work`, or undefined as soon as `signal` is aborted; `work` itself goes on. */
function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Loaded when it is needed: node:zlib takes a tenth of a sensor's memory. */
async function newGunzip(): Promise<Gunzip> {
  const { Gunzip } = await import("./gunzip_io.ts");
  return new Gunzip();
}
