#!/bin/sh
# Guess: scapy reads the IPv6 packets of a BSD loopback capture (LINKTYPE_NULL, LINKTYPE_LOOP) as it does IPv4's.
# Found: scapy 2.8.0 on Linux knows IPv6 by Linux's own number of the family, 10, which no such file holds: with
# those of the BSDs and macOS (24, 28, 30) the packet is Raw. In a LINKTYPE_NULL file of a big-endian machine
# it is worse: the field is read as 0 and the packet as IPv4, from 0.0.0.0 to 0.0.0.0. dpkt 1.9.8, tcpdump
# (libpcap 1.10.3) and tshark 4.0 read all of them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0 dpkt==1.9.8
cat >read.py <<'PYTHON'
import ipaddress, struct
packet = (bytes.fromhex("60000000 0008 11 40") + ipaddress.ip_address("2001:db8::1").packed
          + ipaddress.ip_address("2001:db8::2").packed + bytes.fromhex("0001000200080000"))
import dpkt, scapy.all
for name, link, order in (("little", 0, "<"), ("big", 0, ">"), ("loop", 108, ">")):
    with open(name + ".pcap", "wb") as f:
        f.write(struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link))
        for family in (24, 28, 30):
            frame = struct.pack(order + "I", family) + packet
            f.write(struct.pack(order + "IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
    print(name, "scapy", *[it.payload.name for it in scapy.all.rdpcap(name + ".pcap")])
    print(name, "dpkt", *[type(dpkt.loopback.Loopback(data).data).__name__
                          for _, data in dpkt.pcap.Reader(open(name + ".pcap", "rb"))])
first = scapy.all.rdpcap("big.pcap")[0].payload
print("big scapy", first.src, ">", first.dst)
PYTHON
venv/bin/python read.py 2>/dev/null >seen
for name in little big loop; do
  echo "$name tcpdump" $(tcpdump -nr $name.pcap 2>/dev/null | cut -d' ' -f2)
  echo "$name tshark" $(tshark -r $name.pcap -T fields -e frame.protocols 2>/dev/null)
done >>seen
cat seen
cat >wanted <<'END'
little scapy Raw Raw Raw
little dpkt IP6 IP6 IP6
big scapy IP IP IP
big dpkt IP6 IP6 IP6
loop scapy Raw Raw Raw
loop dpkt IP6 IP6 IP6
big scapy 0.0.0.0 > 0.0.0.0
little tcpdump IP6 IP6 IP6
little tshark null:ipv6:udp null:ipv6:udp null:ipv6:udp
big tcpdump IP6 IP6 IP6
big tshark null:ipv6:udp null:ipv6:udp null:ipv6:udp
loop tcpdump IP6 IP6 IP6
loop tshark null:ipv6:udp null:ipv6:udp null:ipv6:udp
END
cmp seen wanted
