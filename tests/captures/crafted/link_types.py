"""One interface for each link type that no machine of ours has, in one pcapng file.

802.11, EAP and EAPOL, PPP and PPPoE are scapy's. Where scapy has no layer, the bytes stand here as
the standards lay them out: HT control (IEEE 802.11-2020, 9.2.4.6), control frames (9.3.1), PPI,
Prism, AVS, PFLOG, FDDI (ISO 9314-2) and USB (Linux, Documentation/usb/usbmon.rst).
"""

import socket
import struct
import zlib

from scapy.layers.dns import DNS, DNSQR
from scapy.layers.dot11 import (
    Dot11,
    Dot11AssoReq,
    Dot11Auth,
    Dot11Beacon,
    Dot11Deauth,
    Dot11Elt,
    Dot11ProbeReq,
    RadioTap,
)
from scapy.layers.eap import EAP, EAPOL, EAPOL_KEY
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import LLC, SNAP, Ether
from scapy.layers.ppp import PPP_LCP_Echo, PPPoE, PPPoED, PPPoETag
from scapy.packet import Raw

from pcapng_file import NOW, write

STATION, PEER = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
ACCESS_POINT, SERVER = "02:00:00:00:00:01", "02:00:00:00:00:0d"


def octets(mac):
    return bytes.fromhex(mac.replace(":", ""))


QUERY = (
    IP(src="192.0.2.10", dst="192.0.2.53", id=7)
    / UDP(sport=40000, dport=53)
    / DNS(id=0x1234, rd=1, qd=DNSQR(qname="example.com"))
)
PING = IP(src="192.0.2.1", dst="192.0.2.2") / ICMP()
PING6 = IPv6(src="2001:db8::1", dst="2001:db8::2") / ICMPv6EchoRequest(id=9, seq=1)
LLC_QUERY = bytes(LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=0, code=0x800) / QUERY)
SPANNING_TREE = bytes(LLC(dsap=0x42, ssap=0x42, ctrl=3)) + bytes(35)


# 802.11 --------------------------------------------------------------------------------------------


def data(directions="to-DS", qos=None, ht=None, subtype=None, body=LLC_QUERY, fragment=0, **more):
    """A data frame; scapy's has neither QoS nor HT control in this form."""
    if subtype is None:
        subtype = 0 if qos is None else 8
    flags = directions + ("" if ht is None else "+order")
    header = Dot11(
        type=2,
        subtype=subtype,
        FCfield=flags,
        ID=socket.htons(44),
        addr1=ACCESS_POINT,
        addr2=STATION,
        addr3=SERVER,
        SC=321 << 4 | fragment,
        **more,
    )
    controls = b"" if qos is None else struct.pack("<H", qos)
    controls += b"" if ht is None else struct.pack("<I", ht)
    return bytes(header) + controls + body


def management(subtype, body, ht=None):
    header = Dot11(
        type=0,
        subtype=subtype,
        FCfield=0 if ht is None else "order",
        ID=socket.htons(314),
        addr1="ff:ff:ff:ff:ff:ff",
        addr2=ACCESS_POINT,
        addr3=ACCESS_POINT,
        SC=4095 << 4,
    )
    return bytes(header) + (b"" if ht is None else struct.pack("<I", ht)) + bytes(body)


def control(subtype, addresses, rest=""):
    macs = octets(ACCESS_POINT) + octets(STATION)
    head = struct.pack("<BBH", 4 | subtype << 4, 0, 0x1A2)
    return head + macs[: 6 * addresses] + bytes.fromhex(rest)


NETWORK = Dot11Elt(ID="SSID", info="farcap")
BEACON = management(8, Dot11Beacon(cap="ESS+privacy") / NETWORK)
AMSDU_PART = octets(SERVER) + octets(STATION) + struct.pack(">H", len(LLC_QUERY)) + LLC_QUERY

