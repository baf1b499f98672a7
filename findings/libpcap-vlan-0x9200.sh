#!/bin/sh
# Guess: what tcpdump prints as a VLAN tag, its filter `vlan` selects, and other readers see as one.
# Found: tags were sent under 0x9100 and 0x9200 before 802.1ad. tcpdump 4.99.3 prints both; `vlan` of
# libpcap 1.10.3 selects 0x8100, 0x88a8 and 0x9100 but not 0x9200. tshark 4.0 draws the same line when it
# decodes (a 0x9200 frame is left as data), scapy 2.8.0 stops before 0x9100, dpkt 1.9.8 reads all four.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0 dpkt==1.9.8
cat >tags.py <<'PYTHON'
import struct
datagram = bytes.fromhex("4500001c000000004011 0000 0a000001 0a000002 0001 0002 0008 0000")
frames = [bytes.fromhex("020000000002 020000000001") + struct.pack(">HHH", kind, 5, 0x800) + datagram
          for kind in (0x8100, 0x88A8, 0x9100, 0x9200)]
with open("tags.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for frame in frames:
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
import dpkt, scapy.all
tags = lambda kinds, found: print(kinds, *["yes" if it else "no" for it in found])
tags("scapy", ["UDP" in packet for packet in scapy.all.rdpcap("tags.pcap")])
tags("dpkt", [isinstance(dpkt.ethernet.Ethernet(frame).data, dpkt.ip.IP) for frame in frames])
PYTHON
venv/bin/python tags.py 2>/dev/null >seen
types() {
  tcpdump -e -nr tags.pcap "$@" 2>/dev/null | grep 'vlan 5' | sed 's/.*(\(0x[89][^)]*\)).* vlan .*/\1/'
}
echo "tcpdump prints" $(types) >>seen
echo "vlan selects" $(types vlan) >>seen
echo "vlan 5 and udp selects" $(types vlan 5 and udp) >>seen
echo "tshark udp: frames" $(tshark -r tags.pcap -Y udp -T fields -e frame.number 2>/dev/null) >>seen
cat seen
cat >wanted <<'END'
scapy yes yes no no
dpkt yes yes yes yes
tcpdump prints 0x8100 0x88a8 0x9100 0x9200
vlan selects 0x8100 0x88a8 0x9100
vlan 5 and udp selects 0x8100 0x88a8 0x9100
tshark udp: frames 1 2 3
END
cmp seen wanted
