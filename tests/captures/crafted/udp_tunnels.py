"""Tunnels in UDP and others around IP, for udp_tunnels.pcap.

L2TP, ISAKMP, VXLAN and NSH are scapy's. The other headers stand here as the standards lay them out:
UDP-encapsulated ESP (RFC 3948), Teredo (RFC 4380), L2TPv3 (RFC 3931), CAPWAP (RFC 5415), PIM register
(RFC 7761), LISP (RFC 9300), VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe).
"""
import struct

from scapy.all import (
    ESP, GRE, ICMP, IP, ISAKMP, TCP, UDP, Ether, IPv6, L2TP, LLC, PPP, SNAP, Raw, wrpcap)
from scapy.contrib.mpls import MPLS
from scapy.contrib.nsh import NSH
from scapy.layers.inet6 import ICMPv6EchoRequest

outer = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="192.0.2.1", dst="192.0.2.2")
inner = IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=1024, dport=9) / b"inside"
inner6 = IPv6(src="2001:db8:1::1", dst="2001:db8:1::2") / ICMPv6EchoRequest(id=1, seq=2)
frame = Ether(src="02:00:00:00:00:03", dst="02:00:00:00:00:04", type=0x0800) / inner


def udp(port, payload, source=40000):
    return outer / UDP(sport=source, dport=port) / Raw(bytes(payload))


def station():
    """As tshark takes them all: the bytes of frame control and sequence control exchanged."""
    header = bytes.fromhex("0108 0000 020000000001 02000000000a 02000000000d 0000")
    return header + bytes(LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=0, code=0x800) / inner)


IKE = ISAKMP(init_cookie=b"initiate", resp_cookie=b"responds", version=0x20, exch_type=34)
CAPWAP = "00 104300 00000000"  # header of 8 bytes, 802.11
packets = [
    udp(4500, ESP(spi=1, seq=2, data=bytes(24)), 4500),
    udp(4500, bytes(4) + bytes(IKE), 4500),
    udp(4500, b"\xff", 4500),
    udp(500, IKE, 500),
    udp(1701, L2TP(hdr=["length"], tunnel_id=4, session_id=5) / PPP() / inner, 1701),
    udp(1701, bytes.fromhex("0202 0004 0005 0002 0000 0021") + bytes(inner), 1701),
    udp(1701, bytes.fromhex("c802 000c 0004 0000 0001 0002"), 1701),
    udp(1701, bytes.fromhex("0003 0000 00000007") + bytes(frame), 1701),
    outer / Raw(bytes.fromhex("00000008 0102030405060708 40000001") + bytes(frame)),
    udp(3544, inner6),
    udp(3544, bytes.fromhex("0001 0000 0102030405060708 00 0000 3fff c6336401") + bytes(inner6)),
    udp(4754, GRE() / inner),
    udp(4790, bytes.fromhex("0c000001 00002a00") + bytes(inner)),
    udp(4790, bytes.fromhex("0c000003 00002a00") + bytes(frame)),
    udp(4790, bytes.fromhex("0c000004 00002a00") + bytes(NSH(spi=3, si=255, mdtype=2, length=2, nextproto=1) / inner)),
    udp(6635, MPLS(label=100, s=0, ttl=3) / MPLS(label=200, s=1, ttl=64) / inner),
    udp(5247, bytes.fromhex(CAPWAP) + station()),
    udp(5247, bytes.fromhex("00 10 0000 00000000") + bytes(frame)),
    udp(4341, bytes.fromhex("80123456 00000001") + bytes(inner)),
    outer / Raw(bytes.fromhex("2100 deff 00000000") + bytes(inner)),
    outer / inner,
    outer / inner6,
]
packets[8][IP].proto = 115
packets[19][IP].proto = 103
for number, packet in enumerate(packets):
    packet.time = 1_700_000_000 + number
wrpcap("udp_tunnels.pcap", packets)
