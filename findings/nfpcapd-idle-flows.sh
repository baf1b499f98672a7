#!/bin/sh
# Guess: nfpcapd ends a flow that was quiet for longer than its inactive timeout (60 seconds unless `-e` says otherwise), and a TCP
# flow with the FINs of both sides: the next packet of the same addresses and ports begins another. Port 53 is as any.
# Found: nfpcapd 1.7.1 (nfdump) looks for flows that are over only after it has added the packet at hand, each ten seconds of
# their times at most: two an hour apart are one flow of an hour, unless others came between. The SYN of a second
# connection from the same port is counted to the first one, whose 0.5 seconds become 400; what follows is a flow
# without a SYN. To and from UDP's port 53 each packet is a flow, however soon it follows.
set -eu
export TZ=UTC LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >write.py <<'PYTHON'
import struct
START = 1_600_000_200  # begins an interval of five minutes
def frame(protocol, body):
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2])
    return bytes.fromhex("020000000002020000000001") + b"\x08\0" + header + body
def udp(sport, dport=9000):
    return frame(17, struct.pack(">4H", sport, dport, 28, 0) + bytes(20))
def tcp(position, flags, sport, dport):
    acknowledged = position - 99 if flags & 16 else 0
    return frame(6, struct.pack(">HHIIBBHHH", sport, dport, position, acknowledged, 0x50, flags, 65535, 0, 0))
def write(name, packets):
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for time, data in packets:
            file.write(struct.pack("<4I", START + int(time), round(time % 1 * 1e6), len(data), len(data)) + data)
write("alone", [(0, udp(1000)), (3600, udp(1000))])
write("among-others", [(0, udp(1000)), *((time, udp(2000)) for time in range(10, 3600, 10)), (3600, udp(1000))])
write("port-54", [(0, udp(1000, 54)), (1, udp(1000, 54))])
write("port-53", [(0, udp(1000, 53)), (1, udp(1000, 53))])
def connection(begin):  # SYN, SYN and ACK, ACK, FIN, FIN, ACK
    steps = [(1000, 2, 100), (80, 18, 100), (1000, 16, 101), (1000, 17, 101), (80, 17, 101), (1000, 16, 102)]
    for step, (sport, flags, position) in enumerate(steps):
        yield begin + step / 10, tcp(position + begin, flags, sport, 1080 - sport)
write("tcp", [*connection(0), *connection(400)])
PYTHON
python3 write.py
for name in alone among-others port-54 port-53 tcp; do
  mkdir "$name.flows"
  nfpcapd -e 300,60 -r $name -w $name.flows >log 2>&1
  nfdump -R $name.flows -q -o 'fmt:%ts %td %pkt %flg' 'port 1000' | sed "s/^/$name /;s/ \\+/ /g"
done | sort | tee seen
cat >wanted <<'END'
alone 2020-09-13 12:30:00.000 01:00:00.000 2 ........
among-others 2020-09-13 12:30:00.000 00:00:00.000 1 ........
among-others 2020-09-13 13:30:00.000 00:00:00.000 1 ........
port-53 2020-09-13 12:30:00.000 00:00:00.000 1 ........
port-53 2020-09-13 12:30:01.000 00:00:00.000 1 ........
port-54 2020-09-13 12:30:00.000 00:00:01.000 2 ........
tcp 2020-09-13 12:30:00.000 00:06:40.000 5 ...A..SF
tcp 2020-09-13 12:30:00.100 00:00:00.300 2 ...A..SF
tcp 2020-09-13 12:36:40.100 00:00:00.300 2 ...A..SF
tcp 2020-09-13 12:36:40.200 00:00:00.300 3 ...A...F
END
cmp seen wanted
