#!/bin/sh
# Guess: flow collectors keep the same addresses and ports in two VLANs apart, as nDPI does, or leave the VLAN out
# of the flow's key and its record.
# Found: argus 3.0.8.2 makes one flow of both and writes one VLAN to it, that of the last packet: the other VLAN's
# packets and octets stand under a number that they never had. Debian: argus-server, argus-client, libndpi-bin.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >write.py <<'PYTHON'
import struct
addresses = bytes([192, 0, 2, 1, 192, 0, 2, 2])
def frame(vlan):
    datagram = struct.pack(">4H", 5000, 6000, 8 + 40, 0) + bytes(40)
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0)
    return bytes.fromhex("020000000002020000000001") + struct.pack(">HHH", 0x8100, vlan, 0x800) + header + addresses + datagram
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second, vlan in enumerate([10, 10, 10, 20]):
        data = frame(vlan)
        file.write(struct.pack("<4I", 1700000000 + second, 0, len(data), len(data)) + data)
PYTHON
python3 write.py
argus -r in.pcap -w - 2>argus.log | ra -r - -n -u -s spkts sbytes svlan - udp 2>ra.log | awk '{ print "argus", $1, $2, $3 }' >seen
ndpiReader -i in.pcap -v 2 2>ndpi.log | sed -n 's/.*\[VLAN: \([0-9]*\)\].*\[\([0-9]* pkts[^ ]*\).*/nDPI \1 \2/p' | sort >>seen
cat seen
cat >wanted <<'END'
argus SrcPkts SrcBytes sVlan
argus 4 344 0x0014
nDPI 10 3 pkts/258
nDPI 20 1 pkts/86
END
cmp seen wanted
