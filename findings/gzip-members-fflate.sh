#!/bin/sh
# Guess: gunzipSync of a gzip file in several members (what `cat a.gz b.gz` makes; RFC 1952, section 2.2)
# gives either all of them or the first one whole, and zeros behind the last member, as tape blocks have them,
# do no harm.
# Found: fflate 0.8.3 takes the last four bytes of the file for the size of the output and stops there: with
# members of 100 and 4 bytes it gives 4 bytes, *of the first*; with zeros behind it gives nothing. No error.
# Its own streaming Gunzip and pako 3.0.3 give all members; gzip(1) and Python skip the zeros.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fflate@0.8.3 pako@3.0.3
cat >read.mjs <<'NODE'
import { gzipSync } from "node:zlib";
import { Gunzip, gunzipSync } from "fflate";
import { ungzip } from "pako";
const long = gzipSync("a".repeat(100)), short = gzipSync("tiny");
const two = Buffer.concat([long, short]), padded = Buffer.concat([long, Buffer.alloc(512)]);
const text = (bytes) => Buffer.from(bytes).toString();
console.log("fflate two:", text(gunzipSync(two)));
console.log("fflate padded:", gunzipSync(padded).length);
const parts = [];
new Gunzip((part) => parts.push(part)).push(two, true);
console.log("fflate streaming two:", Buffer.concat(parts).length);
console.log("pako two:", ungzip(two).length, "padded:", ungzip(padded).length);
NODE
node read.mjs | tee seen
cat >wanted <<'END'
fflate two: aaaa
fflate padded: 0
fflate streaming two: 104
pako two: 104 padded: 100
END
cmp seen wanted
