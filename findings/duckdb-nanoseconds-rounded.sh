#!/bin/sh
# Guess: date_trunc, year and a cast to DATE cut a time off, so that each packet is in the second, hour and day in which it was seen.
# Found: DuckDB 2.0.1 first makes microseconds of a TIMESTAMP_NS, by rounding: the last 500 ns of a second, an hour, a year are counted to
# the next one. hour() does not round, so that one time is of 2026 at hour 23. A difference is one of rounded times: 1 us for
# 800 ns, nothing for 99. Of TIMESTAMPTZ_NS (what a Parquet column of nanoseconds in UTC becomes) parts are right, casts to
# TIMESTAMPTZ are rounded, and "-" is missing; epoch_ns(b) - epoch_ns(a) is exact for both. Text is cut, not rounded.
set -eu
export TZ=UTC
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install duckdb==2.0.1
venv/bin/python - <<'PYTHON' >seen
import duckdb
duckdb.sql("SET TimeZone = 'UTC'")
def show(name, *expressions):
    rows = duckdb.sql("SELECT " + ", ".join(f"({each})::VARCHAR" for each in expressions)).fetchall()
    print(name + ":", " | ".join(rows[0]))
PARTS = "date_trunc('second', {0})", "time_bucket(INTERVAL 1 HOUR, {0})", "year({0})", "hour({0})", "dayname({0})", "epoch_ns({0})"
LAST = "'2025-12-31 23:59:59.9999995Z'"
for kind in "TIMESTAMP_NS", "TIMESTAMPTZ_NS":
    show(kind, *[each.format(f"{LAST}::{kind}") for each in PARTS])
show("casts", *[f"{LAST}::{kind}::{other}" for kind in ("TIMESTAMP_NS", "TIMESTAMPTZ_NS") for other in ("DATE", "TIMESTAMPTZ")])
show("text", f"{LAST}::TIMESTAMPTZ")
A, B, C = (f"'2026-01-01 00:00:00.000000{nanoseconds}'::TIMESTAMP_NS" for nanoseconds in ("100", "900", "999"))
show("differences", f"{B} - {A}", f"{C} - {B}", f"epoch_ns({B}) - epoch_ns({A})")
try:
    duckdb.sql(f"SELECT {LAST}::TIMESTAMPTZ_NS - {LAST}::TIMESTAMPTZ_NS")
except duckdb.BinderException:
    print("TIMESTAMPTZ_NS - TIMESTAMPTZ_NS: BinderException")
PYTHON
cat seen
cat >wanted <<'END'
TIMESTAMP_NS: 2026-01-01 00:00:00 | 2026-01-01 00:00:00 | 2026 | 23 | Thursday | 1767225599999999500
TIMESTAMPTZ_NS: 2025-12-31 23:59:59+00 | 2025-12-31 23:00:00+00 | 2025 | 23 | Wednesday | 1767225599999999500
casts: 2026-01-01 | 2026-01-01 00:00:00+00 | 2025-12-31 | 2026-01-01 00:00:00+00
text: 2025-12-31 23:59:59.999999+00
differences: 00:00:00.000001 | 00:00:00 | 800
TIMESTAMPTZ_NS - TIMESTAMPTZ_NS: BinderException
END
cmp seen wanted
