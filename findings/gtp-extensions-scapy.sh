#!/bin/sh
# Guess: scapy finds the packet in GTP-U behind any extension header, since each says how long it is and which type follows
# (3GPP TS 29.281, section 5.2.1).
# Found: scapy 2.6.1 does so for the PDU Session Container downlink and uplink alone. Behind a PDCP PDU Number, long or
# short, or a Service Class Indicator the packet is left as raw bytes; behind a container with the times that QMP
# asks for uplink (3GPP TS 38.415, section 5.5.2.2) it is PPP, which nobody sent. tshark finds the packet in all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1
cat >read.py <<'PYTHON'
import struct
from scapy.contrib.gtp import GTP_U_Header
def ipv4(source, destination, port, data):
    udp = struct.pack(">4H", port, port, 8 + len(data), 0) + data
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
    return head + bytes([192, 0, 2, source, 192, 0, 2, destination]) + udp
inner = ipv4(1, 2, 9000, b"data")
EXTENSIONS = {
    "PDU session, downlink": (0x85, "01 00 05 00"),
    "PDU session, uplink": (0x85, "01 10 05 00"),
    "PDU session, uplink, times": (0x85, "05 18 05 0102030405060708 0102030405060708 00"),
    "PDCP PDU Number": (0xC0, "01 00 07 00"),
    "Service Class Indicator": (0x20, "01 05 00 00"),
    "Long PDCP PDU Number": (0x82, "02 00 00 01 00 00 00 00"),
}
with open("gtp.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 228))
    for name, (kind, text) in EXTENSIONS.items():
        extension = bytes.fromhex(text)
        gtp = struct.pack(">BBHIHBB", 0x34, 255, 4 + len(extension) + len(inner), 7, 0, 0, kind) + extension + inner
        packet = ipv4(3, 4, 2152, gtp)
        file.write(struct.pack("<4I", 0, 0, len(packet), len(packet)) + packet)
        print(f"{name}:", "/".join(layer.__name__ for layer in GTP_U_Header(gtp).layers()[1:]))
PYTHON
venv/bin/python read.py 2>/dev/null >seen
echo "tshark $(tshark -r gtp.pcap -T fields -e frame.protocols 2>/dev/null | sort | uniq -c | sed 's/^ *//')" >>seen
cat seen
cat >wanted <<'END'
PDU session, downlink: GTPPDUSessionContainer/IP/UDP/Raw
PDU session, uplink: GTPPDUSessionContainer/IP/UDP/Raw
PDU session, uplink, times: GTPPDUSessionContainer/PPP/Raw
PDCP PDU Number: GTP_PDCP_PDU_ExtensionHeader/Raw
Service Class Indicator: Raw
Long PDCP PDU Number: Raw
tshark 6 ip:udp:gtp:ip:udp:data
END
cmp seen wanted
