"""What switches and phones say of themselves, and stations that test their Ethernet."""

import struct

from scapy.config import conf
from scapy.contrib.cdp import (
    CDPAddrRecordIPv4,
    CDPAddrRecordIPv6,
    CDPMsgAddr,
    CDPMsgCapabilities,
    CDPMsgDeviceID,
    CDPMsgDuplex,
    CDPMsgGeneric,
    CDPMsgIPGateway,
    CDPMsgIPPrefix,
    CDPMsgMgmtAddr,
    CDPMsgPower,
    CDPMsgPowerAvailable,
    CDPMsgPowerRequest,
    CDPMsgTrustBitmap,
    CDPMsgUntrustedPortCoS,
    CDPMsgVoIPVLANQuery,
    CDPMsgVoIPVLANReply,
    CDPv2_HDR,
)
from scapy.contrib.lldp import (
    LLDPDUChassisID,
    LLDPDUEndOfLLDPDU,
    LLDPDUGenericOrganisationSpecific,
    LLDPDUManagementAddress,
    LLDPDUPortDescription,
    LLDPDUPortID,
    LLDPDUSystemCapabilities,
    LLDPDUSystemDescription,
    LLDPDUSystemName,
    LLDPDUTimeToLive,
)
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP, LLC, SNAP, STP, Dot1Q, Dot3, Ether
from scapy.packet import Raw
from scapy.utils import wrpcap

conf.contribs["LLDP"].strict_mode_disable()

SWITCH = "02:00:5e:00:53:01"
PHONE = "02:00:5e:00:53:02"
CISCO = "01:00:0c:cc:cc:cc"
NEAREST = "01:80:c2:00:00:0e"


def cdp(source, *values):
    message = CDPv2_HDR(vers=2, ttl=180, msg=list(values))
    return Dot3(src=source, dst=CISCO) / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(
        OUI=0x0C, code=0x2000
    ) / message


def lldp(*values):
    frame = Ether(src=SWITCH, dst=NEAREST, type=0x88CC)
    for value in values:
        frame = frame / value
    return frame


CHASSIS = LLDPDUChassisID(subtype=4, id=SWITCH)
PORT = LLDPDUPortID(subtype=5, id=b"swp1")
OID = bytes.fromhex("2b060104018237")  # 1.3.6.1.4.1.311


def energy_wise():
    fixed = bytes(range(20)) + struct.pack("!II", 0x01020304, 4000000000)
    fixed += b"CP-8841".ljust(16, b"\0") + struct.pack("!H", 7) + b"V01" + b"FCH00000001"
    fixed += bytes.fromhex("a1a2a3a4a5a6a7a8")
    parts = [(7, b"phone\0"), (8, b"lab\0"), (9, b"desk\0"), (0x17, bytes.fromhex(
        "0002 a988 c0000201 0000 00000000 00000000"))]
    table = b"".join(struct.pack("!II", kind, 8 + len(value)) + value for kind, value in parts)
    return CDPMsgGeneric(type=0x1D, val=fixed + struct.pack("!HH", len(table), len(parts)) + table)


