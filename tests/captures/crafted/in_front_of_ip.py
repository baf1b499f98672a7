"""One packet behind each kind of tag, tunnel and channel that has no record, for in_front_of_ip.pcap."""
import struct
from scapy.all import (
    ARP, DNS, DNSQR, GRE, IP, LLC, PPP, STP, UDP, Dot1AD, Dot1Q, Dot3, Ether, IPv6, PPPoE, RawPcapWriter,
    raw)
from scapy.contrib.mpls import MPLS
from scapy.layers.l2 import Dot1AH

outer = dict(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
packet = (IP(src="192.0.2.1", dst="198.51.100.2") / UDP(sport=40000, dport=53)
          / DNS(id=7, rd=1, qd=DNSQR(qname="www.example.test")))
packet6 = (IPv6(src="2001:db8::1", dst="2001:db8::2") / UDP(sport=40000, dport=53)
           / DNS(id=7, rd=1, qd=DNSQR(qname="www.example.test")))
vlan20 = Dot1Q(vlan=20) / packet
inner = Ether(src="aa:bb:cc:00:00:01", dst="aa:bb:cc:00:00:02") / packet
bridge = (Dot3(src="aa:bb:cc:00:00:01", dst="01:80:c2:00:00:00") / LLC() / STP())


def behind(type_, *parts):
    """A frame with that EtherType and, in hexadecimal or as packets, what is behind it."""
    return Ether(**outer, type=type_) / b"".join(
        bytes.fromhex(part) if isinstance(part, str) else raw(part) for part in parts)


def in_mpls(payload, label=16):
    return Ether(**outer, type=0x8847) / MPLS(label=label, s=1, ttl=64) / payload


def channel(type_, payload):
    return struct.pack(">BBH", 0x10, 0, type_) + raw(payload)


def nsh(protocol, words=6, metadata=1):
    return struct.pack(">HBBI", 0x0FC0 | words, metadata, protocol, 0x1FF) + bytes(4 * words - 8)


def isl(frame):
    frame = raw(frame) + bytes(4)
    return (bytes.fromhex("01000c000000 020000000001") + struct.pack(">H", 12 + len(frame))
            + bytes.fromhex("aaaa03 020000 0028 0000 0000") + frame + bytes(4))


def in_ppp(protocol, payload):
    return Ether(**outer) / PPPoE(sessionid=1) / PPP(proto=protocol) / payload


bfd = bytes.fromhex("20c80318 00000001 00000002 000f4240 000f4240 00000000")

frames = [
    # VLAN tags of other types, also in one another and in front of LLC.
    behind(0x9100, "001e 8100", "0014 0800", packet),
    behind(0x9200, "001e 8100", "0014 0800", packet),
    behind(0x9300, "001e 0800", packet),
    Ether(**outer) / Dot1AD(vlan=30) / vlan20,
    behind(0x9100, "001e 9100", "0014 86dd", packet6),
    # Tags of fixed length.
    behind(0x8926, "00000014 8100", "0014 0800", packet),
    behind(0x893F, "000000010000 8100", "0014 0800", packet),
    behind(0x892F, "0040 0001 0800", packet),
    behind(0x892F, "0040 0001 8100", "0014 86dd", packet6),
    behind(0xF1C1, "0000 0001 0800", packet),
    behind(0x8909, "0101 0001 0002 0800", packet),
    behind(0xD28B, "0001 0010 00000001 00000002 0800", packet),
    behind(0xD28B, "0001 0120 0001 00000002 0800", packet),
    behind(0x8926, "00000014", struct.pack(">H", len(raw(bridge)) - 14), raw(bridge)[14:]),
    # MACsec that is not encrypted, with a checksum; of a few bytes with padding; and one encrypted.
    behind(0x88E5, "20 00 00000001 0200000000010001 0800", packet, bytes(16)),
    behind(0x88E5, "00 22 00000001 0806", ARP(), bytes(2), bytes(16)),
    behind(0x88E5, "0c 00 00000001", bytes(range(64))),
    # Frames in frames.
    Ether(**outer) / Dot1AH(isid=0x1234) / inner,
    Ether(**outer) / Dot1AD(vlan=30) / Dot1AH(isid=0x1234) / inner,
    behind(0x8903, "0420", inner),
    behind(0x22F3, "003f 0001 0002", inner),
    behind(0x22F3, "087f 0001 0002 01020304", inner),
    isl(inner),
    isl(bridge),
    behind(0x4305, "400f4001 020000000002", inner),
    behind(0x4305, "420f4001 020000000002 020000000001 0100", inner),
    behind(0x4305, "010f4000 00000001 020000000001", inner),
    behind(0x4305, "030e4001 020000000002", inner),
    in_ppp(0x0031, b"\x00\x01" + raw(inner)),
    in_ppp(0x0031, b"\x83\x01" + raw(inner) + bytes(3) + bytes(4)),
    # Network service headers.
    behind(0x894F, nsh(1), packet),
    behind(0x894F, nsh(2, 2, 2), packet6),
    behind(0x894F, nsh(3), inner),
    behind(0x894F, nsh(4, 2, 2), nsh(5), MPLS(label=16, s=1, ttl=64) / packet),
    # What labels carry.
    in_mpls(packet),
    in_mpls(packet6),
    in_mpls(bytes(4) + raw(inner)),
    in_mpls(bytes.fromhex("00001234") + raw(inner)),
    in_mpls(raw(Ether(src="00:00:0c:00:00:01", dst="00:1b:21:00:00:02") / packet)),
    in_mpls(raw(Ether(src="00:00:0c:00:00:01", dst="01:00:5e:00:00:fb") / packet)),
    in_mpls(raw(Ether(src="00:00:0c:00:00:01", dst="40:61:86:00:00:02") / packet)),
    in_mpls(raw(Ether(src="00:00:0c:00:00:01", dst="60:a4:4c:00:00:02") / packet)),
    in_mpls(bytes(4) + raw(Ether(src="aa:bb:cc:00:00:01", dst="aa:bb:cc:00:00:02") / vlan20)),
    in_mpls(bytes(4) + raw(bridge)),
    in_mpls(channel(0x0021, packet)),
    in_mpls(channel(0x0057, packet6)),
    in_mpls(channel(0x0007, bfd), label=13),
    # Packets in IP.
    Ether(**outer) / IP(src="192.0.2.1", dst="192.0.2.2", proto=143) / inner,
    Ether(**outer) / IP(src="192.0.2.1", dst="192.0.2.2") / GRE(proto=0x883E) / (bytes(4) + raw(packet)),
    Ether(**outer) / IP(src="192.0.2.1", dst="192.0.2.2") / GRE(proto=0x883E) / packet,
    Ether(**outer) / IP(src="192.0.2.1", dst="192.0.2.2") / GRE(proto=0x894F) / (nsh(1) + raw(packet)),
    Ether(**outer) / IP(src="192.0.2.1", dst="192.0.2.2") / GRE(proto=0x8909)
    / (bytes.fromhex("0800 0101 0001 0002") + raw(packet)),
    # Reverse ARP, and a packet that says that nothing follows, with something behind it.
    behind(0x8035, ARP(op=3)),
    Ether(**outer) / IPv6(src="2001:db8::1", dst="2001:db8::2", nh=59) / b"ignored",
]
capture = RawPcapWriter("in_front_of_ip.pcap", linktype=1)
capture.write_header(None)
for number, frame in enumerate(frames):
    capture.write_packet(raw(frame), sec=1700000000 + number, usec=0)
capture.close()
