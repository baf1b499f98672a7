#!/bin/sh
# Guess: VXLAN as Linux sends it unless told otherwise is known to packet readers.
# Found: Linux's port for VXLAN is 8472, older than IANA's 4789. tcpdump 4.99.3 calls it OTV, with the network's
# number as "instance"; tshark 4.0 leaves it as data, so that no filter finds the inner addresses
# (`-d udp.port==8472,vxlan` helps); scapy 2.8.0 reads it. On 4789 all three do.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0
cat >tunnel.py <<'PYTHON'
import struct
def datagram(source, target, port, payload):
    return (bytes.fromhex("0200000000020200000000010800 4500") + struct.pack(">H", 28 + len(payload))
            + bytes.fromhex("000000004011 0000") + bytes(source) + bytes(target)
            + struct.pack(">HHHH", 40000, port, 8 + len(payload), 0) + payload)
inner = datagram([10, 1, 0, 1], [10, 1, 0, 2], 9, b"inside")
frames = [datagram([10, 0, 0, 1], [10, 0, 0, 2], port, bytes.fromhex("0800000000000500") + inner) for port in (4789, 8472)]
with open("tunnel.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for frame in frames:
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
import scapy.all
for packet in scapy.all.rdpcap("tunnel.pcap"):
    print("scapy", packet["UDP"].dport, "VXLAN" in packet)
PYTHON
venv/bin/python tunnel.py 2>/dev/null >seen
tcpdump -nr tunnel.pcap 2>/dev/null | grep -o '[0-9]*: \(VXLAN\|OTV\).*' | sed 's/^/tcpdump /' >>seen
tshark -r tunnel.pcap -T fields -e udp.dstport -e frame.protocols 2>/dev/null | tr '\t' ' ' | sed 's/^/tshark /' >>seen
echo "tshark -d" $(tshark -d udp.port==8472,vxlan -r tunnel.pcap -Y 'ip.addr == 10.1.0.1' -T fields -e udp.dstport 2>/dev/null) >>seen
cat seen
cat >wanted <<'END'
scapy 4789 True
scapy 8472 True
tcpdump 4789: VXLAN, flags [I] (0x08), vni 5
tcpdump 8472: OTV, flags [I] (0x08), overlay 0, instance 5
tshark 4789,9 eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:udp:data
tshark 8472 eth:ethertype:ip:udp:data
tshark -d 4789,9 8472,9
END
cmp seen wanted
