#!/bin/sh
# Guess: every IPv6 library reads `::2:3:4:5:6:7:8`, where `::` stands for a single group of zeros (RFC 4291,
# section 2.2).
# Found: npm's ip 2.0.1 loses the last group without an error: its buffer is that of ::2:3:4:5:6:7, another
# address. It also writes 0:0:1:0:0:0:0:0 with the shorter run of zeros cut out, against RFC 5952, section
# 4.2.3. ipaddr.js 2.5.0 and Python's ipaddress do both rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ip@2.0.1 ipaddr.js@2.5.0
cat >read.mjs <<'NODE'
import ip from "ip";
import ipaddr from "ipaddr.js";
for (const text of ["::2:3:4:5:6:7:8", "0:0:1:0:0:0:0:0"]) {
  console.log(text, ip.toString(ip.toBuffer(text)), ip.toBuffer(text).toString("hex"), ipaddr.parse(text).toString());
}
NODE
node read.mjs | tee seen
cat >wanted <<'END'
::2:3:4:5:6:7:8 ::2:3:4:5:6:7 00000000000200030004000500060007 0:2:3:4:5:6:7:8
0:0:1:0:0:0:0:0 ::1:0:0:0:0:0 00000000000100000000000000000000 0:0:1::
END
cmp seen wanted
