#!/bin/sh
# Guess: apache-arrow for JavaScript gives 64-bit values exactly, as BigInt, and takes them so.
# Found: apache-arrow 21.2.0 does for uint64, durations and times of day, but a timestamp is a number of milliseconds
# whatever its unit: its nanoseconds are rounded off, and get() is the only way but the raw buffer. A decimal
# prints without its scale (-150 for -1.50). tableFromArrays takes every BigInt array for int64: 2^64 - 1
# comes back as -1. pyarrow 26.0.1 writes and reads them rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund apache-arrow@21.2.0
python3 -m venv venv
venv/bin/pip -q install pyarrow==26.0.1
cat >write.py <<'PYTHON'
import decimal, pyarrow as pa
nanoseconds = 1_600_000_000_123_456_789
table = pa.table({
    "timestamp": pa.array([nanoseconds], pa.timestamp("ns", "UTC")),
    "duration": pa.array([nanoseconds], pa.duration("ns")),
    "uint64": pa.array([2**64 - 1], pa.uint64()),
    "decimal": pa.array([decimal.Decimal("-1.50")], pa.decimal128(10, 2)),
})
with pa.ipc.new_file("values.arrow", table.schema) as writer:
    writer.write(table)
back = pa.ipc.open_file("values.arrow").read_all()
print("pyarrow", back["timestamp"].cast(pa.int64())[0], back["uint64"][0], back["decimal"][0])
PYTHON
venv/bin/python write.py >seen
cat >read.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { tableFromArrays, tableFromIPC } from "apache-arrow";
const table = tableFromIPC(readFileSync("values.arrow"));
for (const { name } of table.schema.fields) {
  const value = table.getChild(name).get(0);
  console.log(name, typeof value, `${value}`);
}
console.log("tableFromArrays", `${tableFromArrays({ id: [1n, 2n ** 64n - 1n] }).getChild("id").get(1)}`);
SCRIPT
node read.mjs >>seen
cat seen
cat >wanted <<'END'
pyarrow 1600000000123456789 18446744073709551615 -1.50
timestamp number 1600000000123.4568
duration bigint 1600000000123456789
uint64 bigint 18446744073709551615
decimal object -150
tableFromArrays -1
END
cmp seen wanted
