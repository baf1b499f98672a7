#!/bin/sh
# Guess: one call of node:zlib's zstdCompressSync makes one zstd frame, so whoever unpacks it and compares
# how much of the input was used (`info: true`) with its length finds them equal.
# Found: where what comes out takes several pieces (chunkSize, 16 KiB unless told), Deno 2.9.5 sometimes
# puts an empty second frame of 9 bytes behind the first, here for 40,000 bytes that become 30,000.
# zstdDecompressSync stops after the first frame and reports 9 bytes less than there are. A chunkSize that
# the whole output fits into avoids it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >frames.mjs <<'SCRIPT'
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
let state = 1;
const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
for (const [name, bytes, options] of [
  ["one piece", 1000, {}],
  ["several pieces", 40000, {}],
  ["a piece of 1 MiB", 40000, { chunkSize: 1 << 20 }],
]) {
  const input = Uint8Array.from({ length: bytes }, (_, at) => at % 2 ? next() & 15 : (at >> 6) & 255);
  const packed = zstdCompressSync(input, options);
  const { buffer, engine } = zstdDecompressSync(packed, { info: true });
  console.log(`${name}: read ${buffer.length === bytes}, unused ${packed.length - engine.bytesWritten}`);
}
SCRIPT
node_modules/.bin/deno run --quiet frames.mjs | tee seen
grep -qx "one piece: read true, unused 0" seen
grep -qx "several pieces: read true, unused 9" seen
grep -qx "a piece of 1 MiB: read true, unused 0" seen
