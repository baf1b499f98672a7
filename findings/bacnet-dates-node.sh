#!/bin/sh
# Guess: libraries give BACnet's dates and times as they are on the wire, and with them what a schedule is made of: "any" (255)
# in place of a year, month, day or part of a time, odd and even months (13, 14), the last day of a month (32).
# Found: node-bacnet 0.2.4 gives each date a month late and writes it a month early, January as month 0, which there is not; it
# calculates with 255 as with a number: "every December" is 11 September 2156. @bacnet-js/client 3.3.2, its relative,
# has the months right; what is not one day is 1 January 1900 for it, "every December" and "the last of each month"
# alike, and 23:any is 3:19:15 on the next day. Python's bacpypes3 0.0.110 keeps all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-bacnet@0.2.4 @bacnet-js/client@3.3.2
python3 -m venv venv
venv/bin/pip -q install bacpypes3==0.0.110
cat >read.py <<'PYTHON'
from bacpypes3.pdu import PDUData
from bacpypes3.primitivedata import Date, TagList, Time
for kind, value in (Date, "a47c0c1f02"), (Date, "a4ff0cffff"), (Date, "a4ffff20ff"), (Time, "b4170500ff"), (Time, "b417ffffff"):
    print(f"bacpypes3 {value}: {kind.decode(TagList.decode(PDUData(bytes.fromhex(value))))}")
PYTHON
venv/bin/python read.py | tee seen
cat >read.cjs <<'SCRIPT'
const text = (at) => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()} ${at.toLocaleTimeString("en-GB")}`;
for (const [name, decoder] of [["node-bacnet", "node-bacnet/lib/asn1.js"], ["@bacnet-js/client", "@bacnet-js/client/dist/lib/asn1.js"]]) {
  const { bacappDecodeApplicationData, encodeApplicationDate } = require(decoder);
  for (const hex of ["a47c0c1f02", "a4ff0cffff", "a4ffff20ff", "b4170500ff", "b417ffffff"]) {
    const bytes = Buffer.from(hex, "hex");
    console.log(`${name} ${hex}: ${text(bacappDecodeApplicationData(bytes, 0, bytes.length, 0, 0).value)}`);
  }
  const written = { buffer: Buffer.alloc(10), offset: 0 };
  encodeApplicationDate(written, new Date(2024, 0, 31));
  console.log(`${name} 2024-1-31: ${written.buffer.toString("hex", 0, written.offset)}`);
}
SCRIPT
node read.cjs | tee -a seen
cat >wanted <<'END'
bacpypes3 a47c0c1f02: 2024-12-31 tue
bacpypes3 a4ff0cffff: *-12-* *
bacpypes3 a4ffff20ff: *-*-last *
bacpypes3 b4170500ff: 23:05:00.*
bacpypes3 b417ffffff: 23:*:*.*
node-bacnet a47c0c1f02: 2025-1-31 00:00:00
node-bacnet a4ff0cffff: 2156-9-11 00:00:00
node-bacnet a4ffff20ff: 2176-5-2 00:00:00
node-bacnet b4170500ff: 1901-2-1 23:05:00
node-bacnet b417ffffff: 1901-2-2 03:19:15
node-bacnet 2024-1-31: a47c001f03
@bacnet-js/client a47c0c1f02: 2024-12-31 00:00:00
@bacnet-js/client a4ff0cffff: 1900-1-1 00:00:00
@bacnet-js/client a4ffff20ff: 1900-1-1 00:00:00
@bacnet-js/client b4170500ff: 1900-1-1 23:05:00
@bacnet-js/client b417ffffff: 1900-1-2 03:19:15
@bacnet-js/client 2024-1-31: a47c011f03
END
cmp seen wanted
