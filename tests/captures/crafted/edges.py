"""Frames at the edges of what the standards allow, for edges.pcap."""
import struct
from scapy.all import (
    DNS, DNSQR, DNSRROPT, GRE, IP, LLC, SCTP, SNAP, TCP, UDP, VXLAN, Dot1AD, Dot1Q, Dot3, Ether, IPv6,
    IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, Raw, RouterAlert,
    raw, wrpcap)
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.gtp import GTP_U_Header, GTPPDUSessionContainer
from scapy.contrib.igmpv3 import IGMPv3, IGMPv3gr, IGMPv3mq, IGMPv3mr
from scapy.contrib.modbus import (
    ModbusADURequest, ModbusADUResponse, ModbusPDU03ReadHoldingRegistersError,
    ModbusPDU03ReadHoldingRegistersRequest, ModbusPDU03ReadHoldingRegistersResponse)
from scapy.contrib.mpls import MPLS
from scapy.layers.vrrp import VRRPv3

A, B = "192.0.2.1", "192.0.2.2"
A6, B6 = "2001:db8::1", "2001:db8::2"
ether = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
inner = IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=1024, dport=9) / b"inside"


def hex_bytes(digits):
    return Raw(bytes.fromhex(digits))


def segment(port, *messages):
    """Messages one behind the other in one segment; all segments have a connection of their own."""
    segment.port += 1
    payload = b"".join(raw(message) for message in messages)
    return ether / IP(src=A, dst=B) / TCP(sport=port, dport=segment.port, flags="PA") / payload


segment.port = 40000


def enip(command, data):
    return struct.pack("<HHII8sI", command, len(data), 7, 0, b"context.", 0) + data


def avp(code, value, flags=0x40, vendor=None):
    vendor = b"" if vendor is None else struct.pack(">I", vendor)
    length = 8 + len(vendor) + len(value)
    whole = struct.pack(">IB", code, flags) + length.to_bytes(3, "big") + vendor + value
    return whole + bytes(-len(whole) % 4)


def diameter(*avps):
    length = 20 + len(b"".join(avps))
    return (b"\1" + length.to_bytes(3, "big") + b"\xc0" + (272).to_bytes(3, "big")
            + struct.pack(">III", 4, 0xFEDCBA98, 0x80000001) + b"".join(avps))


def cdp(*values):
    body = b"".join(struct.pack(">HH", type_, 4 + len(value)) + value for type_, value in values)
    return (Dot3(src="02:00:00:00:00:01", dst="01:00:0c:cc:cc:cc") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3)
            / SNAP(OUI=0x00000C, code=0x2000) / (b"\x02\xb4\0\0" + body))


def ospfv3(type_, body, reserved=0):
    header = struct.pack(">BBHIIHBB", 3, type_, 16 + len(body), 0xC0000201, 0, 0, 5, reserved)
    return ether / IPv6(src="fe80::1", dst="ff02::5", nh=89, hlim=1) / Raw(header + body)


def external(type_, content):
    header = struct.pack(">HHIIIHH", 1, type_, 9, 0xC0000202, 0x80000003, 0xABCD, 20 + len(content))
    return struct.pack(">I", 1) + header + content


# What the reply to a Forward_Open has: items behind the message, CIP Networks Library 2, 3-3.
with_items = enip(0x6F, bytes.fromhex("00000000 0000 0300 0000 0000 b200 0400 ce000000 0080 1000")
                  + bytes.fromhex("0002 08ae 0a000001 0000000000000000"))
routes = bytes.fromhex("0800 04 08 c0000209 c0000202 0800 00 04 c0000203 0000 00 00")
prefix = bytes.fromhex("40 10 2001 20010db800000001")

