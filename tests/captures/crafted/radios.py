"""CAN, IEEE 802.15.4 and Bluetooth, as scapy makes them, one interface for each link type."""

import struct

from scapy.layers.bluetooth import (
    HCI_ACL_Hdr, HCI_Cmd_Reset, HCI_Command_Hdr, HCI_Event_Hdr, HCI_Hdr)
from scapy.layers.bluetooth4LE import (
    BTLE, BTLE_ADV, BTLE_ADV_DIRECT_IND, BTLE_ADV_IND, BTLE_CONNECT_REQ, BTLE_DATA, BTLE_SCAN_REQ)
from scapy.layers.can import CAN, CANFD
from scapy.layers.dot15d4 import Dot15d4, Dot15d4Ack, Dot15d4Beacon, Dot15d4Data, Dot15d4FCS
from scapy.packet import Raw

from pcapng_file import write

ADVERTISER, PEER = "c0:01:02:03:04:05", "d0:11:12:13:14:15"

BUS = [
    CAN(identifier=0x123, length=8, data=bytes(range(8))),
    CAN(identifier=0x1ABCDEF0, flags="extended", length=2, data=b"\x0a\x0b"),
    CAN(identifier=0x321, flags="remote_transmission_request", length=0, data=b""),
    CAN(identifier=0x004, flags="error", length=8, data=bytes(8)),
    CANFD(identifier=0x555, fd_flags="fd_frame+bit_rate_switch", length=12, data=bytes(range(12))),
    CANFD(identifier=0x555, fd_flags="fd_frame+error_state_indicator", length=12, data=bytes(12)),
]

DATA = Dot15d4Data(dest_panid=0x1234, dest_addr=0xFFFF, src_addr=0x0001) / Raw(b"payload")
EXTENDED = Dot15d4Data(
    dest_panid=0x1234, dest_addr=0x0011223344556677, src_panid=0x4321, src_addr=0x8899AABBCCDDEEFF)


def low_rate(kind):
    return [
        bytes(kind(fcf_frametype=1, fcf_panidcompress=1, fcf_destaddrmode=2, fcf_srcaddrmode=2,
                   fcf_ackreq=1, seqnum=7) / DATA),
        bytes(kind(fcf_frametype=1, fcf_destaddrmode=3, fcf_srcaddrmode=3, fcf_pending=1, seqnum=8)
              / EXTENDED / Raw(b"more")),
        bytes(kind(fcf_frametype=2, fcf_destaddrmode=0, fcf_srcaddrmode=0, seqnum=9) / Dot15d4Ack()),
        bytes(kind(fcf_frametype=0, fcf_destaddrmode=0, fcf_srcaddrmode=2, seqnum=10)
              / Dot15d4Beacon(src_panid=0x1234, src_addr=0)),
    ]


def tapped(kind, frame):
    return struct.pack("<BBHHHB3x", 0, 0, 12, 0, 1, kind) + frame


CONTROLLER = [
    HCI_Hdr() / HCI_Command_Hdr() / HCI_Cmd_Reset(),
    HCI_Hdr(type=2) / HCI_ACL_Hdr(handle=0x040, PB=2, BC=0) / Raw(b"data"),
    bytes.fromhex("03 2a10 03 010203"),
    HCI_Hdr(type=4) / HCI_Event_Hdr(code=0x0E) / Raw(bytes.fromhex("01030c00")),
]
AIR = [
    BTLE() / BTLE_ADV(RxAdd=0, TxAdd=1) / BTLE_ADV_IND(AdvA=ADVERTISER),
    BTLE() / BTLE_ADV(RxAdd=1, TxAdd=0) / BTLE_ADV_DIRECT_IND(AdvA=ADVERTISER, InitA=PEER),
    BTLE() / BTLE_ADV(RxAdd=0, TxAdd=1) / BTLE_SCAN_REQ(ScanA=PEER, AdvA=ADVERTISER),
    BTLE() / BTLE_ADV(RxAdd=0, TxAdd=1) / BTLE_CONNECT_REQ(InitA=PEER, AdvA=ADVERTISER, AA=0x12345678),
    BTLE(access_addr=0x12345678) / BTLE_DATA(LLID=1, NESN=1, SN=0, MD=1) / Raw(b"xyz"),
    BTLE(access_addr=0x12345678) / BTLE_DATA(LLID=3, NESN=0, SN=1) / Raw(b"\x02\x13"),
]
RADIO = struct.pack("<BbbBIH", 37, -40, -90, 0, 0, 0x0013)

INTERFACES = [
    (187, CONTROLLER),
    (195, low_rate(Dot15d4FCS)),
    (201, [struct.pack(">I", n % 2) + bytes(each) for n, each in enumerate(CONTROLLER)]),
    (227, BUS),
    (230, low_rate(Dot15d4)),
    (251, AIR),
    (256, [RADIO + bytes(each) for each in AIR]),
    (283, [tapped(0, low_rate(Dot15d4)[0]), tapped(1, low_rate(Dot15d4FCS)[0]),
           tapped(2, low_rate(Dot15d4)[0] + bytes.fromhex("01020304"))]),
]


write("radios.pcapng", INTERFACES)
