#!/bin/sh
# Guess: tshark's `ip.dst` is the destination address in the IP header.
# Found: not in tshark 4.0 for a packet with an unfinished source route (RFC 791, section 3.1). There
# `ip.dst` is the last address of the route, and the header's own address appears as `ip.cur_rt` only:
# neither `ip.dst` nor `ip.addr` selects it, and conversations count the packet for the route's end.
# tcpdump (libpcap 1.10.3), scapy 2.8.0 and dpkt 1.9.8 give the header's. Once the pointer is behind the
# route, tshark does so, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.8.0 dpkt==1.9.8
cat >route.py <<'PYTHON'
import struct
route = lambda pointer: bytes.fromhex(f"830b{pointer:02x} 0a000003 0a000004 00")
header = bytes.fromhex("480000280000000040110000 0a000001 0a000002")
frames = [bytes.fromhex("0200000000020200000000010800") + header + route(pointer) + bytes.fromhex("0001000200080000")
          for pointer in (4, 12)]
with open("route.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for frame in frames:
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
import dpkt, scapy.all
print("scapy", *[packet["IP"].dst for packet in scapy.all.rdpcap("route.pcap")])
print("dpkt", *[".".join(map(str, dpkt.ethernet.Ethernet(frame).data.dst)) for frame in frames])
PYTHON
venv/bin/python route.py 2>/dev/null >seen
echo "tcpdump" $(tcpdump -nr route.pcap 2>/dev/null | sed 's/.* > \(.*\)\.2:.*/\1/') >>seen
read_with() {
  tshark -r route.pcap -T fields "$@" 2>/dev/null
}
echo "tshark" $(read_with -e ip.dst) >>seen
echo "tshark ip.cur_rt" $(read_with -e ip.cur_rt) >>seen
for filter in 'ip.dst == 10.0.0.2' 'ip.addr == 10.0.0.2' 'ip.dst == 10.0.0.4'; do
  echo "$filter: frame" $(read_with -Y "$filter" -e frame.number) >>seen
done
cat seen
cat >wanted <<'END'
scapy 10.0.0.2 10.0.0.2
dpkt 10.0.0.2 10.0.0.2
tcpdump 10.0.0.2 10.0.0.2
tshark 10.0.0.4 10.0.0.2
tshark ip.cur_rt 10.0.0.2
ip.dst == 10.0.0.2: frame 2
ip.addr == 10.0.0.2: frame 2
ip.dst == 10.0.0.4: frame 1
END
cmp seen wanted
