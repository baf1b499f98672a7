/**
 * Gzip (RFC 1952) and raw deflate (RFC 1951). Packing cannot fail; unpacking is for bytes of the
 * other side and returns why it refused.
 */
import { Buffer } from "node:buffer";
import { deflateRawSync, gunzipSync, inflateRawSync } from "node:zlib";
import { concat } from "../base/bytes/bytes.ts";
import { release } from "../base/bytes/release.ts";

/** Why a deflate stream was not unpacked. */
export type InflateRefusal = "damaged" | "too large";
/** Why gzip members were not unpacked. */
export type GunzipRefusal = "not gzip" | InflateRefusal;

/** What unpacking came to. */
export type Unpacked<Refusal> = { readonly bytes: Uint8Array } | { readonly refusal: Refusal };

/**
 * The least that pays: at 10 KiB a third of the time of level 6, for a quarter more bytes
 * (docs/performance.md).
 */
export const FAST = 1;
/** A third smaller, in four times the time: what CompressionStream has. */
export const SMALL = 6;

/** What zlib takes by default. */
const LEAST_CHUNK_BYTES = 16 << 10;

/** `bytes` as one gzip member, at the level that CompressionStream has (6). */
export function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return compress("gzip", bytes);
}

/**
 * `bytes` as a raw deflate stream, at the same level: a third smaller than {@linkcode deflateRaw}
 * has it, in four times the time.
 */
export function deflateRawSmall(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return compress("deflate-raw", bytes);
}

async function compress(
  format: CompressionFormat,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream(format);
  const writer = stream.writable.getWriter();
  const written = Promise.all([writer.write(bytes), writer.close()]);
  const chunks: Uint8Array[] = [];
  const reader = stream.readable.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
  }
  await written;
  return concat(chunks);
}

/**
 * `bytes` as a raw deflate stream, packed quickly: for the collector, which packs on the thread that
 * also receives, and for a sensor that has much to pack. A batch of 10 KiB takes a tenth of a
 * millisecond.
 */
export function deflateRaw(bytes: Uint8Array, level = FAST): Uint8Array {
  // Most fit into one piece; the copy lets go of its unused end.
  const chunkSize = Math.max(LEAST_CHUNK_BYTES, bytes.length >> 1);
  const packed = plain(deflateRawSync(bytes, { level, chunkSize }));
  const copy = packed.slice();
  releasePiece(packed);
  return copy;
}

/** Gives back what `node:zlib` has made, unless it is of Node's pool, which small ones share. */
export function releasePiece(bytes: Uint8Array): void {
  if (bytes.buffer.byteLength > Buffer.poolSize) release(bytes);
}

/**
 * What `bytes`, one or more gzip members and nothing else, hold.
 *
 * @param maxBytes More than that is `"too large"`, found out without unpacking all of it.
 */
export function gunzip(bytes: Uint8Array, maxBytes: number): Unpacked<GunzipRefusal> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { refusal: "not gzip" };
  return unpack(gunzipSync, bytes, maxBytes);
}

/**
 * What `body`, one raw deflate stream that takes up all of it, holds.
 *
 * @param maxBytes As for {@linkcode gunzip}.
 * @param expectedBytes How much it most likely is: then it is unpacked in one piece.
 */
export function inflateRaw(
  body: Uint8Array,
  maxBytes: number,
  expectedBytes = 0,
): Unpacked<InflateRefusal> {
  return unpack(inflateRawSync, body, maxBytes, expectedBytes);
}

function unpack(
  run: typeof inflateRawSync,
  packed: Uint8Array,
  maxBytes: number,
  expectedBytes = 0,
): Unpacked<InflateRefusal> {
  try {
    // The type declarations do not know `info`, which tells how much of the input was used: zlib
    // ignores zero bytes after a gzip member and anything after a deflate stream.
    const chunkSize = Math.max(LEAST_CHUNK_BYTES, Math.min(expectedBytes, maxBytes) + 1);
    const options = { maxOutputLength: Math.max(1, maxBytes), info: true, chunkSize };
    const { buffer, engine } = run(packed, options) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    if (buffer.length > maxBytes) return { refusal: "too large" };
    if (engine.bytesWritten < packed.length) return { refusal: "damaged" };
    return { bytes: plain(buffer) };
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") return { refusal: "too large" };
    if (codeOf(error)?.startsWith("Z_")) return { refusal: "damaged" };
    throw error;
  }
}

/** The same bytes, not as Node's `Buffer`, whose `slice` is another one. */
function plain({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
