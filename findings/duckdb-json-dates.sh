#!/bin/sh
# Guess: DuckDB takes a text in JSON for a date where it looks like one (ISO 8601), and what it takes it keeps.
# Found: in DuckDB 2.0.1 three small numbers with hyphens are a date: "0-1-2", which is how JA3 writes a
# client's point formats, becomes 2000-01-02, unless another line holds something that is no date.
# A time with nanoseconds stays text without a zone; with a `Z` it becomes a time in microseconds, cut off.
# `columns = {…: 'VARCHAR'}` keeps both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install duckdb==2.0.1
cat >read.py <<'PYTHON'
import duckdb, json
def read(*texts, options=""):
    with open("text.ndjson", "w") as f:
        f.writelines(json.dumps({"text": text}) + "\n" for text in texts)
    rows = duckdb.sql(f"select typeof(text), text::varchar from read_json('text.ndjson'{options})").fetchall()
    print(", ".join(f"{kind} {text}" for kind, text in rows))
duckdb.sql("set timezone = 'UTC'")
read("0-1-2")
read("0-1-2", "0")
read("2020-09-13T12:26:40.123456789")
read("2020-09-13T12:26:40.123456789Z")
read("0-1-2", options=", columns = {text: 'VARCHAR'}")
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
DATE 2000-01-02
VARCHAR 0-1-2, VARCHAR 0
VARCHAR 2020-09-13T12:26:40.123456789
TIMESTAMP WITH TIME ZONE 2020-09-13 12:26:40.123456+00
VARCHAR 0-1-2
END
cmp seen wanted
