#!/bin/sh
# Guess: a pcapng file of an Ethernet and a raw IP interface (a capture on two devices of a host with a
# tunnel) is read whole or refused by every reader.
# Found: gopacket 1.7.7 by default leaves out the packets of the second kind, without an error, and its
# documentation calls that libpcap's way; libpcap 1.10.3 stops with an error at the first of them. dpkt 1.9.8
# hands over all, with no means to tell which is of which type. tshark and scapy decode each by its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8 scapy==2.6.1
venv/bin/python - <<'PYTHON' 2>/dev/null | tee seen
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
ip = bytes.fromhex("4500001c000100004011f6ce c0000201 c0000202 14e914e900080000")
def packet(interface, data):
    size = len(data)
    return block(6, struct.pack("<IIIII", interface, 0, 0, size, size) + data + bytes(-size % 4))
with open("mixed.pcapng", "wb") as f:
    f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    f.write(block(1, struct.pack("<HHI", 1, 0, 0)) + block(1, struct.pack("<HHI", 101, 0, 0)))
    f.write(packet(0, bytes.fromhex("020000000001 020000000002 0800") + ip) + packet(1, ip))
import dpkt, scapy.all
reader = dpkt.pcapng.Reader(open("mixed.pcapng", "rb"))
print("dpkt", reader.datalink(), len(list(reader)))
print("scapy", *(p.firstlayer().name for p in scapy.all.rdpcap("mixed.pcapng")))
PYTHON
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/gopacket/gopacket/pcapgo"
)

func main() {
	file, _ := os.Open("mixed.pcapng")
	reader, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		panic(err)
	}
	for count := 0; ; count++ {
		if _, _, err := reader.ReadPacketData(); err != nil {
			fmt.Println("gopacket", count, err)
			return
		}
	}
}
GO
go mod init example >/dev/null 2>&1
go get github.com/gopacket/gopacket@v1.7.7 github.com/gopacket/gopacket/pcapgo@v1.7.7 2>/dev/null
go run . | tee -a seen
echo "tshark" $(tshark -r mixed.pcapng -T fields -e frame.protocols 2>/dev/null | cut -d: -f1) | tee -a seen
if tcpdump -nr mixed.pcapng >/dev/null 2>said; then exit 1; fi
grep -o "an interface has a type 101 different from the type of the first interface" said
cat >wanted <<'END'
dpkt 1 2
scapy Ethernet IP
gopacket 1 EOF
tshark eth raw
END
cmp seen wanted
