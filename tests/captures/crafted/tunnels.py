"""Frames in tunnels and under IPsec, for tunnels.pcap."""
from scapy.all import (
    AH, ESP, GRE, ICMP, IP, SCTP, TCP, UDP, Dot1Q, Ether, GRE_PPTP, GRErouting, IPv6, Raw,
    SCTPChunkInit, VXLAN, raw, wrpcap)
from scapy.contrib.erspan import ERSPAN_II, ERSPAN_III, ERSPAN_PlatformSpecific
from scapy.contrib.etherip import EtherIP
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.mpls import MPLS

A, B = "192.0.2.1", "192.0.2.2"
A6, B6 = "2001:db8::1", "2001:db8::2"
outer = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
mirrored = Ether(src="02:00:00:00:00:03", dst="02:00:00:00:00:04")
inner = IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=1024, dport=9) / b"inside"
inner6 = IPv6(src="fd00::1", dst="fd00::2") / TCP(sport=1025, dport=9, seq=5)
route = raw(GRErouting(address_family=0x800, SRE_offset=0, SRE_len=8,
                       routing_info=bytes([192, 0, 2, 9, 192, 0, 2, 2])))
last_route = bytes(4)

frames = [
    outer / IP(src=A, dst=B) / GRE(proto=0x800) / inner,
    outer / IP(src=A, dst=B) / GRE(proto=0x86dd, chksum_present=1, key_present=1, key=0xfedcba98,
                                   seqnum_present=1, sequence_number=0x80000001) / inner6,
    outer / IPv6(src=A6, dst=B6) / GRE(proto=0x800, key_present=1, key=7) / inner,
    # The header's optional fields end with the source routes, RFC 1701.
    outer / IP(src=A, dst=B, proto=47)
    / Raw(bytes.fromhex("5d000800 00000000 00000011") + route + last_route) / inner,
    outer / IP(src=A, dst=B) / GRE_PPTP(payload_len=0, call_id=0x1234, seqnum_present=0,
                                        acknum_present=1, ack_number=0x90000000),
    outer / IP(src=A, dst=B) / GRE(proto=0x6558, key_present=1, key=0x00012345) / mirrored / inner,
    outer / IP(src=A, dst=B) / GRE(proto=0x88be) / mirrored / inner,
    outer / IP(src=A, dst=B) / GRE(proto=0x88be, seqnum_present=1, sequence_number=3)
    / ERSPAN_II(vlan=10, session_id=5) / mirrored / inner,
    outer / IP(src=A, dst=B) / GRE(proto=0x22eb, seqnum_present=1, sequence_number=4)
    / ERSPAN_III(vlan=11, session_id=6, ft=0, o=0) / mirrored / inner,
    outer / IP(src=A, dst=B) / GRE(proto=0x22eb, seqnum_present=1, sequence_number=5)
    / ERSPAN_III(vlan=11, session_id=6, ft=0, o=1)
    / ERSPAN_PlatformSpecific(platf_id=1) / mirrored / inner,
    outer / MPLS(label=0xabcde, cos=5, s=0, ttl=254) / MPLS(label=3, cos=0, s=1, ttl=1) / inner,
    outer / Dot1Q(vlan=7) / MPLS(label=16, cos=1, s=1, ttl=64) / inner6,
    outer / IP(src=A, dst=B, proto=137) / MPLS(label=17, cos=2, s=1, ttl=63) / inner,
    outer / IP(src=A, dst=B) / GRE(proto=0x8847) / MPLS(label=18, cos=0, s=1, ttl=62) / inner6,
    outer / IP(src=A, dst=B) / UDP(sport=50000, dport=4789) / VXLAN(vni=0xabcdef) / mirrored
    / inner,
    outer / IP(src=A, dst=B) / UDP(sport=50000, dport=4789)
    / VXLAN(flags=0x88, gpflags=0x48, gpid=0x1234, vni=5) / mirrored / inner,
    outer / IPv6(src=A6, dst=B6) / UDP(sport=50001, dport=6081)
    / GENEVE(oam=1, critical=1, proto=0x6558, vni=0x123456, options=[
        GeneveOptions(classid=0x102, type=0x80, reserved=0, length=1, data=b"abcd"),
        GeneveOptions(classid=0x103, type=2, reserved=0, length=17, data=bytes(range(68))),
        GeneveOptions(classid=0x104, type=3, reserved=0, length=0, data=b"")]) / mirrored / inner,
    outer / IP(src=A, dst=B) / UDP(sport=50001, dport=6081) / GENEVE(proto=0x800, vni=1) / inner,
    outer / IP(src=A, dst=B, proto=51)
    / AH(nh=6, payloadlen=4, spi=0xfedcba98, seq=0x80000002, icv=bytes(range(12)), padding=b"")
    / TCP(sport=1026, dport=9),
    outer / IPv6(src=A6, dst=B6, nh=51)
    / AH(nh=17, payloadlen=4, spi=256, seq=1, icv=bytes(range(12)), padding=b"")
    / UDP(sport=1027, dport=9),
    outer / IP(src=A, dst=B) / ESP(spi=0xfedcba98, seq=0x80000003, data=bytes(40)),
    outer / IP(src=A, dst=B) / EtherIP() / mirrored / inner,
    outer / IP(src=A, dst=B) / SCTP(sport=1028, dport=36412, tag=0xfedcba98)
    / SCTPChunkInit(init_tag=1),
    # Tunnels in tunnels: the records inside repeat the outermost addresses and ports.
    outer / IP(src=A, dst=B) / UDP(sport=50002, dport=4789) / VXLAN(vni=1) / mirrored
    / IP(src="198.51.100.1", dst="198.51.100.2") / GRE(proto=0x800)
    / IP(src="203.0.113.1", dst="203.0.113.2") / ICMP(),
]
for number, frame in enumerate(frames):
    frame.time = 1700000000 + number
wrpcap("tunnels.pcap", frames, linktype=1)
