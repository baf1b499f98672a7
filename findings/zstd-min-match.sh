#!/bin/sh
# Guess: of two zstd settings the higher level makes the smaller output; level 1 is the worst choice for size.
# Found: with zstd 1.5.7 (zstandard 0.25.0) level 1 with a minMatch of 4 beats each level up to 12 on columns of packet headers
# (times as differences, lengths, ports, addresses: numbers of two and four bytes): 109,519 bytes, where levels 1, 3 and 12 make
# 129,026, 119,707 and 116,526. Levels differ in how they search, and matches shorter than 7 (level 1), 6 (level 2) or
# 5 bytes (levels 3 to 12) are not looked for, though a repeated address is one of four.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install zstandard==0.25.0
cat >pack.py <<'PYTHON'
import random, struct
import zstandard
from zstandard import ZstdCompressionParameters, ZstdCompressor
random.seed(7)
PACKETS = 20_000
def column(size, values):
    return b"".join(value.to_bytes(size, "little") for value in values)
times = column(4, [int(random.expovariate(1 / 20_000)) for _ in range(PACKETS)])
lengths = column(1, [random.choice((40, 52, 60, 83, 220)) for _ in range(PACKETS)])
ports = [random.randrange(32_768, 61_000) for _ in range(60)]
flows = [random.choice(ports) for _ in range(PACKETS)]
columns = times + lengths + column(2, flows) + column(2, [443] * PACKETS) + column(4, [0xC0000200 + port % 250 for port in flows])
def packed(level, **options):
    return len(ZstdCompressor(compression_params=ZstdCompressionParameters.from_level(level, **options)).compress(columns))
levels = {level: packed(level) for level in (1, 2, 3, 6, 12)}
short = packed(1, min_match=4)
print("zstd", zstandard.ZSTD_VERSION, len(columns), levels, "level 1, minMatch 4:", short)
print("smaller than each level by", round(100 * (1 - short / min(levels.values()))), "% at least")
print("minMatch", *[ZstdCompressionParameters.from_level(level).min_match for level in (1, 2, 3, 6, 12)])
print(short < min(levels.values()) * 0.95)
PYTHON
venv/bin/python pack.py | tee seen
grep -qx True seen
