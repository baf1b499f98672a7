#!/bin/sh
# Guess: a number in NDJSON that does not fit the type that DuckDB took from the first lines raises an error,
# as a text, a new key or a 64-bit number there does, or is read as it is.
# Found: a fraction is rounded to an integer without a word in DuckDB 2.0.1, halves to the even one, once
# the 20,480 lines that it samples have only integers. `columns` or `sample_size = -1` keeps it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install duckdb==2.0.1
cat >read.py <<'PYTHON'
import duckdb
def read(last, options=""):
    with open("late.ndjson", "w") as f:
        f.write('{"seconds":1}\n' * 25_000 + last + "\n")
    try:
        values = duckdb.sql(f"select seconds from read_json('late.ndjson'{options})").fetchall()
        return values[-1][0]
    except duckdb.Error as error:
        return type(error).__name__
for last in ('{"seconds":2.5}', '{"seconds":3.6}', '{"seconds":"2.5"}', '{"seconds":2,"more":1}', '{"seconds":18446744073709551615}'):
    print(last, read(last))
print("sample_size = -1", read('{"seconds":2.5}', ", sample_size = -1"))
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
{"seconds":2.5} 2
{"seconds":3.6} 4
{"seconds":"2.5"} InvalidInputException
{"seconds":2,"more":1} InvalidInputException
{"seconds":18446744073709551615} InvalidInputException
sample_size = -1 2.5
END
cmp seen wanted
