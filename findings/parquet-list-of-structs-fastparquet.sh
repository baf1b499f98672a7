#!/bin/sh
# Guess: fastparquet reads a list of structs, or says that it can't, as it does of a struct.
# Found: fastparquet 2026.9.0 gives None for each row of one, full or empty, without a word; a list of numbers
# and a map come back right. pyarrow wrote the file and reads it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install fastparquet==2026.9.0 pyarrow==26.0.1
cat >read.py <<'PYTHON'
import json, fastparquet, pyarrow as pa, pyarrow.parquet as pq
answer = pa.struct([("name", pa.string()), ("ttl", pa.int32())])
pq.write_table(pa.table({
    "answers": pa.array([[{"name": "a", "ttl": 1}, {"name": "b", "ttl": 2}], []], pa.list_(answer)),
    "types": pa.array([[1, 28], []], pa.list_(pa.int64())),
    "counts": pa.array([[("A", 1)], []], pa.map_(pa.string(), pa.int64())),
    "first": pa.array([{"name": "a", "ttl": 1}, None], answer),
}), "dns.parquet")
file = fastparquet.ParquetFile("dns.parquet")
for column in "answers", "types", "counts", "first":
    try:
        values = json.loads(file.to_pandas(columns=[column])[column].to_json(orient="values"))
        print(column, values)
    except ValueError as error:
        print(column, type(error).__name__)
print("pyarrow", pq.read_table("dns.parquet")["answers"].to_pylist())
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
answers [None, None]
types [[1, 28], []]
counts [{'A': 1}, {}]
first ValueError
pyarrow [[{'name': 'a', 'ttl': 1}, {'name': 'b', 'ttl': 2}], []]
END
cmp seen wanted
