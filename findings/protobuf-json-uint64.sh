#!/bin/sh
# Guess: a 64-bit integer in protobuf's JSON may be a number or text, with an exponent in both (so the table of types
# in the description of ProtoJSON), and readers take all of them.
# Found: protobuf-es 2.17.0 rounds the number 9007199254740993 to …992 without a word, although it knows the field
# is a uint64 and raises an error above 2^64; the texts "1e3" and "1.0", which it takes for an int32, it refuses
# for a uint64. Python's protobuf 7.36.2 reads all of them exactly. Text of plain digits is safe in both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/protobuf@2.17.0
python3 -m venv venv
venv/bin/pip -q install protobuf==7.36.2
cat >cases <<'END'
UInt64Value "9007199254740993"
UInt64Value 9007199254740993
UInt64Value 1e3
UInt64Value "1e3"
UInt64Value "1.0"
Int32Value "1e3"
Int32Value "1.0"
END
cat >read.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { fromJsonString } from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
for (const line of readFileSync("cases", "utf8").trim().split("\n")) {
  const [type, json] = line.split(" ");
  let value = "refused";
  try {
    value = fromJsonString(wkt[`${type}Schema`], json).value;
  } catch { /* said so */ }
  console.log("protobuf-es", line, "->", `${value}`);
}
SCRIPT
cat >read.py <<'PYTHON'
from google.protobuf import json_format, wrappers_pb2
for line in open("cases").read().splitlines():
    kind, text = line.split()
    print("Python", line, "->", json_format.Parse(text, getattr(wrappers_pb2, kind)()).value)
PYTHON
node read.mjs >seen
venv/bin/python read.py >>seen
cat seen
cat >wanted <<'END'
protobuf-es UInt64Value "9007199254740993" -> 9007199254740993
protobuf-es UInt64Value 9007199254740993 -> 9007199254740992
protobuf-es UInt64Value 1e3 -> 1000
protobuf-es UInt64Value "1e3" -> refused
protobuf-es UInt64Value "1.0" -> refused
protobuf-es Int32Value "1e3" -> 1000
protobuf-es Int32Value "1.0" -> 1
Python UInt64Value "9007199254740993" -> 9007199254740993
Python UInt64Value 9007199254740993 -> 9007199254740993
Python UInt64Value 1e3 -> 1000
Python UInt64Value "1e3" -> 1000
Python UInt64Value "1.0" -> 1
Python Int32Value "1e3" -> 1000
Python Int32Value "1.0" -> 1
END
cmp seen wanted
