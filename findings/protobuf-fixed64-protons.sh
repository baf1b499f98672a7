#!/bin/sh
# Guess: a protobuf library that gives uint64 as an unsigned BigInt does so for fixed64, which differs in its bytes alone.
# Found: protons-runtime 8.0.1 reads fixed64 as sfixed64: 2^64 - 1 is -1n, as a number and as text, too, and what it writes itself
# comes back negative from 2^63 on: hashes, identifiers, addresses of devices. uint64 and fixed32 are right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts protons-runtime@8.0.1
cat >read.mjs <<'SCRIPT'
import { reader, writer } from "protons-runtime";
for (const [value, kind] of [[2n ** 63n - 1n, "fixed64"], [2n ** 64n - 1n, "fixed64"], [2n ** 64n - 1n, "uint64"]]) {
  const out = writer();
  out[kind](value);
  const bytes = out.finish();
  console.log(kind, value, Buffer.from(bytes).toString("hex"), reader(bytes)[kind](), reader(bytes)[kind + "String"]());
}
console.log("fixed32", reader(new Uint8Array(4).fill(255)).fixed32());
SCRIPT
node read.mjs | tee seen
cat >wanted <<'END'
fixed64 9223372036854775807n ffffffffffffff7f 9223372036854775807n 9223372036854775807
fixed64 18446744073709551615n ffffffffffffffff -1n -1
uint64 18446744073709551615n ffffffffffffffffff01 18446744073709551615n 18446744073709551615
fixed32 4294967295
END
cmp seen wanted
