#!/bin/sh
# Guess: who reads radiotap's fields knows that the antenna signal in dBm is signed (radiotap.org, "Antenna signal") and where each
# field is: in the order of the bits, aligned to its size.
# Found: impacket 0.13.1 gives 214 for -42 dBm, and aligns for fields that are not there as well: behind an odd number of single octets
# it looks one octet too far. Of flags and a signal the signal is the octet behind it, the antenna's number, and the antenna raises an
# error. scapy 2.6.1 and dpkt 1.9.8 give -42 and the antenna each time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install impacket==0.13.1 scapy==2.6.1 dpkt==1.9.8
cat >read.py <<'PYTHON'
import struct
import dpkt
from impacket import ImpactDecoder
from scapy.layers.dot11 import RadioTap
OCTETS = {"flags": (1, 0), "signal": (5, -42 & 255), "antenna": (11, 7)}
def radiotap(*fields):
    """Fields of a single octet, which need no padding."""
    body = bytes(OCTETS[each][1] for each in fields)
    return struct.pack("<BBHI", 0, 0, 8 + len(body), sum(1 << OCTETS[each][0] for each in fields)) + body
frame = b"\x48\x01\x00\x00" + 3 * bytes.fromhex("020000000001") + bytes(2)
def value(read):
    try:
        return read()
    except Exception as error:
        return type(error).__name__
for fields in ("signal",), ("flags", "signal", "antenna"), ("signal", "antenna"):
    packet = radiotap(*fields) + frame
    read = ImpactDecoder.RadioTapDecoder().decode(packet)
    known = RadioTap(packet), dpkt.radiotap.Radiotap(packet)
    print(*fields, "- impacket", value(read.get_dBm_ant_signal), value(read.get_antenna), end=", ")
    print("scapy", known[0].dBm_AntSignal, known[0].Antenna, "dpkt", known[1].ant_sig.db)
PYTHON
venv/bin/python read.py 2>/dev/null >seen
cat seen
cat >wanted <<'END'
signal - impacket 214 None, scapy -42 None dpkt -42
flags signal antenna - impacket 7 error, scapy -42 7 dpkt -42
signal antenna - impacket 214 error, scapy -42 7 dpkt -42
END
cmp seen wanted
