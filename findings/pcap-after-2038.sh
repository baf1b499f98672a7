#!/bin/sh
# Guess: tcpdump with 64-bit times prints a packet of the year 2065, from a pcap (whose seconds are unsigned
# by the draft, good until 2106) and all the more from a pcapng, whose times have 64 bits.
# Found: tcpdump 4.99.3 prints "[Error converting time]" for both, with -tt and -tttt; with -w it copies the
# right time. tshark, dpkt 1.9.8 and scapy 2.6.1 read 3000000000.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 dpkt==1.9.8
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct
frame = bytes.fromhex("020000000001 020000000002 88b5").ljust(60, b"\0")
with open("late.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    f.write(struct.pack("<IIII", 3_000_000_000, 0, 60, 60) + frame)
import dpkt, scapy.all
print("dpkt", int(next(iter(dpkt.pcap.Reader(open("late.pcap", "rb"))))[0]))
print("scapy", int(scapy.all.rdpcap("late.pcap")[0].time))
PYTHON
editcap late.pcap late.pcapng
for file in late.pcap late.pcapng; do
  echo "tshark $file $(tshark -r $file -T fields -e frame.time_epoch 2>/dev/null)"
  for flag in -tt -tttt; do
    echo "tcpdump $file $flag $(tcpdump $flag -nr $file 2>/dev/null | head -1 | cut -c1-23)"
  done
done | tee -a seen
tcpdump -r late.pcapng -w copy.pcap 2>/dev/null
echo "copy $(od -An -j24 -N4 -tu4 copy.pcap)" | tee -a seen
cat >wanted <<'END'
dpkt 3000000000
scapy 3000000000
tshark late.pcap 3000000000.000000000
tcpdump late.pcap -tt [Error converting time]
tcpdump late.pcap -tttt [Error converting time]
tshark late.pcapng 3000000000.000000000
tcpdump late.pcapng -tt [Error converting time]
tcpdump late.pcapng -tttt [Error converting time]
copy  3000000000
END
cmp seen wanted
