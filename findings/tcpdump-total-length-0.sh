#!/bin/sh
# Guess: tcpdump prints any packet that Linux's own stack hands to a capture.
# Found: with BIG TCP (Linux 6.3) and with some cards' segmentation an IPv4 packet is captured before it is cut up, its
# total length, too small a field for it, left at 0. tcpdump 4.99.3 prints "IP bad-len 0" and nothing more, so
# that a bulk transfer shows neither addresses nor ports; its filters select the packets all the same. tshark
# 4.0, scapy 2.8.0 and dpkt 1.9.8 take the captured length for it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0 dpkt==1.9.8
cat >segment.py <<'PYTHON'
import struct
frame = (bytes.fromhex("0200000000020200000000010800 450000000001400040060000 0a000001 0a000002")
         + bytes.fromhex("9c400050 00000001 00000001 5018 ffff 0000 0000") + b"x" * 70_000)
with open("segment.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
import dpkt, scapy.all
print("scapy", scapy.all.rdpcap("segment.pcap")[0]["TCP"].dport)
print("dpkt", len(dpkt.ethernet.Ethernet(frame).data.data.data))
PYTHON
venv/bin/python segment.py 2>/dev/null >seen
echo "tshark" $(tshark -r segment.pcap -T fields -e ip.dst -e tcp.dstport -e tcp.len 2>/dev/null) >>seen
echo "tcpdump" $(tcpdump -nr segment.pcap 'tcp port 80 and dst host 10.0.0.2' 2>/dev/null | cut -d' ' -f2-) >>seen
cat seen
cat >wanted <<'END'
scapy 80
dpkt 70000
tshark 10.0.0.2 80 70000
tcpdump IP bad-len 0
END
cmp seen wanted
