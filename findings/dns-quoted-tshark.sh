#!/bin/sh
# Guess: `tshark -Y dns` finds the DNS messages of a capture, as many as `-z dns,tree` counts; by fields they can be
# told from what else there is.
# Found: tshark 4.0 also dissects what an ICMP error quotes (RFC 792: the header and the first data of the datagram that
# did not arrive), and all its fields are there as if the query had been sent twice, with its own ports: one query to a
# closed port is two rows of `-Y dns`. The statistics count it once, so that the two disagree. With the 8 bytes of data that
# RFC 792 wants at least, `udp.dstport == 53` matches, too, and `dns` does not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
def sum16(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
def ip(protocol, source, destination, payload):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, source, destination)
    return head[:10] + struct.pack(">H", sum16(head)) + head[12:] + payload
client, server = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
question = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\x07example\x04test\x00" + struct.pack(">HH", 1, 1)
query = ip(17, client, server, struct.pack(">HHHH", 40000, 53, 8 + len(question), 0) + question)
def unreachable(quoted):
    quoted += bytes(len(quoted) % 2)
    message = struct.pack(">BBHI", 3, 3, 0, 0) + quoted
    return ip(1, server, client, message[:2] + struct.pack(">H", sum16(message)) + message[4:])
with open("dns.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for n, frame in enumerate([query, unreachable(query), unreachable(query[:28])]):
        f.write(struct.pack("<IIII", 1_600_000_000 + n, 0, len(frame), len(frame)) + frame)
PYTHON
for filter in dns 'udp.dstport == 53'; do
  echo "$filter:" $(tshark -r dns.pcap -Y "$filter" -T fields -e frame.number 2>/dev/null)
done | tee seen
tshark -r dns.pcap -Y dns -T fields -e dns.qry.name -e udp.srcport 2>/dev/null | tr '\t' ' ' | tee -a seen
echo "statistics:" $(tshark -qr dns.pcap -z dns,tree 2>/dev/null | awk '/Total Packets/ { print $3 }') | tee -a seen
cat >wanted <<'END'
dns: 1 2
udp.dstport == 53: 1 2 3
example.test 40000
example.test 40000
statistics: 1
END
cmp seen wanted
