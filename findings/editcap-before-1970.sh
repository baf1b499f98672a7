#!/bin/sh
# Guess: editcap -t with an offset that takes a packet before 1970 stops, or writes what its own reader reads
# back.
# Found: editcap 4.0 writes a negative number into formats whose times are unsigned, exit code 0 and no word:
# in pcap one second before 1970 is read back as the year 2106, in pcapng as 18446744073708 s, the year
# 586524.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
frame = bytes.fromhex("020000000001 020000000002 88b5").ljust(60, b"\0")
with open("first.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    f.write(struct.pack("<IIII", 1_600_000_000, 0, 60, 60) + frame)
PYTHON
editcap -F pcap -t -1600000001 first.pcap before.pcap
editcap -F pcapng -t -1600000001 first.pcap before.pcapng
for file in before.pcap before.pcapng; do
  echo "$file $(tshark -r $file -T fields -e frame.time_epoch 2>/dev/null)"
done | tee seen
cat >wanted <<'END'
before.pcap 4294967295.000000000
before.pcapng 18446744073708.551616000
END
cmp seen wanted
