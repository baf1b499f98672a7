"""Writes diameter.pcap: messages of base protocol and credit control, two in one segment, one cut."""
from scapy.contrib.diameter import AVP, DiamAns, DiamReq
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

PEERS = [
    AVP("Origin-Host", val="mme.example.org"),
    AVP("Origin-Realm", val="example.org"),
]
capabilities = DiamReq(
    "Capabilities-Exchange", drHbHId=0xFEDCBA98, drEtEId=0x01020304,
    avpList=PEERS + [
        AVP("Host-IP-Address", val="192.0.2.7"),
        AVP(266, val=10415),
        AVP("Product-Name", val="net\xc3\xa9"),
        AVP("Origin-State-Id", val=0xFFFFFFFE),
        AVP("Vendor-Specific-Application-Id", val=[
            AVP("Vendor-Id", val=10415), AVP("Auth-Application-Id", val=16777251)]),
    ])
answer = DiamAns(
    "Capabilities-Exchange", drHbHId=0xFEDCBA98, drEtEId=0x01020304,
    avpList=[AVP("Result-Code", val=2001)] + PEERS)
watchdog = DiamReq("Device-Watchdog", drHbHId=1, drEtEId=2, avpList=PEERS)
credit = DiamReq(
    272, drAppId=4, drHbHId=3, drEtEId=4,
    avpList=[
        AVP("Session-Id", val="mme.example.org;1;2"),
        AVP("CC-Request-Type", val=1),
        AVP("CC-Request-Number", val=0),
        AVP("CC-Input-Octets", val=0x123456789ABCDEF0),
        AVP("Subscription-Id", val=[AVP("Subscription-Id-Data", val="001010123456789")]),
        AVP([1, 10415], val="001010123456789"),
    ])


def segment(payload, sport=50000, dport=3868):
    ether = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    return ether / IP(src="192.0.2.7", dst="192.0.2.8") / TCP(
        sport=sport, dport=dport, flags="PA") / bytes(payload)


wrpcap("diameter.pcap", [
    segment(capabilities),
    segment(answer, 3868, 50000),
    segment(bytes(watchdog) + bytes(credit), 50001),
    segment(bytes(credit)[:60], 50002),
])