DOT11 = [
    BEACON,
    management(4, Dot11ProbeReq() / Dot11Elt(ID="SSID", info="")),
    management(0, Dot11AssoReq(cap="ESS") / NETWORK, ht=0xE1C2A4B6),
    management(11, Dot11Auth(algo=0, seqnum=1, status=0)),
    management(12, Dot11Deauth(reason=7)),
    control(4, 2, "00"),  # beamforming report poll
    control(5, 2, "040300"),  # VHT NDP announcement
    control(7, 1, "8801 7d1dda40 0000000000000000"),  # control wrapper
    control(8, 2, "0400 1001"),  # block ack request
    control(9, 2, "0500 3014 0000000000000000"),  # block ack
    control(10, 2),  # PS-Poll
    control(11, 2),  # RTS
    control(12, 1),  # CTS
    control(13, 1),  # ACK
    control(14, 2),  # CF-End
    control(15, 2),  # CF-End and CF-Ack
    data(),
    data("from-DS"),
    data("to-DS+from-DS", addr4=PEER),
    data("to-DS+retry+pw-mgt+MD"),
    data("to-DS+order"),
    data(subtype=4, body=b""),
    data("to-DS+protected", body=bytes.fromhex("0102030400000000") + bytes(24)),
    data("to-DS+MF", body=LLC_QUERY[:32]),
    data(fragment=1, body=LLC_QUERY[32:]),
    data("from-DS", qos=0x1B16),
    data(qos=0x0065),
    data(qos=0, subtype=12, body=b""),
    data("to-DS+from-DS", qos=7, addr4=PEER),
    data(qos=0x0085, body=AMSDU_PART),
    # HT: nothing, request, antenna selection; VHT: solicited, not, no feedback; HT; HE
    data(qos=5, ht=0x00000000),
    data(qos=5, ht=0xE1C2A4B6),
    data(qos=5, ht=0x6100B93A),
    data(qos=5, ht=0x40DA1D7D),
    data(qos=5, ht=0xFD3A9B6D),
    data(qos=5, ht=0x2F00FE4D),
    data(qos=5, ht=0x80000034),
    data(qos=5, ht=0x21008FB8),
    data(qos=5, ht=0x00000007),
]


def with_fcs(frame):
    return frame + struct.pack("<I", zlib.crc32(frame))


def padded_behind(frame, header):
    return frame[:header] + bytes(-header % 4) + frame[header:]


def radiotap(fields, **values):
    return bytes(RadioTap(present=fields, **values))


# Two words of `present`; the TSFT at a multiple of eight
TWO_WORDS = "00001c00 03000080 00000000 00000000 4d00000000000000 10000000"

RADIOTAP = [
    radiotap("Rate", Rate=2) + data(),
    radiotap("Flags", Flags="FCS") + with_fcs(data()),
    radiotap("TSFT+Flags+Rate", mac_timestamp=123456789, Flags="FCS", Rate=108)
    + with_fcs(data(qos=5)),
    radiotap("TSFT+Flags", mac_timestamp=1, Flags="pad") + padded_behind(data(qos=5), 26),
    radiotap("Flags", Flags="FCS+pad") + with_fcs(data("to-DS+from-DS", qos=5, addr4=PEER)),
    radiotap("Flags", Flags="FCS+badFCS") + data() + b"\1\2\3\4",
    bytes.fromhex(TWO_WORDS) + with_fcs(data()),
    radiotap("Flags", Flags="FCS") + with_fcs(BEACON),
    radiotap("Flags", Flags="FCS") + with_fcs(control(13, 1)),
    (radiotap("Flags", Flags="FCS") + with_fcs(data())[:60], 9 + 24 + 69 + 4),  # cut
]


def ppi(link_type, fields=b"", flags=0):
    return struct.pack("<BBHI", 0, flags, 8 + len(fields), link_type) + fields


def dot11_common(flags):
    return struct.pack("<HHQHHHHBBbb", 2, 20, 1000, flags, 2, 2437, 0xA0, 0, 0, -40, -90)


PPI = [
    ppi(105) + data(),
    ppi(105, dot11_common(1)) + with_fcs(data()),
    ppi(105, dot11_common(1), flags=1) + with_fcs(data()),
    ppi(105, dot11_common(0)) + data(qos=5),
    ppi(1) + bytes(Ether(src=STATION, dst=ACCESS_POINT) / QUERY),
    ppi(101) + bytes(QUERY),
]

PRISM_ITEMS = [struct.pack("<IHHI", 0x10044 + n * 0x10000, 0, 4, n) for n in range(10)]
PRISM = [
    struct.pack("<II16s", 0x44, 144, b"wlan0") + b"".join(PRISM_ITEMS) + data(),
    struct.pack(">II", 0x80211001, 64) + bytes(56) + data(qos=5),  # AVS
]


# EAP and EAPOL -------------------------------------------------------------------------------------

COUNTED = bytes(range(64))
NONCE, MIC = COUNTED[:32], COUNTED[16:32]
RSN_ELEMENT = bytes.fromhex("30140100000fac040100000fac040100000fac020000")


