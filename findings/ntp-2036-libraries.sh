#!/bin/sh
# Guess: libraries that read NTP take a timestamp of era 1, which begins on 7 February 2036, for one: RFC 4330,
# section 3, has the first bit tell the eras apart until 2104 (1968 is its other end).
# Found: ntplib 0.4.0 and npm's ntp-packet-parser 0.5.0 give January 1900. tshark gives 2036.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >npm.log
npm install --silent ntp-packet-parser@0.5.0 >npm.log
python3 -m venv venv
venv/bin/pip -q install ntplib==0.4.0
cat >read.py <<'PYTHON'
import ntplib, struct
from datetime import datetime, timedelta
message = struct.pack(">BBBb11I", 0x24, 1, 6, -20, *[0] * 9, 16, 1 << 31)
open("message", "wb").write(message)
stats = ntplib.NTPStats()
stats.from_data(message)
print("ntplib", datetime(1970, 1, 1) + timedelta(seconds=stats.tx_time))
datagram = struct.pack(">4H", 123, 123, 56, 0) + message
packet = struct.pack(">BBHHHBBH8s", 0x45, 0, 76, 0, 0, 64, 17, 0, bytes([192, 0, 2, 1, 192, 0, 2, 2])) + datagram
open("in.pcap", "wb").write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + struct.pack("<4I", 2085978512, 0, 76, 76) + packet)
PYTHON
cat >read.mjs <<'JS'
import { readFileSync } from "node:fs";
import { NtpPacketParser } from "ntp-packet-parser";
console.log("ntp-packet-parser", NtpPacketParser.parse(readFileSync("message")).transmitTimestamp.toISOString());
JS
{
  venv/bin/python read.py
  node read.mjs
  echo "tshark $(tshark -r in.pcap -T fields -e ntp.xmt 2>tshark.log)"
} | tee seen
cat >wanted <<'END'
ntplib 1900-01-01 00:00:16.500000
ntp-packet-parser 1900-01-01T00:00:16.500Z
tshark Feb  7, 2036 06:28:32.500000000 UTC
END
cmp seen wanted
