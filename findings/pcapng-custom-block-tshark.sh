#!/bin/sh
# Guess: a Custom Block (draft-ietf-opsawg-pcapng, section 4.9), which any program may write between packets,
# is no packet.
# Found: tshark 4.0 lists it as frame 1 of 2, without a time, so that the numbers of all packets behind it
# move on by one and `-T fields` has a line that no packet made; capinfos counts 1 packet in the same file,
# and editcap -F pcap stops at the block and leaves a file without packets. Blocks of a type that nobody knows
# are passed over. tcpdump, scapy and dpkt count 1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
start = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
time = 1_600_000_000 * 10**6
frame = bytes.fromhex("020000000001 020000000002 88b5").ljust(60, b"\0")
packet = block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 60, 60) + frame)
open("custom.pcapng", "wb").write(start + block(0xBAD, struct.pack("<I", 32473) + b"note") + packet)
open("unknown.pcapng", "wb").write(start + block(0x777, b"note") + packet)
PYTHON
for file in custom unknown; do
  tshark -r $file.pcapng -T fields -e frame.number -e frame.time_epoch 2>/dev/null | sed "s/^/tshark $file /"
  echo "capinfos $file $(capinfos -cM $file.pcapng | tail -1 | tr -dc 0-9)"
  echo "tcpdump $file $(tcpdump -nr $file.pcapng 2>/dev/null | grep -c 88b5)"
done | tee seen
if editcap -F pcap custom.pcapng custom.pcap 2>said; then exit 1; fi
grep "can't be saved" said
printf 'tshark custom 1\t\n' >wanted
printf 'tshark custom 2\t1600000000.000000000\n' >>wanted
cat >>wanted <<'END'
capinfos custom 1
tcpdump custom 1
END
printf 'tshark unknown 1\t1600000000.000000000\n' >>wanted
cat >>wanted <<'END'
capinfos unknown 1
tcpdump unknown 1
END
cmp seen wanted
