#!/bin/sh
# Guess: a 64-bit field of protobufjs takes a BigInt wherever it takes a number, or refuses it.
# Found: protobufjs 8.8.1 converts it in `fromObject`. In `encode` of an object or of what `create` made, which is the shorter way
# and takes numbers, Long and strings, any BigInt is written as 0, without a word. `verify`, which is there to be asked
# before, calls it wrong.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts protobufjs@8.8.1 long@5.3.2
cat >write.cjs <<'SCRIPT'
const Long = require("long");
const { parse } = require("protobufjs");
const types = ["int64", "uint64", "sint64", "fixed64", "sfixed64"];
for (const type of types) {
  const M = parse(`syntax = "proto3"; message M { ${type} v = 1; }`).root.lookupType("M");
  const written = (message) => {
    try {
      return String(M.toObject(M.decode(M.encode(message).finish()), { longs: String, defaults: true }).v);
    } catch (error) {
      return error.name;
    }
  };
  const seen = [5, Long.fromString("5"), "5", 5n].map((v) => written({ v }));
  seen.push(written(M.create({ v: 5n })), written(M.fromObject({ v: 5n })), M.verify({ v: 5n }));
  console.log(`${type}:`, ...seen);
}
SCRIPT
node write.cjs | tee seen
cat >wanted <<'END'
int64: 5 5 5 0 0 5 v: integer|Long expected
uint64: 5 5 5 0 0 5 v: integer|Long expected
sint64: 5 5 5 0 0 5 v: integer|Long expected
fixed64: 5 5 5 0 0 5 v: integer|Long expected
sfixed64: 5 5 5 0 0 5 v: integer|Long expected
END
cmp seen wanted
