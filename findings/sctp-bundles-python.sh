#!/bin/sh
# Guess: a library that reads SCTP finds each chunk of a packet: they follow each other, padded to four octets (RFC 9260, section 3.2),
# and whoever does not know a type skips it by its length.
# Found: scapy 2.6.1 leaves all behind ECNE and CWR, types 12 and 13 there, as raw bytes. The content of PAD (RFC 4820) and the padding of
# a heartbeat of 6 octets are taken for the next chunk, so that DATA becomes another with a TSN that nobody sent. pypacker 5.4 ends
# with the first DATA, or before it, and raises NotEnoughBytesException for most bundles. tshark 4.0 shows the DATA of each.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 pypacker==5.4
cat >read.py <<'PYTHON'
import struct
from scapy.layers.sctp import SCTP as Scapy, SCTPChunkData
from pypacker.layer4.sctp import SCTP as Pypacker
def chunk(kind, flags, body):
    return struct.pack(">BBH", kind, flags, 4 + len(body)) + body + bytes(-len(body) % 4)
def data(tsn):
    return chunk(0, 3, struct.pack(">IHHI", tsn, 1, 2, 0) + b"abc")
BUNDLES = {
    "DATA": [data(7)],
    "DATA DATA": [data(7), data(8)],
    "SACK DATA": [chunk(3, 0, struct.pack(">IIHH", 1, 1500, 0, 0)), data(7)],
    "ECNE DATA": [chunk(12, 0, struct.pack(">I", 1)), data(7)],
    "CWR DATA": [chunk(13, 0, struct.pack(">I", 1)), data(7)],
    "PAD DATA": [chunk(0x84, 0, bytes(8)), data(7)],
    "HEARTBEAT (8) DATA": [chunk(4, 0, struct.pack(">HHI", 1, 8, 5)), data(7)],
    "HEARTBEAT (6) DATA": [chunk(4, 0, struct.pack(">HHH", 1, 6, 5)), data(7)],
}
with open("sctp.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 248))  # 248: SCTP
    for name, chunks in BUNDLES.items():
        packet = struct.pack(">HHII", 1000, 2000, 1, 0) + b"".join(chunks)
        file.write(struct.pack("<4I", 0, 0, len(packet), len(packet)) + packet)
        layer, tsns = Scapy(packet), []
        while layer := layer.getlayer(SCTPChunkData, 1):
            tsns.append(layer.tsn)
            layer = layer.payload
        try:
            types = [each.type for each in Pypacker(packet).chunks]
        except Exception as error:
            types = type(error).__name__
        print(f"{name}: scapy has DATA {tsns}, pypacker has types {types}")
PYTHON
venv/bin/python read.py 2>/dev/null >seen
tshark -r sctp.pcap -T fields -e sctp.data_tsn_raw 2>/dev/null | tr '\n' ' ' | sed 's/^/tshark /; s/ $/\n/' >>seen
cat seen
cat >wanted <<'END'
DATA: scapy has DATA [7], pypacker has types [0]
DATA DATA: scapy has DATA [7, 8], pypacker has types [0]
SACK DATA: scapy has DATA [7], pypacker has types [3]
ECNE DATA: scapy has DATA [], pypacker has types NotEnoughBytesException
CWR DATA: scapy has DATA [], pypacker has types NotEnoughBytesException
PAD DATA: scapy has DATA [196627], pypacker has types NotEnoughBytesException
HEARTBEAT (8) DATA: scapy has DATA [7], pypacker has types NotEnoughBytesException
HEARTBEAT (6) DATA: scapy has DATA [1245184], pypacker has types NotEnoughBytesException
tshark 7 7,8 7 7 7 7 7 7
END
cmp seen wanted
