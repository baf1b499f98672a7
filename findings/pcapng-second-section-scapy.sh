#!/bin/sh
# Guess: a new section of a pcapng file begins its own list of interfaces, numbered from 0 again
# (draft-ietf-opsawg-pcapng, section 4.1), so files that were joined by cat are read right.
# Found: scapy 2.6.1 keeps the interfaces of the section before: packets of the second section have the
# unit of the first one's interface 0, here microseconds for nanoseconds (the year 52671). python-pcapng
# 2.1.1, tshark and libpcap begin anew.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 python-pcapng==2.1.1
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
def section(options, time):
    packet = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 60, 60) + bytes(60)
    return block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + \
        block(1, struct.pack("<HHI", 1, 0, 0) + options) + block(6, packet)
with open("joined.pcapng", "wb") as f:
    f.write(section(b"", 1_600_000_000 * 10**6))
    f.write(section(struct.pack("<HHB3xI", 9, 1, 9, 0), 1_600_000_000 * 10**9))
import pcapng, scapy.all
print("scapy", *(int(p.time) for p in scapy.all.rdpcap("joined.pcapng")))
blocks = pcapng.FileScanner(open("joined.pcapng", "rb"))
print("python-pcapng", *(int(b.timestamp) for b in blocks if hasattr(b, "packet_data")))
PYTHON
grep -qx "scapy 1600000000 1600000000000" seen
grep -qx "python-pcapng 1600000000 1600000000" seen
