"""Writes applications.pcap: DHCPv6, also through a relay agent, Modbus, SIP, and CIP of a connection."""
from scapy.contrib import modbus
from scapy.contrib.enipTCP import ENIPTCP, ENIPSendUnitData, ItemData
from scapy.layers import dhcp6
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import wrpcap

ETHER = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
DUID = dhcp6.DUID_LL(lladdr="02:00:00:00:00:01")


def to_server(message):
    return ETHER / IPv6(src="fe80::1", dst="ff02::1:2") / UDP(sport=546, dport=547) / message


def segment(payload, sport, dport):
    return ETHER / IP(src="192.0.2.7", dst="192.0.2.8") / TCP(
        sport=sport, dport=dport, flags="PA") / Raw(bytes(payload))


def sip(*lines):
    text = "\r\n".join(lines) + "\r\n\r\n"
    return ETHER / IP(src="192.0.2.7", dst="192.0.2.8") / UDP(sport=5060, dport=5060) / text


request = dhcp6.DHCP6_Request(trid=0xABCDEF) / dhcp6.DHCP6OptClientId(duid=DUID) / \
    dhcp6.DHCP6OptIA_NA(iaid=7, T1=1800, T2=2880, ianaopts=[
        dhcp6.DHCP6OptIAAddress(addr="2001:db8::7", preflft=3600, validlft=7200)]) / \
    dhcp6.DHCP6OptOptReq(reqopts=[23, 24]) / dhcp6.DHCP6OptElapsedTime(elapsedtime=9)
relayed = dhcp6.DHCP6_RelayForward(
    hopcount=2, linkaddr="2001:db8::1", peeraddr="fe80::1") / \
    dhcp6.DHCP6OptIfaceId(ifaceid=b"eth1") / dhcp6.DHCP6OptRelayMsg(message=request)
write = modbus.ModbusADURequest(transId=1, unitId=17) / \
    modbus.ModbusPDU10WriteMultipleRegistersRequest(
        startAddr=1, quantityRegisters=2, byteCount=4, outputsValue=[10, 258])
read = modbus.ModbusADURequest(transId=2, unitId=17) / \
    modbus.ModbusPDU03ReadHoldingRegistersRequest(startAddr=107, quantity=3)
failed = modbus.ModbusADUResponse(transId=2, unitId=17) / \
    modbus.ModbusPDU03ReadHoldingRegistersError(exceptCode=2)
# Get_Attribute_Single of class 0x6b, instance 8, behind a sequence number of 5; scapy turns data round.
connected = ENIPTCP(commandId=0x70, session=0x89ABCDEF, length=30) / ENIPSendUnitData(itemCount=2, items=[
    ItemData(typeId=0xA1, length=4, data=b"\x01\x02\x03\x04"),
    ItemData(typeId=0xB1, length=10, data=bytes.fromhex("05000e03206b24083001")[::-1]),
])

wrpcap("applications.pcap", [
    to_server(request),
    to_server(relayed),
    segment(bytes(write) + bytes(read), 50010, 502),
    segment(failed, 502, 50011),
    segment(connected, 50012, 44818),
    sip("OPTIONS sip:bob@example.org SIP/2.0", "v: SIP/2.0/UDP a;branch=z9hG4bK1",
        "Via: SIP/2.0/UDP b", "Via: SIP/2.0/UDP c", "From: <sip:a@example.org>;tag=1",
        "To: <sip:bob@example.org>", "Call-ID: 1@a", "CSeq: 1 OPTIONS", "Subject: one", "  two"),
    sip("SIP/2.0 200 OK", "Via: SIP/2.0/UDP b", "From: <sip:a@example.org>;tag=1",
        "To: <sip:bob@example.org>;tag=2", "Call-ID: 1@a", "CSeq: 1 OPTIONS", "Content-Length: 0"),
])
