#!/bin/sh
# Guess: a zstd stream that begins with a skippable frame (RFC 8878, section 3.1.2; pzstd and seekable formats
# write such) is read like one without it, or refused.
# Found: python-zstandard 0.25.0's one-shot decompress takes the skippable frame's length for the size of the
# content: "decompressed 0 bytes; expected 5"; its decompressobj() and read_to_iter() take the skippable frame
# for the whole stream and end after nothing, without an error, though stream_reader() reads on. Deno 2.9.5's
# zstdDecompressSync and its stream give nothing and no error either. fzstd 0.1.1 and zstd(1) give the 60
# bytes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install zstandard==0.25.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5 fzstd@0.1.1
venv/bin/python - <<'PYTHON' | tee seen
import io, struct, zstandard
data = struct.pack("<II", 0x184D2A50, 5) + b"hello" + zstandard.ZstdCompressor().compress(b"first," * 10)
open("skip.zst", "wb").write(data)
reader = zstandard.ZstdDecompressor()
try:
    print("decompress", len(reader.decompress(data)))
except zstandard.ZstdError as error:
    print("decompress", error)
print("decompressobj", len(reader.decompressobj().decompress(data)))
print("read_to_iter", sum(map(len, reader.read_to_iter(io.BytesIO(data)))))
print("stream_reader", len(reader.stream_reader(io.BytesIO(data)).read()))
PYTHON
cat >read.mjs <<'SCRIPT'
import { createZstdDecompress, zstdDecompressSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { decompress } from "fzstd";
const data = readFileSync("skip.zst");
console.log("Deno sync", zstdDecompressSync(data).length);
let streamed = 0;
const stream = createZstdDecompress();
stream.end(data);
for await (const part of stream) streamed += part.length;
console.log("Deno stream", streamed);
console.log("fzstd", decompress(data).length);
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run -A read.mjs | tee -a seen
cat >wanted <<'END'
decompress decompression error: decompressed 0 bytes; expected 5
decompressobj 0
read_to_iter 0
stream_reader 60
Deno sync 0
Deno stream 0
fzstd 60
END
cmp seen wanted
