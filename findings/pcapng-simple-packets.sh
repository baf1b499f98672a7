#!/bin/sh
# Guess: readers hand over pcapng's Simple Packet Blocks whole and say somehow that they have no time.
# Found: scapy 2.6.1 dates each of them to the moment of reading, and where the interface has no snap
# length (0: unlimited) it keeps 14 bytes of the 60 here; dpkt 1.9.8 leaves them out without a word;
# python-pcapng 2.1.1 gives them whole and without a time; tcpdump (libpcap) prints them as of 1970.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 dpkt==1.9.8 python-pcapng==2.1.1
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct, time
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
frame = bytes.fromhex("0200000000020200000000010800") + bytes(46)
with open("simple.pcapng", "wb") as f:
    f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    f.write(block(1, struct.pack("<HHI", 1, 0, 0)))
    f.write(block(3, struct.pack("<I", 60) + frame))
import dpkt, pcapng, scapy.all
[packet] = scapy.all.rdpcap("simple.pcapng")
when = "now" if abs(float(packet.time) - time.time()) < 60 else packet.time
print("scapy", len(packet), "of", packet.wirelen, when)
print("dpkt", len(list(dpkt.pcapng.Reader(open("simple.pcapng", "rb")))), "packets")
for each in pcapng.FileScanner(open("simple.pcapng", "rb")):
    if hasattr(each, "packet_data"):
        print("python-pcapng", len(each.packet_data), getattr(each, "timestamp", None))
PYTHON
grep -qx "scapy 14 of 60 now" seen
grep -qx "dpkt 0 packets" seen
grep -qx "python-pcapng 60 None" seen
