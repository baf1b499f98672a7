#!/bin/sh
# Guess: all implementations of protobuf's JSON print a `float` of 0.1 as 0.1, the shortest that reads back as
# that float.
# Found: protobuf-es 2.17.0 prints it as the double it is in JavaScript, 0.10000000149011612, and -0 as 0;
# Python's protobuf 7.36.2 prints 0.1 and -0.0. Equal messages have unequal JSON, and one round trip through
# protobuf-es's JSON loses the sign of zero.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install protobuf==7.36.2
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/protobuf@2.17.0
cat >read.mjs <<'NODE'
import { fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { FloatValueSchema as Float } from "@bufbuild/protobuf/wkt";
for (const hex of ["0dcdcccc3d", "0d00000080"]) {
  const json = toJsonString(Float, fromBinary(Float, Buffer.from(hex, "hex")));
  console.log("protobuf-es", json, Buffer.from(toBinary(Float, fromJsonString(Float, json))).toString("hex") || "empty");
}
NODE
node read.mjs | tee seen
venv/bin/python - <<'PYTHON' | tee -a seen
from google.protobuf import json_format
from google.protobuf.wrappers_pb2 import FloatValue
for wire in "0dcdcccc3d", "0d00000080":
    json = json_format.MessageToJson(FloatValue.FromString(bytes.fromhex(wire)))
    print("Python", json, json_format.Parse(json, FloatValue()).SerializeToString().hex())
PYTHON
cat >wanted <<'END'
protobuf-es 0.10000000149011612 0dcdcccc3d
protobuf-es 0 empty
Python 0.1 0dcdcccc3d
Python -0.0 0d00000080
END
cmp seen wanted
