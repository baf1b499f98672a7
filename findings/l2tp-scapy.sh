#!/bin/sh
# Guess: scapy tells L2TP's control messages, which have the T bit, from PPP frames (RFC 2661, section 3.1), and the payload
# begins behind the header's Offset Size octets.
# Found: scapy 2.6.1 takes every L2TP payload for PPP, directly behind the header. A control message's first AVP becomes a PPP
# frame of protocol 0x8008, its flags and length; the padding of an offset that is not 0 becomes protocol 0x0000. The frame in it is
# not found. L2TPv3 over UDP (RFC 3931), version 3, is read as version 2: the session's number, here 0x0001c021, becomes session 1 and
# LCP, 0xc021. tshark 4.0 finds the frame of both data messages, and none in the others.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1
cat >read.py <<'PYTHON'
import struct
from scapy.layers.inet import UDP
from scapy.layers.ppp import PPP
import scapy.layers.l2tp
ppp = b"\xff\x03\x00\x21" + struct.pack(">BBHHHBBH", 0x45, 0, 28, 0, 0, 64, 17, 0)
ppp += bytes([192, 0, 2, 1, 192, 0, 2, 2]) + struct.pack(">4H", 9000, 9000, 8, 0)
DATAGRAMS = {
    "data": struct.pack(">HHH", 0x0002, 1, 1) + ppp,
    "data, offset 4": struct.pack(">HHHH", 0x0202, 1, 1, 4) + bytes(4) + ppp,
    "control, HELLO": struct.pack(">6H", 0xC802, 20, 1, 0, 1, 0) + struct.pack(">4H", 0x8008, 0, 0, 6),
    "version 3, data": struct.pack(">HHI", 0x0003, 0, 0x0001C021) + ppp,
}
with open("l2tp.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 228))
    for name, payload in DATAGRAMS.items():
        udp = struct.pack(">4H", 1701, 1701, 8 + len(payload), 0) + payload
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + bytes([192, 0, 2, 3, 192, 0, 2, 4]) + udp
        file.write(struct.pack("<4I", 0, 0, len(packet), len(packet)) + packet)
        read = UDP(udp)
        print(f"scapy, {name}:", "/".join(layer.__name__ for layer in read.layers()[2:]), f"protocol {read[PPP].proto:#06x}")
PYTHON
venv/bin/python read.py 2>/dev/null >seen
tshark -r l2tp.pcap -T fields -e frame.protocols 2>/dev/null | sed 's/^/tshark /' >>seen
cat seen
cat >wanted <<'END'
scapy, data: HDLC/PPP/IP/UDP protocol 0x0021
scapy, data, offset 4: PPP/Raw protocol 0x0000
scapy, control, HELLO: PPP/Raw protocol 0x8008
scapy, version 3, data: PPP/PPP_LCP protocol 0xc021
tshark ip:udp:l2tp:ppp:ip:udp
tshark ip:udp:l2tp:ppp:ip:udp
tshark ip:udp:l2tp
tshark ip:udp:l2tp:data
END
cmp seen wanted
