#!/bin/sh
# Guess: what reads LZ4 frames reads all that the format's document lets a writer do: a checksum behind each block, several
# frames one after another, a skippable frame at the start, or it says what it does not read.
# Found: npm's lz4js 0.2.0 takes the checksum of a block for data: 11,507 octets of 12,000 come, wrong ones, and no error.
# lz4.frame.decompress() of Python's lz4 4.4.5 gives the first frame alone, and nothing if that is skippable, where open()
# of the same module and Debian's lz4 give all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund lz4js@0.2.0
python3 -m venv venv
venv/bin/pip -q install lz4==4.4.5
cat >frames.py <<'PYTHON'
import hashlib, lz4.frame, subprocess
text = b"hello world " * 1000
skippable = bytes.fromhex("502a4d1803000000") + b"abc"
files = {
    "plain": lz4.frame.compress(text),
    "block checksum": lz4.frame.compress(text, block_checksum=True),
    "two frames": lz4.frame.compress(text[:6000]) + lz4.frame.compress(text[6000:]),
    "skippable first": skippable + lz4.frame.compress(text),
}
def shown(data):
    return f"{len(data)}{'' if data == text[: len(data)] else ', other text'}"
script = """try { process.stdout.write(require("lz4js").decompress(require("node:fs").readFileSync("in.lz4"))) }
catch (error) { process.stdout.write("error: " + error.message) }"""
for name, data in files.items():
    open("in.lz4", "wb").write(data)
    with lz4.frame.open("in.lz4") as file:
        print(f"{name}: decompress {shown(lz4.frame.decompress(data))}, open {shown(file.read())},", end=" ")
    tool = subprocess.run(["lz4", "-dc", "in.lz4"], capture_output=True).stdout
    node = subprocess.run(["node", "-e", script], capture_output=True).stdout
    print(f"lz4 {shown(tool)}, lz4js {node.decode() if node[:5] == b'error' else shown(node)}")
PYTHON
venv/bin/python frames.py | tee seen
cat >wanted <<'END'
plain: decompress 12000, open 12000, lz4 12000, lz4js 12000
block checksum: decompress 12000, open 12000, lz4 12000, lz4js 11507, other text
two frames: decompress 6000, open 12000, lz4 12000, lz4js 6000
skippable first: decompress 0, open 12000, lz4 12000, lz4js error: invalid magic number
END
cmp seen wanted