def over_ethernet(packet):
    frame = bytes(packet)
    return frame + bytes(max(0, 60 - len(frame)))


def eapol(kind, version=1, **more):
    return (
        Ether(src=STATION, dst="01:80:c2:00:00:03", type=0x888E)
        / EAPOL(version=version, type=kind, **more)
    )


def key(descriptor=2, **more):
    more = {"has_key_mic": 1, "key_mic": MIC, "key_length": 0, **more}
    return eapol(3, version=2) / EAPOL_KEY(key_descriptor_type=descriptor, **more)


PAIRWISE = {"key_type": 1, "key_descriptor_type_version": 2}
EAPOL_FRAMES = [
    eapol(1, len=0),
    eapol(0) / EAP(code=1, id=1, type=1),
    eapol(0) / EAP(code=2, id=1, type=1) / Raw(b"user@example.com"),
    eapol(0) / EAP(code=1, id=2, type=4) / Raw(b"\x10" + MIC),
    eapol(0) / EAP(code=3, id=2, len=4),
    eapol(0) / EAP(code=4, id=9, len=4),
    eapol(2, version=3, len=0),
    # The four-way handshake
    key(**PAIRWISE, has_key_mic=0, key_mic=b"", key_ack=1, key_length=16, key_replay_counter=1,
        key_nonce=NONCE),
    key(**PAIRWISE, key_replay_counter=1, key_nonce=NONCE[::-1], key_data=RSN_ELEMENT),
    key(**PAIRWISE, install=1, key_ack=1, secure=1, encrypted_key_data=1, key_length=16,
        key_replay_counter=2, key_nonce=NONCE, key_iv=MIC, key_rsc=COUNTED[1:9],
        key_data=COUNTED[:56]),
    key(**PAIRWISE, secure=1, key_replay_counter=2**64 - 1),
    # A group key of WPA, and an error report
    key(254, key_descriptor_type_version=1, res=2, key_ack=1, secure=1, key_length=32,
        key_replay_counter=3, key_nonce=NONCE, key_iv=MIC[::-1], key_rsc=bytes(7) + b"\5",
        key_id=bytes(7) + b"\6", key_data=COUNTED[:32]),
    key(key_descriptor_type_version=3, error=1, request=1, smk_message=1, key_replay_counter=4),
]


# PPP -----------------------------------------------------------------------------------------------

MPLS_LABEL = struct.pack(">I", 16 << 12 | 0x100 | 64)
FRAMING = b"\xff\x03"
PPP = [
    FRAMING + b"\0\x21" + bytes(QUERY),
    b"\0\x21" + bytes(QUERY),
    b"\x21" + bytes(QUERY),
    FRAMING + b"\x57" + bytes(PING6),
    b"\0\x57" + bytes(PING6),
    FRAMING + b"\x02\x81" + MPLS_LABEL + bytes(QUERY),
    b"\x02\x83" + MPLS_LABEL + bytes(QUERY),
    FRAMING + b"\xc0\x21" + bytes(PPP_LCP_Echo(id=1, magic_number=7)),
]


def session(ppp):
    return PPPoE(version=1, type=1, code=0, sessionid=0x1234) / Raw(ppp)


PPPOE = [
    over_ethernet(
        Ether(src=STATION, dst=ACCESS_POINT, type=0x8864) / session(b"\0\x21" + bytes(PING))
    ),
    Ether(src=STATION, dst=ACCESS_POINT, type=0x8864) / session(PPP[4]),
    over_ethernet(
        Ether(src=STATION, dst="ff:ff:ff:ff:ff:ff", type=0x8863)
        / PPPoED(version=1, type=1, code=9, sessionid=0)
        / PPPoETag(tag_type=0x101, tag_value=b"")
    ),
]


# The rest ------------------------------------------------------------------------------------------


def fddi(frame_control, body):
    return bytes([frame_control]) + octets(ACCESS_POINT) + octets(STATION) + body


FDDI = [
    fddi(0x50, LLC_QUERY),
    fddi(0x57, SPANNING_TREE),
    fddi(0xD1, LLC_QUERY),
    fddi(0x41, bytes(20)),  # station management
    fddi(0xC3, bytes(8)),  # claim
]


def pflog(family):
    names = struct.pack(">BBBB16s16s", 61, family, 0, 0, b"em0", b"")
    numbers = struct.pack(">IIIiIiB", 0, 0xFFFFFFFF, 0, -1, 0, 0, 1)
    return names + numbers + bytes(3)


