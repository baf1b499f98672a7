#!/bin/sh
# Guess: whoever reads pcapng adds an interface's if_tsoffset (option 14) to its packets' times, as the
# draft says (draft-ietf-opsawg-pcapng, section 4.2).
# Found: tshark 4.0, tcpdump (libpcap 1.10.3) and dpkt 1.9.8 do; scapy 2.6.1 and python-pcapng 2.1.1
# leave the times without it, silently: here 1000 s too early. Programs that write such offsets are few,
# so that nobody notices until captures of two tools are put side by side.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 dpkt==1.9.8 python-pcapng==2.1.1
venv/bin/python - <<'PYTHON' >seen 2>/dev/null
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
offset = struct.pack("<HHq", 14, 8, 1000) + bytes(4)
frame = bytes.fromhex("0200000000020200000000010800") + bytes(46)
time = (1_600_000_000 - 1000) * 10**6
with open("offset.pcapng", "wb") as f:
    f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    f.write(block(1, struct.pack("<HHI", 1, 0, 0) + offset))
    f.write(block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 60, 60) + frame))
import dpkt, pcapng, scapy.all
print("dpkt", int(next(iter(dpkt.pcapng.Reader(open("offset.pcapng", "rb"))))[0]))
print("scapy", int(scapy.all.rdpcap("offset.pcapng")[0].time))
for block in pcapng.FileScanner(open("offset.pcapng", "rb")):
    if hasattr(block, "packet_data"):
        print("python-pcapng", int(block.timestamp))
PYTHON
if command -v tshark >/dev/null; then
  echo "tshark $(tshark -r offset.pcapng -T fields -e frame.time_epoch 2>/dev/null | cut -d. -f1)" >>seen
fi
if command -v tcpdump >/dev/null; then
  echo "tcpdump $(tcpdump -tt -nr offset.pcapng 2>/dev/null | cut -d. -f1)" >>seen
fi
cat seen
grep -qx "dpkt 1600000000" seen
grep -qx "scapy 1599999000" seen
grep -qx "python-pcapng 1599999000" seen
! grep -E "^(tshark|tcpdump) " seen | grep -qv " 1600000000$"
