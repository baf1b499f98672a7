#!/bin/sh
# Guess: pypacker takes Ethernet's padding (frames have 60 octets at least) off by the length that the IP header tells, as it does for
# IPv4 in a plain frame.
# Found: pypacker 5.4 does so in that case alone. Behind a VLAN tag, and with IPv6, the padding is the end of the payload, so that each
# short acknowledgment of TCP seems to carry data. scapy 2.6.1 and dpkt 1.9.8 keep both apart.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install pypacker==5.4 scapy==2.6.1 dpkt==1.9.8
cat >read.py <<'PYTHON'
import struct
import dpkt
from pypacker.layer12.ethernet import Ethernet
from scapy.layers.inet import TCP
from scapy.layers.l2 import Ether
import scapy.layers.inet6
acknowledgment = struct.pack(">HHIIBBHHH", 1000, 2000, 1, 2, 0x50, 0x10, 1000, 0, 0)
ipv4 = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + acknowledgment
ipv6 = struct.pack(">IHBB", 6 << 28, 20, 6, 64) + 2 * bytes.fromhex("20010db8000000000000000000000001") + acknowledgment
FRAMES = {"IPv4": b"\x08\x00" + ipv4, "IPv4 in a VLAN": b"\x81\x00\x00\x05\x08\x00" + ipv4, "IPv6": b"\x86\xdd" + ipv6}
for name, rest in FRAMES.items():
    frame = bytes.fromhex("020000000002020000000001") + rest
    frame += bytes(max(4, 60 - len(frame)))  # 4: some cards leave the frame's checksum there
    payloads = Ethernet(frame).highest_layer.body_bytes, bytes(Ether(frame)[TCP].payload.original), dpkt.ethernet.Ethernet(frame).data.data.data
    print(f"{name}: pypacker", len(payloads[0]), "dpkt", len(payloads[2]), "scapy", type(Ether(frame)[TCP].payload).__name__)
PYTHON
venv/bin/python read.py 2>/dev/null >seen
cat seen
cat >wanted <<'END'
IPv4: pypacker 0 dpkt 0 scapy Padding
IPv4 in a VLAN: pypacker 4 dpkt 0 scapy Padding
IPv6: pypacker 4 dpkt 0 scapy Padding
END
cmp seen wanted