PFLOG = [pflog(2) + bytes(QUERY), pflog(24) + bytes(PING6)]


def cooked(hardware, protocol, body):
    address = octets(STATION) + bytes(2)
    return struct.pack(">HHH8sH", 0, hardware, 6, address, protocol) + bytes(body)


COOKED = [
    cooked(803, 0, radiotap("Flags", Flags="FCS") + with_fcs(data())),
    cooked(1, 4, SPANNING_TREE),
    cooked(1, 0x8864, session(PPP[1])),
]


def usb(
    header, urb, event, transfer, endpoint, device, bus, seconds, micros, status, length,
    data=b"", setup=None, no_data=0, iso=None, interval=0, start=0, flags=0, data_length=None,
):
    errors, descriptors = iso or (0, 0)
    data = b"".join(
        struct.pack("<iIII", 0, n * 192, 192, 0) for n in range(descriptors)
    ) + data
    if data_length is None:
        data_length = len(data)
    packet = struct.pack(
        "<QBBBBHBBqiiII",
        urb, ord(event), transfer, endpoint, device, bus, ord("-") if setup is None else 0,
        ord(no_data) if no_data else 0, seconds, micros, status, length, data_length,
    )
    packet += struct.pack("<II", errors, descriptors) if setup is None else setup
    if header == 64:
        packet += struct.pack("<iiII", interval, start, flags, descriptors)
    return packet + data


CONTROL, BULK, INTERRUPT, ISOCHRONOUS = 2, 3, 1, 0
IN = 0x80
IN_PROGRESS, BROKEN_PIPE, NO_ENTRY = -115, -32, -2
GET_DESCRIPTOR = struct.pack("<BBHHH", 0x80, 6, 0x0100, 0, 18)
SET_ADDRESS = struct.pack("<BBHHH", 0x00, 5, 7, 0, 0)
GET_PORT_STATUS = struct.pack("<BBHHH", 0xA3, 0, 0, 2, 4)
DEVICE = bytes.fromhex("12010002000000406b1d02000606030201 01")


def transfers(header):
    urb = 0xFFFF8F01A2B3C4D5
    return [
        usb(header, urb, "S", CONTROL, IN, 0, 1, NOW, 123456, IN_PROGRESS, 18,
            setup=GET_DESCRIPTOR, no_data="<", flags=0x200),
        usb(header, urb, "C", CONTROL, IN, 0, 1, NOW, 124000, 0, 18, DEVICE),
        usb(header, urb, "S", CONTROL, 0, 0, 1, NOW, 999999, IN_PROGRESS, 0,
            setup=SET_ADDRESS, no_data=">"),
        usb(header, urb, "C", CONTROL, 0, 0, 1, NOW, 0, BROKEN_PIPE, 0, no_data=">"),
        usb(header, urb, "S", CONTROL, IN, 1, 2, NOW, 5, IN_PROGRESS, 4,
            setup=GET_PORT_STATUS, no_data="<"),
        usb(header, 0x1000, "S", BULK, 2, 9, 300, NOW, 6, IN_PROGRESS, 31,
            b"USBC" + COUNTED[:27]),
        usb(header, 0x1000, "C", INTERRUPT, IN | 1, 9, 1, NOW, 7, 0, 8, COUNTED[:8], interval=8),
        usb(header, 0x2000, "C", ISOCHRONOUS, IN | 3, 4, 1, NOW, 8, 0, 576, bytes(3 * 192),
            iso=(1, 3), interval=1, start=4711, flags=0x202),
        usb(header, 0x3000, "E", BULK, IN | 1, 5, 1, NOW, 9, NO_ENTRY, 0, no_data="E"),
        (
            usb(header, 0x4000, "C", BULK, IN | 1, 5, 1, NOW, 9, 0, 512, COUNTED,
                data_length=512),
            header + 512,  # cut
        ),
    ]


INTERFACES = [
    (1, [over_ethernet(each) for each in EAPOL_FRAMES] + PPPOE),
    (9, PPP),
    (10, FDDI),
    (50, PPP),
    (51, [session(PPP[1]), session(PPP[4])]),
    (105, DOT11),
    (113, COOKED),
    (117, PFLOG),
    (119, PRISM),
    (127, RADIOTAP),
    (189, transfers(48)),
    (192, PPI),
    (204, [bytes([n % 2]) + each for n, each in enumerate(PPP)]),
    (220, transfers(64)),
]


write("link_types.pcapng", INTERFACES)
