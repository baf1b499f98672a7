#!/bin/sh
# Guess: the unit of a pcapng packet's time is that of its own interface (if_tsresol), so a file with
# one interface in microseconds and one in nanoseconds is read right.
# Found: dpkt 1.9.8 uses the first interface's unit for the packets of all: those of the second are dated
# to the year 52671 here. tshark, libpcap, scapy and python-pcapng take each interface's own. Captures of
# several interfaces, and files that mergecap has joined, look like that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8 python-pcapng==2.1.1
venv/bin/python - <<'PYTHON' | tee seen
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
def packet(interface, time):
    head = struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, 60, 60)
    return block(6, head + bytes(60))
nanoseconds = struct.pack("<HHB3xI", 9, 1, 9, 0)
with open("two.pcapng", "wb") as f:
    f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    f.write(block(1, struct.pack("<HHI", 1, 0, 0)))
    f.write(block(1, struct.pack("<HHI", 1, 0, 0) + nanoseconds))
    f.write(packet(0, 1_600_000_000 * 10**6))
    f.write(packet(1, 1_600_000_000 * 10**9))
import dpkt, pcapng
print("dpkt", *(int(time) for time, _ in dpkt.pcapng.Reader(open("two.pcapng", "rb"))))
blocks = pcapng.FileScanner(open("two.pcapng", "rb"))
print("python-pcapng", *(int(b.timestamp) for b in blocks if hasattr(b, "packet_data")))
PYTHON
grep -qx "dpkt 1600000000 1600000000000" seen
grep -qx "python-pcapng 1600000000 1600000000" seen
