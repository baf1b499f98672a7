#!/bin/sh
# Guess: who reads IPv4's options uses each one's length to find the next.
# Found: scapy 2.6.1 takes Internet Timestamp (RFC 791, section 3.1) to hold one time, whatever its length says: what further routers
# wrote is read as options. Here the second time, 07:02:44.228 UTC, becomes a "no operation" and a loose source route, which nobody
# sent; with addresses beside the times it is the ends of a list and raw bytes. tshark 4.0 shows each time and no route.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1
cat >read.py <<'PYTHON'
import struct
from scapy.layers.inet import IP
FIRST, SECOND = 0x01830000, 0x01830704  # milliseconds since midnight
ADDRESSES = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
OPTIONS = {
    "one time": struct.pack(">BBBBI", 68, 8, 9, 0, FIRST),
    "two times": struct.pack(">BBBBII", 68, 12, 13, 0, FIRST, SECOND),
    "two addresses and times": struct.pack(">BBBB4sI4sI", 68, 20, 21, 1, ADDRESSES[0], FIRST, ADDRESSES[1], SECOND),
}
with open("times.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 228))
    for name, option in OPTIONS.items():
        first = struct.pack(">BBHHHBBH", 0x45 + len(option) // 4, 0, 28 + len(option), 0, 0, 64, 17, 0)
        packet = first + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + option + struct.pack(">4H", 9000, 9000, 8, 0)
        file.write(struct.pack("<4I", 0, 0, len(packet), len(packet)) + packet)
        print(f"scapy, {name}:", *[each.name for each in IP(packet).options])
PYTHON
venv/bin/python read.py 2>/dev/null >seen
tshark -r times.pcap -T fields -e ip.opt.type.number -e ip.opt.time_stamp 2>/dev/null | sed 's/^/tshark /' >>seen
cat seen
cat >wanted <<'END'
scapy, one time: IP Option Timestamp
scapy, two times: IP Option Timestamp IP Option No Operation IP Option Loose Source and Record Route
scapy, two addresses and times: IP Option Timestamp IP Option End of Options List IP Option End of Options List Raw
tshark 4	25362432
tshark 4	25362432,25364228
tshark 4	25362432,25364228
END
cmp seen wanted
