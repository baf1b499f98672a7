#!/bin/sh
# Guess: `host 127.1` selects 127.0.0.1, as the short form means for ping, ssh and inet_aton().
# Found: libpcap 1.10.3 fills up at the other end and puts a mask over it, as its manual says for `net`:
# `host 127.1` selects all of 127.1.0.0/16 and nothing of 127.0.0.1. A single number, though, is a whole
# address (10 is 0.0.0.10), and a leading zero is decimal where inet_aton() reads octal.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON' >seen
import socket, struct
with open("hosts.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for address in ("127.0.0.1", "127.1.0.0", "127.1.2.3", "0.0.0.10", "8.0.0.1", "10.0.0.1"):
        packet = (bytes.fromhex("45000014000000004001 0000") + socket.inet_aton(address) + socket.inet_aton("192.0.2.1"))
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(packet), len(packet)) + packet)
for text in ("127.1", "10", "010.0.0.1"):
    print("inet_aton", text, socket.inet_ntoa(socket.inet_aton(text)))
PYTHON
tcpdump --version 2>&1 | grep libpcap
for text in 127.1 10 010.0.0.1; do
  echo "host $text:" $(tcpdump -nr hosts.pcap "host $text" 2>/dev/null | sed 's/.* IP \(.*\) > .*/\1/') >>seen
done
cat seen
cat >wanted <<'END'
inet_aton 127.1 127.0.0.1
inet_aton 10 0.0.0.10
inet_aton 010.0.0.1 8.0.0.1
host 127.1: 127.1.0.0 127.1.2.3
host 10: 0.0.0.10
host 010.0.0.1: 10.0.0.1
END
cmp seen wanted
