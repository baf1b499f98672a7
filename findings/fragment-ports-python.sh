#!/bin/sh
# Guess: a packet library that parses by layers gives ports of the first fragment of a datagram only; a later one has no header
# (RFC 791, section 3.2; RFC 8200, section 4.5).
# Found: impacket 0.13.1 (IPv4) and pypacker 5.4 (IPv4, IPv6) take the first bytes of every later fragment for a UDP header, and
# give ports that nobody used. scapy 2.8.0 and dpkt 1.9.8 leave them as bytes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0 dpkt==1.9.8 pypacker==5.4 impacket==0.13.1
cat >ports.py <<'PYTHON'
import dpkt
from impacket import ImpactDecoder, ImpactPacket
from pypacker.layer12 import ethernet
from pypacker.layer4 import udp
from scapy.all import Ether, IP, IPv6, IPv6ExtHdrFragment, UDP, fragment, fragment6

LINK = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
TEXT = b"The quick brown fox jumps over the lazy dog. " * 40
datagram = UDP(sport=2055, dport=9995) / TEXT
FRAGMENTS = {
    4: [LINK / each for each in fragment(IP(src="192.0.2.1", dst="192.0.2.2") / datagram, 1000)],
    6: fragment6(LINK / IPv6(src="2001:db8::1", dst="2001:db8::2") / IPv6ExtHdrFragment(id=7) / datagram, 1000),
}

def of_scapy(wire):
    packet = Ether(wire)
    return (packet[UDP].sport, packet[UDP].dport) if UDP in packet else None

def of_dpkt(wire):
    data = dpkt.ethernet.Ethernet(wire).data.data
    return (data.sport, data.dport) if isinstance(data, dpkt.udp.UDP) else None

def of_pypacker(wire):
    layer = ethernet.Ethernet(wire)[udp.UDP]
    return (layer.sport, layer.dport) if layer else None

def of_impacket(wire):
    layer = ImpactDecoder.EthDecoder().decode(wire).child().child()
    return (layer.get_uh_sport(), layer.get_uh_dport()) if isinstance(layer, ImpactPacket.UDP) else None

for version, fragments in FRAGMENTS.items():
    first, later = bytes(fragments[0]), bytes(fragments[1])
    print(version, "scapy", of_scapy(first), of_scapy(later))
    print(version, "dpkt", of_dpkt(first), of_dpkt(later))
    print(version, "pypacker", of_pypacker(first), of_pypacker(later))
    if version == 4:
        print(version, "impacket", of_impacket(first), of_impacket(later))
PYTHON
venv/bin/python ports.py 2>warnings >seen || { cat warnings; exit 1; }
cat seen
cat >wanted <<'END'
4 scapy (2055, 9995) None
4 dpkt (2055, 9995) None
4 pypacker (2055, 9995) (25888, 29045)
4 impacket (2055, 9995) (25888, 29045)
6 scapy (2055, 9995) None
6 dpkt (2055, 9995) None
6 pypacker (2055, 9995) (25970, 8308)
END
cmp seen wanted