FRAMES = [
    # A phone, with values of nearly every type.
    cdp(
        PHONE,
        CDPMsgDeviceID(val="SEP02005E005302"),
        CDPMsgAddr(addr=[
            CDPAddrRecordIPv4(addr="192.0.2.7"),
            CDPAddrRecordIPv6(addr="2001:db8::7"),
        ]),
        CDPMsgCapabilities(cap=0x1FF),
        CDPMsgIPPrefix(prefix="198.51.100.77", plen=26),
        CDPMsgDuplex(duplex=1),
        CDPMsgVoIPVLANReply(status=1, vlan=20),
        CDPMsgVoIPVLANQuery(unknown1=1, vlan=30),
        CDPMsgPower(power=6300),
        CDPMsgGeneric(type=0x11, val=struct.pack("!I", 9216)),
        CDPMsgTrustBitmap(trust_bitmap=1),
        CDPMsgUntrustedPortCoS(untrusted_port_cos=5),
        CDPMsgGeneric(type=0x14, val="desk.example"),
        CDPMsgGeneric(type=0x15, val=bytes.fromhex("06 07") + OID),
        CDPMsgMgmtAddr(addr=[CDPAddrRecordIPv4(addr="192.0.2.8")]),
        CDPMsgGeneric(type=0x17, val=b"\x01second floor"),
        CDPMsgPowerRequest(req_id=11, mgmt_id=2, power_requested_list=[6300, 12000]),
        CDPMsgPowerAvailable(req_id=11, mgmt_id=3, power_available_list=[15400, 4294967295]),
        CDPMsgGeneric(type=0x1F, val=b"\x0f"),
    ),
    # Values that have no field: a gateway, and one that nobody knows.
    cdp(
        SWITCH,
        CDPMsgDeviceID(val="sw"),
        CDPMsgIPGateway(defaultgw="192.0.2.1"),
        CDPMsgGeneric(type=0x0C, val=b"\xab\xcd"),
    ),
    cdp(PHONE, CDPMsgDeviceID(val="SEP02005E005302"), energy_wise()),
    # All values of LLDP's basic set, two of an organization, one of a reserved type.
    lldp(
        CHASSIS,
        PORT,
        LLDPDUTimeToLive(ttl=120),
        LLDPDUPortDescription(description="to the core"),
        LLDPDUSystemName(system_name="sw1.example"),
        LLDPDUSystemDescription(description="a switch"),
        LLDPDUSystemCapabilities(
            mac_bridge_available=1,
            router_available=1,
            telephone_available=1,
            two_port_mac_relay_available=1,
            c_vlan_component_available=1,
            mac_bridge_enabled=1,
        ),
        LLDPDUManagementAddress(
            management_address_subtype=1,
            management_address=bytes([192, 0, 2, 1]),
            interface_numbering_subtype=2,
            interface_number=1001,
            object_id=OID,
        ),
        LLDPDUGenericOrganisationSpecific(org_code=0x120F, subtype=1, data=bytes.fromhex("036c000010")),
        LLDPDUGenericOrganisationSpecific(org_code=0x80C2, subtype=1, data=bytes.fromhex("0001")),
        Raw(bytes.fromhex("1202beef")),
        LLDPDUEndOfLLDPDU(),
    ),
    # A hardware address for management; no value that ends the list.
    lldp(
        CHASSIS,
        PORT,
        LLDPDUTimeToLive(ttl=30),
        LLDPDUManagementAddress(
            management_address_subtype=6,
            management_address=bytes.fromhex(SWITCH.replace(":", "")),
            interface_numbering_subtype=3,
            interface_number=7,
        ),
    ),
    # The port goes down.
    lldp(CHASSIS, PORT, LLDPDUTimeToLive(ttl=0), LLDPDUEndOfLLDPDU()),
    # Configuration testing: two stations are to forward, then one has been done with.
    Ether(src=SWITCH, dst=PHONE, type=0x9000) / Raw(
        bytes.fromhex("0000 0200 02005e005302 0200 02005e005301 0100 3412") + b"test".ljust(40, b"\0")
    ),
    Ether(src=SWITCH, dst=PHONE, type=0x9000) / Raw(
        bytes.fromhex("0800 0200 02005e005302 0100 3412") + b"test".ljust(40, b"\0")
    ),
    # Nortel, to all and to the segment.
    Dot3(src=SWITCH, dst="01:00:81:00:01:00") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(
        OUI=0x81, code=0x01A2
    ) / Raw(bytes.fromhex("c0000209 000115 1e 0c 02 03")),
    Dot3(src=SWITCH, dst="01:00:81:00:01:01") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(
        OUI=0x81, code=0x01A1
    ) / Raw(bytes.fromhex("c0000209 000115 1e 0c 01 03")),
    # EtherTypes behind SNAP, also in a tag and of IEEE 802.1H; IPv4 right behind LLC.
    Dot3(src=SWITCH, dst=PHONE) / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=0, code=0x0800) / IP(
        src="192.0.2.1", dst="192.0.2.7"
    ) / ICMP(),
    Dot3(src=SWITCH, dst=PHONE) / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(
        OUI=0xF8, code=0x0806
    ) / ARP(hwsrc=SWITCH, psrc="192.0.2.1", pdst="192.0.2.7"),
    Dot3(src=SWITCH, dst=PHONE) / LLC(dsap=6, ssap=6, ctrl=3) / IP(
        src="192.0.2.1", dst="192.0.2.7"
    ) / ICMP(),
    # Numbered frames: supervisory and information; a response to a group.
    Dot3(src=SWITCH, dst=PHONE) / Raw(bytes.fromhex("f0f1 0103")),
    Dot3(src=SWITCH, dst=PHONE) / Raw(bytes.fromhex("f1f0 0406 616263")),
    # Spanning tree in a tag that has a length in place of a type.
    Ether(src=SWITCH, dst="01:80:c2:00:00:00", type=0x8100) / Raw(
        bytes.fromhex("0005 0026") + bytes(LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP()) + bytes(12)
    ),
]

if __name__ == "__main__":
    for second, frame in enumerate(FRAMES):
        frame.time = 1795510800 + second
    wrpcap("discovery.pcap", FRAMES)
