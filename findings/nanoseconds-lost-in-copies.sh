#!/bin/sh
# Guess: a capture tool that copies a nanosecond pcap (magic a1b23c4d) to a pcap keeps the nanoseconds.
# Found: tcpdump 4.99.3 -w, editcap and mergecap 4.0 with -F pcap and tcprewrite 4.4.3 all write microseconds,
# without a word. tcpdump needs --nano (for reading, but it decides what is written), the Wireshark tools -F
# nsecpcap; tcprewrite has no way. Into pcapng, editcap and mergecap keep them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
frame = bytes.fromhex("020000000001 020000000002 0800 4500001c000100004011f6ce c0000201 c0000202 14e914e900080000").ljust(60, b"\0")
with open("nano.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))
    f.write(struct.pack("<IIII", 1_600_000_000, 123_456_789, 60, 60) + frame)
PYTHON
tcpdump -r nano.pcap -w tcpdump.pcap 2>/dev/null
tcpdump --nano -r nano.pcap -w tcpdump-nano.pcap 2>/dev/null
editcap -F pcap nano.pcap editcap.pcap
editcap -F nsecpcap nano.pcap editcap-nsecpcap.pcap
mergecap -F pcap -w mergecap.pcap nano.pcap
mergecap -w mergecap.pcapng nano.pcap
tcprewrite -i nano.pcap -o tcprewrite.pcap --enet-dmac=02:00:00:00:00:09
for file in tcpdump.pcap tcpdump-nano.pcap editcap.pcap editcap-nsecpcap.pcap mergecap.pcap mergecap.pcapng tcprewrite.pcap; do
  echo "$file $(tshark -r "$file" -T fields -e frame.time_epoch 2>/dev/null)"
done | tee seen
cat >wanted <<'END'
tcpdump.pcap 1600000000.123456000
tcpdump-nano.pcap 1600000000.123456789
editcap.pcap 1600000000.123456000
editcap-nsecpcap.pcap 1600000000.123456789
mergecap.pcap 1600000000.123456000
mergecap.pcapng 1600000000.123456789
tcprewrite.pcap 1600000000.123456000
END
cmp seen wanted
