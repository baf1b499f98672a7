#!/bin/sh
# Guess: behind an IPsec Authentication Header, which hides nothing (RFC 4302), every dissector goes on with
# UDP.
# Found: scapy 2.6.1 finds the end of the header rightly and leaves all behind it as raw bytes, for IPv4 and
# IPv6: no UDP, no ports. dpkt 1.9.8 and tshark go on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8 scapy==2.6.1
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct, dpkt, scapy.all
behind = bytes.fromhex("11040000 00000001 00000001 000000000000000000000000") + struct.pack(">HHHH", 5353, 53, 9, 0) + b"x"
ip4 = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(behind), 1, 0, 64, 51, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + behind
ip6 = struct.pack(">IHBB", 6 << 28, len(behind), 51, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + behind
with open("ah.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for data in ip4, ip6:
        f.write(struct.pack("<IIII", 0, 0, len(data), len(data)) + data)
print("scapy", scapy.all.IP(ip4).lastlayer().name, len(scapy.all.IP(ip4).lastlayer()), scapy.all.IPv6(ip6).lastlayer().name)
print("dpkt", dpkt.ip.IP(ip4).data.data.sport, dpkt.ip6.IP6(ip6).data.sport)
PYTHON
echo "tshark" $(tshark -r ah.pcap -T fields -e udp.srcport 2>/dev/null) | tee -a seen
cat >wanted <<'END'
scapy Raw 9 Raw
dpkt 5353 5353
tshark 5353 5353
END
cmp seen wanted
