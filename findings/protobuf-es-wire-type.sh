#!/bin/sh
# Guess: a parser that meets a known field number with another wire type than the schema's (a field that was
# fixed32 and is int32 now) treats it as an unknown field, as the wire format's makers do, or refuses the
# message.
# Found: protobuf-es 2.17.0 reads the bytes as if they were of the schema's type: here the first byte of four
# becomes the value 1 and the other three become a field 2 that nobody wrote. No error as long as the bytes
# happen to parse. Python's protobuf 7.36.2 and protobufjs 8.8.1 give 0; Python writes the unknown field back
# as it was.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install protobuf==7.36.2
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/protobuf@2.17.0 protobufjs@8.8.1
cat >read.mjs <<'NODE'
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Int32ValueSchema } from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
const bytes = Buffer.from("0d01108505", "hex");
const message = fromBinary(Int32ValueSchema, bytes);
console.log("protobuf-es", message.value, Buffer.from(toBinary(Int32ValueSchema, message)).toString("hex"));
const { root } = protobuf.parse('syntax = "proto3"; message Int32Value { int32 value = 1; }');
console.log("protobufjs", root.lookupType("Int32Value").decode(bytes).value);
NODE
node read.mjs | tee seen
venv/bin/python - <<'PYTHON' | tee -a seen
from google.protobuf.wrappers_pb2 import Int32Value
message = Int32Value.FromString(bytes.fromhex("0d01108505"))
print("Python", message.value, message.SerializeToString().hex())
PYTHON
cat >wanted <<'END'
protobuf-es 1 0801108505
protobufjs 0
Python 0 0d01108505
END
cmp seen wanted
