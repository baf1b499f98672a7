#!/bin/sh
# Guess: a pcap file of version 2.3 differs from 2.4 in nothing that a reader has to know, or is refused.
# Found: before 2.4 the two lengths of a packet stood in either order. libpcap (tcpdump) and tshark 4.0 take
# the smaller one for what is in the file; dpkt 1.9.8 and scapy 2.6.1 do not look at the version, read 100
# bytes for a packet of 60 and go on in the middle of the next; gopacket 1.7.7 refuses the file. Cut packets
# of old archives are those that it concerns.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8 scapy==2.6.1
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct
frame = bytes.fromhex("020000000001 020000000002 88b5").ljust(60, b"\0")
with open("old.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 3, 0, 0, 65535, 1))
    for second in 0, 1:
        f.write(struct.pack("<IIII", 1_600_000_000 + second, 0, 100, 60) + frame)
import dpkt, scapy.all
print("dpkt", len(next(iter(dpkt.pcap.Reader(open("old.pcap", "rb"))))[1]))
print("scapy", len(next(scapy.all.PcapReader("old.pcap"))))
PYTHON
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/gopacket/gopacket/pcapgo"
)

func main() {
	file, _ := os.Open("old.pcap")
	_, err := pcapgo.NewReader(file)
	fmt.Println("gopacket", err)
}
GO
go mod init example >/dev/null 2>&1
go get github.com/gopacket/gopacket@v1.7.7 github.com/gopacket/gopacket/pcapgo@v1.7.7 2>/dev/null
go run . | tee -a seen
echo "tshark" $(tshark -r old.pcap -T fields -e frame.cap_len -e frame.len 2>/dev/null) | tee -a seen
echo "tcpdump" $(tcpdump -nr old.pcap 2>/dev/null | grep -c 88b5) | tee -a seen
cat >wanted <<'END'
dpkt 100
scapy 100
gopacket Unknown minor version 3
tshark 60 100 60 100
tcpdump 2
END
cmp seen wanted
