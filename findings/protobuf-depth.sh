#!/bin/sh
# Guess: what an implementation of protobuf writes it reads, what it reads as JSON it reads as bytes, and 100
# levels are 100 levels.
# Found: of lists in google.protobuf.Value (two messages a level) protobuf-es 2.17.0 writes 51 and reads 49
# from bytes, yet 51 from JSON; Python's protobuf 7.36.2 reads 50 from bytes and 49 from JSON. A tree of 50
# that protobuf-es writes is for Python to read as bytes and not as JSON, for protobuf-es itself as JSON and
# not as bytes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install protobuf==7.36.2
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/protobuf@2.17.0
cat >try.mjs <<'NODE'
import { create, fromBinary, fromJson, toBinary } from "@bufbuild/protobuf";
import { ValueSchema as Value } from "@bufbuild/protobuf/wkt";
const build = (depth) => {
  let value = create(Value, { kind: { case: "boolValue", value: true } });
  for (let i = 0; i < depth; i++) value = create(Value, { kind: { case: "listValue", value: { values: [value] } } });
  return toBinary(Value, value);
};
const nested = (depth) => JSON.parse("[".repeat(depth) + "true" + "]".repeat(depth));
const works = (call) => { try { call(); return "yes"; } catch { return "no"; } };
for (const depth of [49, 50, 51]) {
  console.log("protobuf-es", depth, "writes", works(() => build(depth)),
    "reads", works(() => fromBinary(Value, build(depth))), "JSON", works(() => fromJson(Value, nested(depth))));
}
NODE
node try.mjs | tee seen
venv/bin/python - <<'PYTHON' | tee -a seen
from google.protobuf import json_format, struct_pb2
def build(depth):
    value = struct_pb2.Value(bool_value=True)
    for _ in range(depth):
        value = struct_pb2.Value(list_value=struct_pb2.ListValue(values=[value]))
    return value.SerializeToString()
def works(call):
    try:
        call()
        return "yes"
    except Exception:
        return "no"
for depth in 49, 50, 51:
    json = "[" * depth + "true" + "]" * depth
    print("Python", depth, "writes", works(lambda: build(depth)), "reads",
          works(lambda: struct_pb2.Value.FromString(build(depth))),
          "JSON", works(lambda: json_format.Parse(json, struct_pb2.Value())))
PYTHON
cat >wanted <<'END'
protobuf-es 49 writes yes reads yes JSON yes
protobuf-es 50 writes yes reads no JSON yes
protobuf-es 51 writes yes reads no JSON yes
Python 49 writes yes reads yes JSON yes
Python 50 writes yes reads yes JSON no
Python 51 writes no reads no JSON no
END
cmp seen wanted
