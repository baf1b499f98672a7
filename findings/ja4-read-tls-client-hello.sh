#!/bin/sh
# Guess: two JA4 libraries give one client one fingerprint.
# Found: read-tls-client-hello 2.0.0 takes the mere presence of supported_versions for TLS 1.3, so that a client
# that offers 1.2 and 1.1 in it is `t13…`; JA4's rule is the highest version offered. For a hello without
# extensions it gives the start of SHA-256 of nothing, e3b0c44298fc, where the rule wants twelve zeros.
# ja4plus 1.4.0 follows the rule in both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund read-tls-client-hello@2.0.0
python3 -m venv venv
venv/bin/pip -q install ja4plus==1.4.0
cat >hello.py <<'PYTHON'
from ja4plus.fingerprinters.ja4 import generate_ja4
from ja4plus.utils.tls_utils import parse_tls_handshake
def counted(data, octets):
    return len(data).to_bytes(octets, "big") + data
def hello(extensions):
    body = (bytes.fromhex("0303") + bytes(32) + counted(b"", 1) + counted(bytes.fromhex("c02fc030"), 2)
            + counted(bytes(1), 1) + counted(extensions, 2))
    return bytes.fromhex("160301") + counted(b"\x01" + counted(body, 3), 2)
versions = lambda *offered: bytes.fromhex("002b") + counted(counted(b"".join(offered), 1), 2)
for name, extensions in (("13-and-12", versions(b"\x03\x04", b"\x03\x03")),
                         ("12-and-11", versions(b"\x03\x03", b"\x03\x02")), ("none", b"")):
    record = hello(extensions)
    open(name + ".bin", "wb").write(record)
    print("ja4plus", name, generate_ja4(parse_tls_handshake(record)))
PYTHON
venv/bin/python hello.py 2>/dev/null >seen
cat >hello.mjs <<'SCRIPT'
import { createReadStream } from "node:fs";
import { getTlsFingerprintAsJa4 } from "read-tls-client-hello";
for (const name of ["13-and-12", "12-and-11", "none"]) {
  console.log("read-tls-client-hello", name, await getTlsFingerprintAsJa4(createReadStream(`${name}.bin`)));
}
SCRIPT
node hello.mjs >>seen
cat seen
cat >wanted <<'END'
ja4plus 13-and-12 t13i020100_04659ec43a24_b9a491fefe05
ja4plus 12-and-11 t12i020100_04659ec43a24_b9a491fefe05
ja4plus none t12i020000_04659ec43a24_000000000000
read-tls-client-hello 13-and-12 t13i020100_04659ec43a24_b9a491fefe05
read-tls-client-hello 12-and-11 t13i020100_04659ec43a24_b9a491fefe05
read-tls-client-hello none t12i020000_04659ec43a24_e3b0c44298fc
END
cmp seen wanted
