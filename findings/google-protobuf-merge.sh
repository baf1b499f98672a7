#!/bin/sh
# Guess: a message field that comes twice on the wire is merged, so that the concatenation of two messages is
# their merge (the protobuf encoding guide says so of every implementation).
# Found: Google's own google-protobuf 4.0.3 for JavaScript keeps the second alone: a list of [null] and one of
# [true] give [true]. protobuf-es 2.17.0 and Python's protobuf 7.36.2 give [null, true].
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install protobuf==7.36.2
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/protobuf@2.17.0 google-protobuf@4.0.3
cat >read.mjs <<'NODE'
import { fromBinary, toJsonString } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
const bytes = Buffer.from("32040a020800" + "32040a022001", "hex");
console.log("google-protobuf", JSON.stringify(struct.Value.deserializeBinary(new Uint8Array(bytes)).toJavaScript()));
console.log("protobuf-es", toJsonString(ValueSchema, fromBinary(ValueSchema, bytes)));
NODE
node read.mjs | tee seen
venv/bin/python - <<'PYTHON' | tee -a seen
from google.protobuf import json_format, struct_pb2
value = struct_pb2.Value.FromString(bytes.fromhex("32040a020800" "32040a022001"))
print("Python", json_format.MessageToJson(value, indent=None))
PYTHON
cat >wanted <<'END'
google-protobuf [true]
protobuf-es [null,true]
Python [null, true]
END
cmp seen wanted
