#!/bin/sh
# Guess: a nanosecond pcap copied to microseconds is at most a microsecond off, whatever copies it.
# Found: scapy 2.8.0 and dpkt 1.9.8 round the fraction alone, without carrying: a packet of the last half
# microsecond of a second gets 1,000,000 microseconds. tshark 4.0 takes such a header for a sign of another
# kind of pcap, with longer packet headers, and reads the *other* packets wrongly, too: three frames where
# there are two, of 1970. tcpdump (libpcap 1.10.3) prints .1000000. scapy's pcapng writer cuts off.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0 dpkt==1.9.8
cat >rewrite.py <<'PYTHON'
import struct
with open("nanoseconds.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))
    for nanoseconds in (999_999_400, 999_999_700):
        f.write(struct.pack("<IIII", 1_600_000_000, nanoseconds, 60, 60) + bytes(60))
import dpkt, scapy.all
scapy.all.wrpcap("scapy.pcap", scapy.all.rdpcap("nanoseconds.pcap"))
with open("nanoseconds.pcap", "rb") as source, open("dpkt.pcap", "wb") as target:
    writer = dpkt.pcap.Writer(target)
    for time, data in dpkt.pcap.Reader(source):
        writer.writepkt(data, time)
for name in ("scapy", "dpkt"):
    data = open(name + ".pcap", "rb").read()
    print(name, *struct.unpack("<II", data[24:32]), *struct.unpack("<II", data[100:108]))
scapy.all.wrpcapng("scapy.pcapng", scapy.all.rdpcap("nanoseconds.pcap"))
PYTHON
venv/bin/python rewrite.py 2>/dev/null >seen
for file in scapy.pcap dpkt.pcap scapy.pcapng; do
  echo "$file tshark" $(tshark -r $file -T fields -e frame.time_epoch 2>/dev/null)
  echo "$file tcpdump" $(tcpdump -tt -nr $file 2>/dev/null | cut -d' ' -f1)
done >>seen
cat seen
cat >wanted <<'END'
scapy 1600000000 999999 1600000000 1000000
dpkt 1600000000 999999 1600000000 1000000
scapy.pcap tshark 1600000000.999999000 60.000060000 0.000000000
scapy.pcap tcpdump 1600000000.999999 1600000000.1000000
dpkt.pcap tshark 1600000000.999999000 60.000060000 0.000000000
dpkt.pcap tcpdump 1600000000.999999 1600000000.1000000
scapy.pcapng tshark 1600000000.999999000 1600000000.999999000
scapy.pcapng tcpdump 1600000000.999999 1600000000.999999
END
cmp seen wanted
