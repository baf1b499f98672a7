#!/bin/sh
# Guess: a Parquet reader hands over a BYTE_ARRAY without the String annotation as bytes, and a time in
# nanoseconds without loss.
# Found: hyparquet 1.33.0 decodes such columns as UTF-8, with U+FFFD for what is none (ff00 is lost), unless
# told `utf8: false`, by which annotated text stays text; fixed-length arrays are bytes always. Times in
# micro- and nanoseconds become Dates, cut *towards zero*: the nanosecond before 1970 is dated 1970. Wide
# decimals become doubles.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install pyarrow==26.0.1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet@1.33.0
venv/bin/python - <<'PYTHON'
import decimal, pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({
    "bytes": pa.array([b"\xff\0"], pa.binary()),
    "fixed": pa.array([b"\xff\0"], pa.binary(2)),
    "text": pa.array(["a"]),
    "before": pa.array([-1], pa.timestamp("ns", "UTC")),
    "decimal": pa.array([decimal.Decimal("12345678901234567890.12")], pa.decimal128(30, 2)),
}), "odd.parquet")
PYTHON
cat >read.mjs <<'NODE'
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
const file = await asyncBufferFromFile("odd.parquet");
const show = (value) => value instanceof Uint8Array ? Buffer.from(value).toString("hex") : JSON.stringify(value);
for (const utf8 of [undefined, false]) {
  const [row] = await parquetReadObjects({ file, utf8 });
  console.log(Object.entries(row).map(([name, value]) => `${name} ${show(value)}`).join(", "));
}
NODE
node read.mjs | tee seen
cat >wanted <<'END'
bytes "�\u0000", fixed ff00, text "a", before "1970-01-01T00:00:00.000Z", decimal 12345678901234567000
bytes ff00, fixed ff00, text "a", before "1970-01-01T00:00:00.000Z", decimal 12345678901234567000
END
cmp seen wanted
