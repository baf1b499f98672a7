#!/bin/sh
# Guess: pyarrow's JSON reader gives a 64-bit number as an integer, or raises an error: Arrow has uint64.
# Found: pyarrow 26.0.1 makes a whole column float64 as soon as one number in it is above 2^63 - 1, without a
# word: counters and ids of the other lines lose their last digits, too. Polars 2.1.0 (Int128) and DuckDB
# 2.0.1 (HUGEINT) keep them; so does pyarrow with an explicit schema.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
cat >read.py <<'PYTHON'
import duckdb, polars, pyarrow, pyarrow.json
with open("ids.ndjson", "w") as f:
    f.write('{"id":18446744073709551615}\n{"id":9007199254740993}\n')
table = pyarrow.json.read_json("ids.ndjson")
print("pyarrow", table.schema.field("id").type, table["id"].to_pylist())
schema = pyarrow.json.ParseOptions(explicit_schema=pyarrow.schema({"id": pyarrow.uint64()}))
table = pyarrow.json.read_json("ids.ndjson", parse_options=schema)
print("pyarrow with a schema", table.schema.field("id").type, table["id"].to_pylist())
frame = polars.read_ndjson("ids.ndjson")
print("Polars", frame["id"].dtype, frame["id"].to_list())
print("DuckDB", *duckdb.sql("select typeof(id), id from 'ids.ndjson'").fetchall())
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
pyarrow double [1.8446744073709552e+19, 9007199254740992.0]
pyarrow with a schema uint64 [18446744073709551615, 9007199254740993]
Polars Int128 [18446744073709551615, 9007199254740993]
DuckDB ('HUGEINT', 18446744073709551615) ('HUGEINT', 9007199254740993)
END
cmp seen wanted
