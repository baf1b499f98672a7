#!/bin/sh
# Guess: `dictionary` of node:zlib makes short messages small in Deno as in Node, or Deno says that it cannot.
# Found: Deno 2.9.5 takes the option for deflate, deflate-raw and zstd and leaves it unused when it packs: the output
# is as long as without, and no error says so. It does use it to unpack what Node packed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >pack.mjs <<'SCRIPT'
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as zlib from "node:zlib";
const message = Buffer.from("source destination protocol octets packets");
const dictionary = message;
for (const pack of ["deflateSync", "deflateRawSync", "zstdCompressSync"]) {
  if (!zlib[pack]) continue;
  console.log(pack, zlib[pack](message, { dictionary }).length < zlib[pack](message).length / 2 ? "smaller" : "no smaller");
}
if (!existsSync("packed")) writeFileSync("packed", zlib.deflateSync(message, { dictionary }));
try {
  console.log("inflateSync", `${zlib.inflateSync(readFileSync("packed"), { dictionary })}`);
} catch (error) {
  console.log("inflateSync", "error");
}
SCRIPT
node pack.mjs | sed 's/^/Node: /' | grep -v zstd >seen
DENO_NO_UPDATE_CHECK=1 npx deno run -A pack.mjs | sed 's/^/Deno: /' >>seen
cat seen
cat >wanted <<'END'
Node: deflateSync smaller
Node: deflateRawSync smaller
Node: inflateSync source destination protocol octets packets
Deno: deflateSync no smaller
Deno: deflateRawSync no smaller
Deno: zstdCompressSync no smaller
Deno: inflateSync source destination protocol octets packets
END
cmp seen wanted
