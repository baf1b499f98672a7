#!/bin/sh
# Guess: libraries that take Wi-Fi's QoS data frames apart know the HT Control field, four octets behind QoS Control when the Order
# bit is set (IEEE 802.11-2020, 9.2.4.1.10), and A-MSDUs, several packets in one frame (9.3.2.2): both are from 2009.
# Found: scapy 2.6.1, impacket 0.13.1, dpkt 1.9.8 and pypacker 5.4 know neither: they begin with LLC at HT Control or at the destination of
# the first packet, so that no IP packet of such frames is found (dpkt and pypacker leave them to the caller). impacket finds LLC in
# frames of subtype Null, too, which have no data. tshark 4.0 reads all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 impacket==0.13.1 dpkt==1.9.8 pypacker==5.4
cat >read.py <<'PYTHON'
import struct
import dpkt
from impacket import ImpactDecoder
from pypacker.layer12 import ieee80211
from scapy.layers.dot11 import Dot11
STATION, POINT = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
udp = struct.pack(">4H", 9000, 9000, 8, 0)
ip = struct.pack(">BBHHHBBH", 0x45, 0, 28, 0, 0, 64, 17, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + udp
llc = bytes.fromhex("aaaa030000000800") + ip
ORDER, AGGREGATE = 0x80, 0x80
def frame(subtype, flags, qos, data):
    """To the access point: flags have the bit "to DS"."""
    return bytes([subtype << 4 | 8, 1 | flags]) + bytes(2) + POINT + STATION + POINT + bytes(2) + qos + data
packet = STATION + POINT + struct.pack(">H", len(llc)) + llc
FRAMES = {
    "QoS": frame(8, 0, bytes(2), llc),
    "HT Control": frame(8, ORDER, bytes(2), bytes(4) + llc),
    "A-MSDU": frame(8, 0, bytes([AGGREGATE, 0]), packet + bytes(-len(packet) % 4) + packet),
    "QoS Null": frame(12, 0, bytes(2), b""),
}
def layers(decoded):
    while decoded is not None:
        yield type(decoded).__name__
        decoded = decoded.child() if hasattr(decoded, "child") else None
with open("wifi.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 105))
    for name, data in FRAMES.items():
        file.write(struct.pack("<4I", 0, 0, len(data), len(data)) + data)
        print(f"{name}: scapy", "/".join(layer.__name__ for layer in Dot11(data).layers()))
        print(f"{name}: impacket", "/".join(layers(ImpactDecoder.Dot11Decoder().decode(data))))
        if name != "QoS Null":
            print(f"{name}: dpkt", dpkt.ieee80211.IEEE80211(data).data_frame.data[:8].hex(), end=", ")
            print("pypacker", ieee80211.IEEE80211(data).highest_layer.body_bytes[:8].hex())
PYTHON
venv/bin/python read.py 2>/dev/null >seen
tshark -r wifi.pcap -T fields -e frame.protocols 2>/dev/null | sed 's/^/tshark /' >>seen
cat seen
cat >wanted <<'END'
QoS: scapy Dot11/Dot11QoS/LLC/SNAP/IP/UDP
QoS: impacket Dot11/Dot11DataQoSFrame/LLC/SNAP/IP/UDP/Data
QoS: dpkt aaaa030000000800, pypacker aaaa030000000800
HT Control: scapy Dot11/Dot11QoS/LLC/Raw
HT Control: impacket Dot11/Dot11DataQoSFrame/LLC/Data
HT Control: dpkt 00000000aaaa0300, pypacker 00000000aaaa0300
A-MSDU: scapy Dot11/Dot11QoS/LLC/Raw
A-MSDU: impacket Dot11/Dot11DataQoSFrame/LLC/Data
A-MSDU: dpkt 0200000000010200, pypacker 0200000000010200
QoS Null: scapy Dot11/Dot11QoS
QoS Null: impacket Dot11/Dot11DataQoSFrame/LLC/Data
tshark wlan:llc:ip:udp
tshark wlan:llc:ip:udp
tshark wlan:llc:ip:udp:llc:ip:udp
tshark wlan
END
cmp seen wanted
