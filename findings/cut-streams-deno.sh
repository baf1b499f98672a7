#!/bin/sh
# Guess: what unpacks a compressed stream raises an error where the stream is cut off, as the Compression Standard and
# Node want it, so that a half-received file is noticed.
# Found: Deno 2.9.5 does so for gzip; DecompressionStream gives the beginning of a cut "deflate" or "deflate-raw"
# stream and ends as if it were whole, node:zlib's brotliDecompressSync does the same, and zstdDecompressSync
# gives nothing, without an error. Node raises one for each. Keep lengths or checksums of your own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >cut.mjs <<'SCRIPT'
import * as zlib from "node:zlib";
const input = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 2654435761 >>> 0).toString(36)).join(""));
const say = (name, length) => console.log(name, length === input.length ? "whole" : length > 0 ? "a part" : "nothing");
const cut = (packed) => packed.subarray(0, packed.length >> 1);
for (const [pack, unpack] of [["gzipSync", "gunzipSync"], ["deflateRawSync", "inflateRawSync"],
  ["brotliCompressSync", "brotliDecompressSync"], ["zstdCompressSync", "zstdDecompressSync"]]) {
  if (!zlib[pack]) continue;
  try {
    say(unpack, zlib[unpack](cut(zlib[pack](input))).length);
  } catch {
    console.log(unpack, "error");
  }
}
for (const [format, pack] of [["gzip", "gzipSync"], ["deflate", "deflateSync"], ["deflate-raw", "deflateRawSync"]]) {
  const stream = new Blob([cut(zlib[pack](input))]).stream().pipeThrough(new DecompressionStream(format));
  try {
    say(format, (await new Response(stream).arrayBuffer()).byteLength);
  } catch {
    console.log(format, "error");
  }
}
SCRIPT
node cut.mjs 2>/dev/null | sed 's/^/Node: /' | grep -v zstd >seen
DENO_NO_UPDATE_CHECK=1 npx deno run cut.mjs | sed 's/^/Deno: /' >>seen
cat seen
cat >wanted <<'END'
Node: gunzipSync error
Node: inflateRawSync error
Node: brotliDecompressSync error
Node: gzip error
Node: deflate error
Node: deflate-raw error
Deno: gunzipSync error
Deno: inflateRawSync error
Deno: brotliDecompressSync a part
Deno: zstdDecompressSync nothing
Deno: gzip error
Deno: deflate a part
Deno: deflate-raw a part
END
cmp seen wanted