frames = [
    # No next header: what follows is padding of the frame.
    ether / IPv6(src=A6, dst=B6, nh=59, plen=0) / Raw(bytes(6)),
    ether / IPv6(src=A6, dst=B6) / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / IPv6ExtHdrDestOpt()
    / IPv6ExtHdrRouting(addresses=["2001:db8::3"])
    / IPv6ExtHdrFragment(res1=0xA5, res2=2, id=0xFEDCBA98) / IPv6ExtHdrDestOpt()
    / UDP(sport=1, dport=9) / b"all of it",
    ether / Dot1AD(vlan=1, prio=7, dei=1) / Dot1Q(vlan=4095) / Dot1Q(vlan=0, prio=5) / inner,
    segment(44818, with_items, enip(0x65, bytes.fromhex("01000000"))),
    segment(502, ModbusADUResponse(transId=1, unitId=255)
            / ModbusPDU03ReadHoldingRegistersResponse(registerVal=[0xFFFF]),
            ModbusADUResponse(transId=0xFFFF) / ModbusPDU03ReadHoldingRegistersError(exceptCode=11),
            ModbusADURequest(transId=3) / ModbusPDU03ReadHoldingRegistersRequest()),
    segment(3868, diameter(
        avp(264, b"h\xf6st.example"), avp(257, b"\0\2" + bytes(15) + b"\1"),
        avp(447, struct.pack(">q", -2**63)), avp(429, struct.pack(">i", -3)),
        avp(421, b"\xff" * 8), avp(432, b"\xff" * 4), avp(1, b"x", flags=0xC0, vendor=0xFFFFFFFF)),
        diameter()),
    ether / IP(src=A, dst=B) / UDP(sport=53, dport=1024)
    / DNS(id=1, qr=1, rcode=15, qd=DNSQR(qname="private.example"),
          ar=DNSRROPT(rclass=1232, extrcode=0xFF)),
    # A location may be binary.
    cdp((1, b"switch"), (0x17, b"\1\xff\xfeM\xfcnchen")),
    # Two source routes; the codes of the query are floating-point numbers; auxiliary data.
    ether / IP(src=A, dst=B, proto=47) / hex_bytes("40000800 0000 0004") / Raw(routes) / inner,
    ether / IP(src=A, dst="224.0.0.1", ttl=1)
    / IGMPv3(type=0x11, mrcode=0xFF) / IGMPv3mq(gaddr="224.0.0.9", s=1, qrv=7, qqic=0x8F,
                                                 srcaddrs=["192.0.2.8", "192.0.2.9"]),
    ether / IP(src=A, dst="224.0.0.22", ttl=1) / IGMPv3(type=0x22) / IGMPv3mr(records=[
        IGMPv3gr(rtype=6, auxdlen=1, maddr="224.0.0.5", srcaddrs=["192.0.2.8"]) / b"aux.",
        IGMPv3gr(rtype=5, maddr="224.0.0.6")]),
    ether / IP(src=A, dst=B) / UDP(sport=50001, dport=6081)
    / GENEVE(proto=0x86DD, vni=0xFFFFFF, options=[
        GeneveOptions(classid=0xFFFF, type=0xFF, reserved=7, length=1, data=b"abcd")])
    / IPv6(src=A6, dst=B6) / GRE(proto=0x8847) / MPLS(label=0xFFFFF, cos=7, s=0, ttl=255)
    / MPLS(label=0, s=1) / IP(src=A, dst=B) / UDP(sport=50000, dport=4789) / VXLAN(vni=0xFFFFFF)
    / ether / Dot1Q(vlan=9) / inner,
    ether / IP(src=A, dst="224.0.0.18") / VRRPv3(vrid=1, adv=4095, addrlist=["192.0.2.3"] * 4),
    ether / IPv6(src="fe80::1", dst="ff02::12", nh=112, hlim=255)
    / hex_bytes("31ff0002f0640000 fe8000000000000000000000000000ff 20010db8000000000000000000000003"),
    # SHA1 authentication.
    ether / IP(src=A, dst=B) / UDP(sport=50000, dport=3784)
    / hex_bytes("3f7f0534 80000001 ffffffff 000f4240 000f4240 00000000 051cff00 80000005")
    / Raw(bytes(range(20))),
    # A password; the upper bit of the 64 is set.
    ether / IP(src=A, dst="224.0.0.5", proto=89)
    / hex_bytes("0201002c c0000201 00000000 0000 0001 e473656372657400"
                "ffffff00 000a 02 01 00000028 00000000 00000000"),
    # Reserved bits; an external route with all that it may have.
    ospfv3(4, external(0x4005, bytes.fromhex("07ffffff") + prefix
                       + bytes.fromhex("20010db8000000000000000000000009 fedcba98 0a0b0c0d")), 0xA5),
    # A PDU session container of 5G in front of the packet.
    ether / IP(src=A, dst=B) / UDP(sport=2152, dport=2152)
    / GTP_U_Header(gtp_type=255, teid=7) / GTPPDUSessionContainer(type=0, QFI=9)
    / IP(src=A, dst=B) / SCTP(sport=1, dport=9, tag=0x80000001),
    # An expanded type (RFC 3748, 5.7); what follows is padding.
    Ether(src="02:00:00:00:00:01", dst="01:80:c2:00:00:03", type=0x888E)
    / hex_bytes("02000010 01ff0010 fe00372a 0000000100000000") / Raw(bytes(20)),
]

wrpcap("edges.pcap", frames)
