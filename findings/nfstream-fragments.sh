#!/bin/sh
# Guess: NFStream counts all packets and bytes of a capture in its flows; later fragments, which have no ports,
# count with port 0 or where the first fragment does.
# Found: nfstream 6.6.0 leaves out later fragments of IPv4, packets and bytes, without a counter; SCTP has no ports,
# so that all associations of two hosts are one flow; connections that a reset has ended are one with the next.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install nfstream==6.6.0 scapy==2.8.0
cat >flows.py <<'PYTHON'
import logging
logging.getLogger("scapy").setLevel(logging.ERROR)
from nfstream import NFStreamer
from scapy.all import IP, SCTP, TCP, UDP, Ether, fragment, wrpcap
there, back = IP(src="192.0.2.1", dst="192.0.2.2"), IP(src="192.0.2.2", dst="192.0.2.1")
def show(name, packets):
    frames = [Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / packet for packet in packets]
    for i, frame in enumerate(frames):
        frame.time = 1700000000 + i
    wrpcap("in.pcap", frames)
    print(name, len(frames), "packets", sum(map(len, frames)), "bytes")
    for flow in NFStreamer(source="in.pcap", n_dissections=0, n_meters=1):
        print(" ", flow.src_port, flow.dst_port, flow.bidirectional_packets, "packets", flow.bidirectional_bytes, "bytes")
if __name__ == "__main__":
    show("fragments", fragment(there / UDP(sport=5000, dport=6000) / (b"x" * 3000), 1480))
    show("sctp", [there / SCTP(sport=5000, dport=6000), there / SCTP(sport=5001, dport=6000)])
    opened, refused = there / TCP(sport=5000, dport=80, flags="S"), back / TCP(sport=80, dport=5000, flags="RA")
    show("refused twice", [opened, refused, opened, refused])
PYTHON
venv/bin/python flows.py | tee seen
cat >wanted <<'END'
fragments 3 packets 3110 bytes
  5000 6000 1 packets 1514 bytes
sctp 2 packets 92 bytes
  0 0 2 packets 92 bytes
refused twice 4 packets 216 bytes
  5000 80 4 packets 216 bytes
END
cmp seen wanted
