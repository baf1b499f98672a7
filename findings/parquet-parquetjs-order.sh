#!/bin/sh
# Guess: a query of a Parquet file gives the same rows whether its reader uses the row groups' statistics or not.
# Found: not for text from @dsnp/parquetjs 1.8.9 and parquetjs-lite 0.8.7. They pick a column's smallest and
# largest text by JavaScript's `<`, which goes by UTF-16 units; Parquet's order is that of the UTF-8 bytes.
# The two differ where a character above U+FFFF (here U+20BB7, in a name) meets one of U+E000 to U+FFFF (a
# fullwidth letter). DuckDB 2.0.1 then leaves the row out, and finds it once it must not use statistics;
# pyarrow 26.0.1 does not trust them. hyparquet-writer 0.17.0 compares bytes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @dsnp/parquetjs@1.8.9 parquetjs-lite@0.8.7 hyparquet-writer@0.17.0
python3 -m venv venv
venv/bin/pip -q install duckdb==2.0.1 pyarrow==26.0.1
cat >write.mjs <<'SCRIPT'
import { parquetWriteFile } from "hyparquet-writer";
const names = ["\u{20BB7}", "\uff21", "a"];
for (const library of ["@dsnp/parquetjs", "parquetjs-lite"]) {
  const { default: parquet } = await import(library);
  const schema = new parquet.ParquetSchema({ name: { type: "UTF8" } });
  const writer = await parquet.ParquetWriter.openFile(schema, `${library.replace("@dsnp/", "dsnp-")}.parquet`);
  for (const name of names) await writer.appendRow({ name });
  await writer.close();
}
parquetWriteFile({ filename: "hyparquet-writer.parquet", columnData: [{ name: "name", data: names, type: "STRING" }] });
SCRIPT
node write.mjs
cat >read.py <<'PYTHON'
import duckdb, pyarrow.dataset
for library in ("dsnp-parquetjs", "parquetjs-lite", "hyparquet-writer"):
    file = library + ".parquet"
    rows = duckdb.sql(f"select count(*) from '{file}' where name = '\U00020bb7'").fetchall()[0][0]
    unaided = duckdb.sql(f"select count(*) filter (name = '\U00020bb7') from '{file}'").fetchall()[0][0]
    field = pyarrow.dataset.field("name")
    arrow = pyarrow.dataset.dataset(file).count_rows(filter=field == "\U00020bb7")
    print(f"{library}: DuckDB {rows}, without statistics {unaided}, pyarrow {arrow}")
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
dsnp-parquetjs: DuckDB 0, without statistics 1, pyarrow 1
parquetjs-lite: DuckDB 0, without statistics 1, pyarrow 1
hyparquet-writer: DuckDB 1, without statistics 1, pyarrow 1
END
cmp seen wanted
