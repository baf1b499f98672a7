#!/bin/sh
# Guess: a library that does not know an option, or a value in it, leaves it as bytes: how long it is, is in it.
# Found: pypcapkit 1.4.1.post2 gives up the whole header, and all in it becomes raw bytes, without a word. It has no value 0 of
# IPv4's Router Alert, the only one that RFC 2113 gives, though that is how it is in IGMP; IPv6's Router Alert and a Hop-by-Hop header
# of Pad1 alone fail, so that MLD is not seen; and a TCP segment with Multipath TCP's MP_CAPABLE has no ports. tshark 4.0 reads all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install pypcapkit==1.4.1.post2
cat >read.py <<'PYTHON'
import struct
import pcapkit
def ipv4(protocol, option, body):
    first = struct.pack(">BBHHHBBH", 0x45 + len(option) // 4, 0, 20 + len(option) + len(body), 0, 0, 64, protocol, 0)
    return b"\x08\x00" + first + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + option + body
def ipv6(hop_by_hop, body):
    first = struct.pack(">IHBB", 6 << 28, len(hop_by_hop) + len(body), 0, 1)
    return b"\x86\xdd" + first + bytes.fromhex("fe80" + 26 * "0" + "01" + "ff02" + 26 * "0" + "16") + hop_by_hop + body
def tcp(options):
    return struct.pack(">HHIIBBHHH", 1000, 2000, 1, 0, (20 + len(options)) << 2, 2, 1000, 0, 0) + options
udp = struct.pack(">4H", 1000, 2000, 8, 0)
igmp = bytes.fromhex("16000000 e9000001")
mld = bytes.fromhex("8f000000 00000000")
PACKETS = {
    "IPv4, no operation": ipv4(17, bytes([1, 1, 1, 0]), udp),
    "IPv4, Router Alert": ipv4(2, bytes.fromhex("94040000"), igmp),
    "IPv6, PadN": ipv6(bytes.fromhex("1100 010400000000"), udp),
    "IPv6, Pad1": ipv6(bytes.fromhex("1100 000000000000"), udp),
    "IPv6, Router Alert": ipv6(bytes.fromhex("3a00 05020000 0100"), mld),
    "TCP, no operation": ipv4(6, b"", tcp(bytes([1, 1, 1, 0]))),
    "TCP, MP_CAPABLE": ipv4(6, b"", tcp(bytes.fromhex("1e0c0081 0102030405060708"))),
}
with open("all.pcap", "wb") as all_packets:
    for count, (name, packet) in enumerate(PACKETS.items()):
        packet = bytes.fromhex("020000000002 020000000001") + packet
        header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        record = struct.pack("<4I", 1700000000, 0, len(packet), len(packet)) + packet
        all_packets.write(record if count else header + record)
        with open("one.pcap", "wb") as file:
            file.write(header + record)
        print(f"{name}:", pcapkit.extract(fin="one.pcap", nofile=True, store=True).frame[0].protochain)
PYTHON
venv/bin/python read.py 2>/dev/null >seen
tshark -r all.pcap -T fields -e frame.protocols 2>/dev/null | sed 's/^/tshark /' >>seen
cat seen
cat >wanted <<'END'
IPv4, no operation: Ethernet:IPv4:UDP
IPv4, Router Alert: Ethernet:Raw
IPv6, PadN: Ethernet:IPv6:HOPOPT:UDP
IPv6, Pad1: Ethernet:Raw
IPv6, Router Alert: Ethernet:Raw
TCP, no operation: Ethernet:IPv4:TCP
TCP, MP_CAPABLE: Ethernet:IPv4:Raw
tshark eth:ethertype:ip:udp
tshark eth:ethertype:ip:igmp:igmp
tshark eth:ethertype:ipv6:ipv6.hopopts:udp
tshark eth:ethertype:ipv6:ipv6.hopopts:udp
tshark eth:ethertype:ipv6:ipv6.hopopts:icmpv6
tshark eth:ethertype:ip:tcp
tshark eth:ethertype:ip:tcp:mptcp
END
cmp seen wanted
