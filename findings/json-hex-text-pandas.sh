#!/bin/sh
# Guess: text in JSON is text for pandas: that is what the quotation marks say.
# Found: read_json of pandas 3.1.1 makes a column of numbers of it where every text can be read as one, and hex
# digits often can: the session id "12e45678" is infinite, "00112233" is 112233, and a 64-bit number
# in quotation marks, as protobuf writes it, is a float64 beyond 2^63. `dtype=False` keeps the text; another line
# whose text is no number does so, too, so that it depends on the data. pyarrow 26.0.1 and DuckDB 2.0.1
# leave all of them text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install pandas==3.1.1 pyarrow==26.0.1 duckdb==2.0.1
cat >read.py <<'PYTHON'
import duckdb, json, pandas, pyarrow.json
def read(*texts, **options):
    with open("ids.ndjson", "w") as f:
        f.writelines(json.dumps({"id": text}) + "\n" for text in texts)
    print(*texts, "->", *pandas.read_json("ids.ndjson", lines=True, **options)["id"])
    assert pyarrow.json.read_json("ids.ndjson")["id"].to_pylist() == list(texts)
    assert duckdb.sql("select id from 'ids.ndjson'").fetchall() == [(text,) for text in texts]
read("12e45678")
read("00112233")
read("18446744073709551615")
read("12e45678", "deadbeef")
read("12e45678", dtype=False)
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
12e45678 -> inf
00112233 -> 112233
18446744073709551615 -> 1.8446744073709552e+19
12e45678 deadbeef -> 12e45678 deadbeef
12e45678 -> 12e45678
END
cmp seen wanted
