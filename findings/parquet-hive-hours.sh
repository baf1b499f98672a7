#!/bin/sh
# Guess: in folders as Hive names them (hour=07), a reader takes an hour for a number, or for text, whatever hours there are.
# Found: DuckDB 2.0.1 takes it for text where one of the folders read has a leading zero, and for a number where none has: the
# type of the column is another one in the morning than in the afternoon. pyarrow 26.0.1 takes it for a number always.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install duckdb==2.0.1 pyarrow==26.0.1
cat >hours.py <<'PYTHON'
import os
import duckdb
import pyarrow.dataset

SETS = {"morning": ["07"], "afternoon": ["12", "13"], "day": ["07", "12", "13"]}

for name, hours in SETS.items():
    for hour in hours:
        os.makedirs(f"{name}/hour={hour}")
        duckdb.sql(f"copy (select 1 as packets) to '{name}/hour={hour}/part.parquet' (format parquet)")
    rows = duckdb.sql(f"select distinct typeof(hour) from read_parquet('{name}/*/*.parquet', hive_partitioning = true)")
    dataset = pyarrow.dataset.dataset(name, partitioning="hive")
    print(name, "duckdb", rows.fetchall()[0][0], "pyarrow", dataset.schema.field("hour").type)
PYTHON
venv/bin/python hours.py | tee seen
cat >wanted <<'END'
morning duckdb VARCHAR pyarrow int32
afternoon duckdb BIGINT pyarrow int32
day duckdb VARCHAR pyarrow int32
END
cmp seen wanted
