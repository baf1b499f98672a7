"""Link types of serial lines, hosts and devices, one interface for each: devices.pcapng has those that
tshark 4.0 reads, switches.pcapng the others.

The packets are scapy's. What stands in front of them has no layer in scapy: its bytes are here as
tcpdump.org/linktypes.html and what that names lay them out: Cisco's HDLC (RFC 1547, 4.3.1), Frame
Relay (RFC 2427), FRF.16.1, netfilter's log, SLIP, PKTAP, IPNET, IP over InfiniBand (RFC 4391),
LoRaTap, DSA tags of Broadcom and Marvell, Juniper's.
"""

import struct

from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import ARP, Ether

from pcapng_file import write

MACS = bytes.fromhex("02000000000b 02000000000a")
QUERY = bytes(
    IP(src="192.0.2.10", dst="192.0.2.53", id=7)
    / UDP(sport=40000, dport=53)
    / DNS(id=0x1234, rd=1, qd=DNSQR(qname="example.com"))
)
PING = bytes(IP(src="192.0.2.1", dst="192.0.2.2") / ICMP())
PING6 = bytes(IPv6(src="2001:db8::1", dst="2001:db8::2") / ICMPv6EchoRequest(id=9, seq=1))
FRAME = bytes(Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b", type=0x0800)) + QUERY
ARP_REQUEST = bytes(ARP(psrc="192.0.2.1", pdst="192.0.2.2", hwsrc="02:00:00:00:00:0a"))


def octets(text):
    return bytes.fromhex(text)


HDLC = [
    octets("0f000800") + QUERY,
    octets("8f0086dd") + PING6,
    octets("8f008035 00000002 00000001 00000002 ffff 0000"),  # keepalive
]
FRAME_RELAY = [
    octets("1841 03cc") + QUERY,
    octets("1841 038e") + PING6,
    octets("1841 0300 80 000000 0800") + PING,
    octets("18410800") + QUERY,  # as Cisco has it
    octets("18400203 03cc") + PING,  # an address of four bytes
    octets("0001 0308 00 75 9501 01 00"),  # management of the link
]
MULTILINK = [octets("c12a") + FRAME_RELAY[0], octets("812b") + FRAME_RELAY[0][:20], octets("e100 01")]


def value(kind, data, order="<"):
    return struct.pack(order + "HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def logged(family, protocol, packet, order="<"):
    values = [(1, struct.pack(">HBB", protocol, 1, 0)), (10, b"in\0"), (9, packet)]
    return struct.pack(">BBH", family, 0, 30) + b"".join(value(*each, order) for each in values)


NFLOG = [logged(2, 0x0800, QUERY), logged(10, 0x86DD, PING6), logged(7, 0x0800, PING)]
SLIP = [octets("00 40") + bytes(14) + QUERY, octets("01 70") + bytes(14) + PING]
PKTAP = [
    struct.pack("<III24s", 108, 1, link_type, b"en0") + bytes(72) + packet
    for link_type, packet in [(1, FRAME), (12, QUERY), (0, octets("1e000000") + PING6)]
]
IPNET = [
    struct.pack(">BBHIIIII", 1, family, 2, len(packet), 1, 0, 0, 0) + packet
    for family, packet in [(2, QUERY), (26, PING6)]
]
INFINIBAND = [bytes(range(40)) + octets("0800 0000") + QUERY]
LORATAP = [
    octets("0000 000f 33be27a0 01 07 60 70 80 20 34") + octets("40 f17dbe49 00 0200 01 954378762b11"),
]
BROADCOM = [MACS + octets("20 00 10 08 0800") + QUERY, MACS + octets("20 00 10 08 0806") + ARP_REQUEST]
PREPENDED = [octets("20 00 10 08") + FRAME]
MARVELL = [MACS + octets("c0 18 00 01 0800") + QUERY, MACS + octets("e0 18 00 64 86dd") + PING6]
MARVELL_ETHER = [MACS + octets("dada 0000 c0 18 00 01 0800") + QUERY]


def juniper(frame, extensions=octets("0012 0301 01")):
    if extensions:
        return octets("4d4743 80") + struct.pack(">H", len(extensions)) + extensions + frame
    return octets("4d4743 00") + frame


WITHOUT_FRAME = octets("4d4743 03 02000000")
JUNIPER = {
    167: [juniper(FRAME)],
    178: [juniper(FRAME), juniper(FRAME, b""), WITHOUT_FRAME + QUERY],
    179: [juniper(octets("ff030021") + QUERY)],
    180: [juniper(FRAME_RELAY[0])],
    181: [juniper(HDLC[0])],
}


def directed(frames):
    return [bytes([n % 2]) + frame for n, frame in enumerate(frames)]


READ = [
    (50, HDLC),
    (104, HDLC),
    (107, FRAME_RELAY),
    (149, PKTAP),
    *JUNIPER.items(),
    (205, directed(HDLC)),
    (206, directed(FRAME_RELAY)),
    (226, IPNET),
    (239, NFLOG),
    (242, INFINIBAND),
    (258, PKTAP),
    (270, LORATAP),
]
UNREAD = [
    (8, SLIP),
    (182, MULTILINK),
    (281, BROADCOM),
    (282, PREPENDED),
    (284, MARVELL),
    (285, MARVELL_ETHER),
]


write("devices.pcapng", READ)
write("switches.pcapng", UNREAD)
