#!/bin/sh
# Guess: a library that knows IPv6's extension headers finds UDP behind a routing header, by the length that the header gives, as it
# does behind hop-by-hop and destination options of any length.
# Found: impacket 0.13.1 goes too far where there are segments, of a source route, of SRv6 or of Mobile IPv6: with one, UDP's
# length and checksum are its ports; with two they are 0. An empty routing header and options of 24 octets are read
# right, and so are all by scapy 2.8.0, dpkt 1.9.8 and pypacker 5.4.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install impacket==0.13.1 scapy==2.8.0 dpkt==1.9.8 pypacker==5.4
cat >ports.py <<'PYTHON'
import ipaddress, struct
import dpkt
from impacket import ImpactDecoder, ImpactPacket
from pypacker.layer3.ip6 import IP6
from pypacker.layer4.udp import UDP
from scapy.layers import inet, inet6
packed = lambda address: ipaddress.ip_address(address).packed
def packet(kind, extension):
    rest = bytes([17, len(extension) // 8]) + extension + struct.pack(">4H", 1000, 9000, 13, 0x3976) + b"hello"
    return struct.pack(">IHBB", 6 << 28, len(rest), kind, 64) + packed("2001:db8::1") + packed("2001:db8::2") + rest
def from_impacket(data):
    header = ImpactDecoder.IP6Decoder().decode(data)
    while not isinstance(header, ImpactPacket.UDP):
        header = header.child()
    return header.get_uh_sport(), header.get_uh_dport()
def from_dpkt(data):
    udp = dpkt.ip6.IP6(data).data
    return udp.sport, udp.dport
def from_pypacker(data):
    udp = IP6(data)[UDP]
    return udp.sport, udp.dport
def from_scapy(data):
    udp = inet6.IPv6(data)[inet.UDP]
    return udp.sport, udp.dport
segment = packed("2001:db8::9")
packets = {
    "destination options": packet(60, b"\1\x14" + bytes(20)),
    "no segment": packet(43, bytes(6)),
    "source route": packet(43, b"\0\1" + bytes(4) + segment),
    "Mobile IPv6": packet(43, b"\2\1" + bytes(4) + segment),
    "SRv6": packet(43, b"\4\0" + bytes(4) + segment),
    "SRv6, two": packet(43, b"\4\1\1" + bytes(3) + segment * 2),
}
for name, data in packets.items():
    seen = {reader.__name__[5:]: "{}->{}".format(*reader(data)) for reader in (from_impacket, from_scapy, from_dpkt, from_pypacker)}
    print(f"{name}:", *(f"{reader} {ports}" for reader, ports in seen.items()))
PYTHON
venv/bin/python ports.py 2>log | tee seen
cat >wanted <<'END'
destination options: impacket 1000->9000 scapy 1000->9000 dpkt 1000->9000 pypacker 1000->9000
no segment: impacket 1000->9000 scapy 1000->9000 dpkt 1000->9000 pypacker 1000->9000
source route: impacket 13->14710 scapy 1000->9000 dpkt 1000->9000 pypacker 1000->9000
Mobile IPv6: impacket 13->14710 scapy 1000->9000 dpkt 1000->9000 pypacker 1000->9000
SRv6: impacket 13->14710 scapy 1000->9000 dpkt 1000->9000 pypacker 1000->9000
SRv6, two: impacket 0->0 scapy 1000->9000 dpkt 1000->9000 pypacker 1000->9000
END
cmp seen wanted
