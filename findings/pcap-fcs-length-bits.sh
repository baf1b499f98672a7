#!/bin/sh
# Guess: readers take the low 16 bits of a pcap header's last word as the link type and copying keeps the rest
# (the draft has the length of the frame check sequence in the upper bits, "f" and 4 bits;
# draft-ietf-opsawg-pcap, section 4).
# Found: with a length of 4 there, dpkt 1.9.8 and npm's pcap-parser 0.2.1 give the whole word 1140850689 as
# the link type, scapy 2.6.1 shows raw bytes ("unknown LL type"), though all is Ethernet to tshark and
# tcpdump. Of the copies, tcpdump -w keeps the word; editcap, mergecap and tcprewrite drop the length and
# leave the four octets, which then pass for a trailer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 dpkt==1.9.8
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pcap-parser@0.2.1
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct, zlib
frame = bytes.fromhex("020000000001 020000000002 0800 4500001c000100004011f6ce c0000201 c0000202 14e914e900080000").ljust(60, b"\0")
frame += struct.pack("<I", zlib.crc32(frame))
with open("fcs.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 0x44000001))
    f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
import dpkt, scapy.all
print("dpkt", dpkt.pcap.Reader(open("fcs.pcap", "rb")).datalink())
print("scapy", type(scapy.all.rdpcap("fcs.pcap")[0]).__name__)
PYTHON
node -e 'require("pcap-parser").parse("fcs.pcap").on("globalHeader", (h) => console.log("pcap-parser", h.linkLayerType))' | tee -a seen
echo "tshark $(tshark -r fcs.pcap -T fields -e eth.src -e eth.fcs.status -o eth.check_fcs:TRUE 2>/dev/null)" | tee -a seen
tcpdump -r fcs.pcap -w tcpdump.pcap 2>/dev/null
editcap -F pcap fcs.pcap editcap.pcap
mergecap -F pcap -w mergecap.pcap fcs.pcap
tcprewrite -i fcs.pcap -o tcprewrite.pcap --enet-dmac=02:00:00:00:00:09
for tool in tcpdump editcap mergecap tcprewrite; do
  echo "$tool $(od -An -j20 -N4 -tx1 $tool.pcap) $(tshark -r $tool.pcap -T fields -e frame.len 2>/dev/null)"
done | tee -a seen
cat >wanted <<'END'
dpkt 1140850689
scapy Raw
pcap-parser 1140850689
tshark 02:00:00:00:00:02	1
tcpdump  01 00 00 44 64
editcap  01 00 00 00 64
mergecap  01 00 00 00 64
tcprewrite  01 00 00 00 64
END
cmp seen wanted
