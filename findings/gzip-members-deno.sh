#!/bin/sh
# Guess: DecompressionStream("gzip") reads what gunzip reads, a file of two members (RFC 1952, section 2.2)
# too.
# Found: the Compression Streams standard calls anything behind the first member an error, and Deno 2.9.5 does
# so, in the words "failed to write whole buffer", and hands over nothing of the first member either; Node's
# DecompressionStream of the same name gives both members, and so does node:zlib in either runtime.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >read.mjs <<'SCRIPT'
import { gunzipSync, gzipSync } from "node:zlib";
import { Buffer } from "node:buffer";
const two = Buffer.concat([gzipSync("a".repeat(100)), gzipSync("tiny")]);
const name = globalThis.Deno ? "Deno" : "Node";
let got = 0;
try {
  for await (const part of new Blob([two]).stream().pipeThrough(new DecompressionStream("gzip"))) got += part.length;
  console.log(name, got);
} catch (error) {
  console.log(name, got, error.name);
}
console.log(name, "node:zlib", gunzipSync(two).length);
SCRIPT
node read.mjs | tee seen
DENO_NO_UPDATE_CHECK=1 npx deno run read.mjs | tee -a seen
cat >wanted <<'END'
Node 104
Node node:zlib 104
Deno 0 TypeError
Deno node:zlib 104
END
cmp seen wanted
