#!/bin/sh
# Guess: nfdump's CSV, made for machines, has the times that its lines for people have, to the millisecond.
# Found: nfdump 1.7.1 cuts `ts` and `te` to seconds and leaves the duration with its three digits: a flow of 1.5 seconds from
# 0.250 is from 0 to 1, and flows within a second lose their order. `tr`, when the collector got the flow, has
# milliseconds. `-o json`, `-o raw` and `-o fmt` have all.
set -eu
export TZ=UTC
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >write.py <<'PYTHON'
import struct
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second, micros in (0, 250_000), (1, 750_000):
        datagram = struct.pack(">4H", 1000, 9000, 28, 0) + bytes(20)
        header = struct.pack(">BBHHHBBH", 0x45, 0, 48, 0, 0, 64, 17, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2])
        data = bytes.fromhex("020000000002020000000001") + b"\x08\0" + header + datagram
        file.write(struct.pack("<4I", 1_600_000_200 + second, micros, len(data), len(data)) + data)
PYTHON
python3 write.py
mkdir flows
nfpcapd -r in.pcap -w flows >log 2>&1
{
  echo "fmt:" $(nfdump -R flows -q -o 'fmt:%ts %te %td')
  nfdump -R flows -o json | jq -r '.[] | "json: \(.first) \(.last)"'
  nfdump -R flows -o csv | sed -n '1,2s/^\(\([^,]*,\)\{3\}\).*/csv: \1/p'
  nfdump -R flows -o csv | sed -n '2s/.*,[^,]*\(\.[0-9]*\)$/digits of tr: \1/p' | sed 's/[0-9]/9/g'
} | tee seen
cat >wanted <<'END'
fmt: 2020-09-13 12:30:00.250 2020-09-13 12:30:01.750 00:00:01.500
json: 2020-09-13T12:30:00.250 2020-09-13T12:30:01.750
csv: ts,te,td,
csv: 2020-09-13 12:30:00,2020-09-13 12:30:01,1.500,
digits of tr: .999
END
cmp seen wanted
