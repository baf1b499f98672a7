/**
 * Compact batches as sessions carry them: `sum bytes u32 ‖ sums ‖ columns`, the columns as one frame of
 * Zstandard (RFC 8878). By `node:zlib`, whose streams end quietly where a frame is cut, and read one
 * frame only: whoever unpacks knows how long the columns are.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { u32le } from "../base/bytes/bytes.ts";
import { releasePiece, type Unpacked } from "./gzip.ts";

const LENGTH_BYTES = 4;
/** 0.2 to 0.5 ms for 4,096 packets; 6 is a twentieth smaller in four times the time. */
const LEVEL = 1;
/** What repeats in columns is short: by this level 1 is no larger than 3, in three quarters of the time. */
const MIN_MATCH = 4;
/** 128 KiB, as much as most batches are long. */
const WINDOW_LOG = 17;
/** A table that stays in the cache finds as much. */
const TABLE_LOG = 13;
/** No frame is unpacked that wants a larger window, 2 MiB: its writer decides what memory that takes. */
const MAX_WINDOW_LOG = 21;

/** The least that zlib's streams take. */
const MIN_CHUNK_BYTES = 256;

/** Why a body was not unpacked. */
export type CompactRefusal = "damaged" | "too large";

/** `data` without its last `sumBytes` is compressed. */
export function packCompact(data: Uint8Array, sumBytes: number): Uint8Array<ArrayBuffer> {
  const columns = data.subarray(0, data.length - sumBytes);
  const params = {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_hashLog]: TABLE_LOG,
    [constants.ZSTD_c_minMatch]: MIN_MATCH,
  };
  // In one piece: where it takes several, an empty frame may follow the first.
  const chunkSize = MIN_CHUNK_BYTES + columns.length + (columns.length >> 7);
  const packed = zstdCompressSync(columns, { params, chunkSize });
  const body = new Uint8Array(LENGTH_BYTES + sumBytes + packed.length);
  new DataView(body.buffer).setUint32(0, sumBytes, true);
  body.set(data.subarray(columns.length), LENGTH_BYTES);
  body.set(packed, LENGTH_BYTES + sumBytes);
  releasePiece(packed);
  return body;
}

/**
 * What `packCompact` was given.
 *
 * @param bytes How long that is: any other length is `"damaged"`.
 */
export function unpackCompact(
  body: Uint8Array,
  bytes: number,
): { readonly bytes: Uint8Array; readonly sumBytes: number } | {
  readonly refusal: CompactRefusal;
} {
  const sumBytes = body.length < LENGTH_BYTES ? Infinity : u32le(body, 0);
  const columnBytes = bytes - sumBytes;
  if (LENGTH_BYTES + sumBytes > body.length || columnBytes < 0) return { refusal: "damaged" };
  const columns = unzstd(body.subarray(LENGTH_BYTES + sumBytes), columnBytes);
  if ("refusal" in columns) return columns;
  const data = new Uint8Array(bytes);
  data.set(columns.bytes);
  releasePiece(columns.bytes);
  data.set(body.subarray(LENGTH_BYTES, LENGTH_BYTES + sumBytes), columnBytes);
  return { bytes: data, sumBytes };
}

/** One frame that takes up all of `packed` and holds so many bytes. */
function unzstd(packed: Uint8Array, bytes: number): Unpacked<CompactRefusal> {
  try {
    const { buffer, engine } = zstdDecompressSync(packed, {
      params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
      // With room for one byte more: a decoder whose output is full leaves the frame's end unread.
      chunkSize: Math.max(MIN_CHUNK_BYTES, bytes + 1),
      maxOutputLength: bytes + 1,
      info: true,
    }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
    const isWhole = buffer.length === bytes && engine.bytesWritten === packed.length;
    return isWhole ? { bytes: buffer } : { refusal: "damaged" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      refusal: "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? "too large" : "damaged",
    };
  }
}
