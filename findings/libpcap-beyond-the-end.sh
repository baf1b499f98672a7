#!/bin/sh
# Guess: a packet is selected by a filter or by its negation, and `A or B` selects what `B or A` does.
# Found: not where a filter looks behind the captured bytes, with libpcap 1.10.3 or in the kernel: the program ends
# there and leaves the packet out. Of a capture cut to 34 bytes (`-s`), both `udp port 53` and `not udp port
# 53` select nothing; of whole packets, `ether[60] == 1 or udp` loses all the short ones that `udp or
# ether[60] == 1` selects. In front of the test a `len > 60 and` helps. tshark 4.0's filters negate rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
frame = bytes.fromhex("020000000002 020000000001 0800"
                      "4500001c000000004011 0000 0a000001 0a000002 0001 0002 0008 0000")
for name, captured in (("whole", 42), ("cut", 34)):
    with open(name + ".pcap", "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        f.write(struct.pack("<IIII", 1_600_000_000, 0, captured, len(frame)) + frame[:captured])
PYTHON
tcpdump --version 2>&1 | grep libpcap
for name in whole cut; do
  for filter in udp 'udp port 53' 'not udp port 53' 'udp or ether[60] == 1' 'ether[60] == 1 or udp' \
    '(len > 60 and ether[60] == 1) or udp'; do
    echo "$name, $filter: $(tcpdump -nr $name.pcap --count "$filter" 2>/dev/null)"
  done
done | tee seen
echo "cut, tshark !(udp.port == 53):" $(tshark -r cut.pcap -Y '!(udp.port == 53)' -T fields -e frame.number 2>/dev/null) | tee -a seen
cat >wanted <<'END'
whole, udp: 1 packet
whole, udp port 53: 0 packets
whole, not udp port 53: 1 packet
whole, udp or ether[60] == 1: 1 packet
whole, ether[60] == 1 or udp: 0 packets
whole, (len > 60 and ether[60] == 1) or udp: 1 packet
cut, udp: 1 packet
cut, udp port 53: 0 packets
cut, not udp port 53: 0 packets
cut, udp or ether[60] == 1: 1 packet
cut, ether[60] == 1 or udp: 0 packets
cut, (len > 60 and ether[60] == 1) or udp: 1 packet
cut, tshark !(udp.port == 53): 1
END
cmp seen wanted
