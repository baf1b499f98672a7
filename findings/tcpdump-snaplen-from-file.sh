#!/bin/sh
# Guess: `tcpdump -r in -s 34 -w out` cuts the packets to 34 bytes, as the same option does live, so that payloads
# do not leave the house.
# Found: tcpdump 4.99.3 ignores -s when it reads from a file, without a word: out holds every byte, under a header
# that still says 65535. editcap -s 34 cuts and keeps the original lengths.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
frame = bytes.fromhex("020000000002 020000000001 0800"
                      "45000028000000004011 0000 0a000001 0a000002 0001 0002 0014 0000") + b"confidential"
with open("in.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
PYTHON
tcpdump -r in.pcap -s 34 -w tcpdump.pcap 2>/dev/null
editcap -F pcap -s 34 in.pcap editcap.pcap 2>/dev/null
for tool in tcpdump editcap; do
  python3 - $tool <<'PYTHON'
import struct, sys
data = open(sys.argv[1] + ".pcap", "rb").read()
print(sys.argv[1], "limit %d, captured %d of %d" % struct.unpack_from("<I12xII", data, 16), b"confidential" in data)
PYTHON
done | tee seen
cat >wanted <<'END'
tcpdump limit 65535, captured 54 of 54 True
editcap limit 34, captured 34 of 54 False
END
cmp seen wanted
