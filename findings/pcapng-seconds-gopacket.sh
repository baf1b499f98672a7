#!/bin/sh
# Guess: an if_tsresol of 0 means whole seconds (10 to the power of -0), and only a missing one means
# microseconds.
# Found: gopacket 1.7.7 takes 0 for "not given": packets of September 2020 are dated 1970-01-01 00:26:40.
# tshark 4.0, tcpdump, dpkt, scapy and python-pcapng read seconds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
frame = bytes.fromhex("020000000001 020000000002 88b5").ljust(60, b"\0")
with open("seconds.pcapng", "wb") as f:
    f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    f.write(block(1, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HHB3xI", 9, 1, 0, 0)))
    f.write(block(6, struct.pack("<IIIII", 0, 0, 1_600_000_000, 60, 60) + frame))
PYTHON
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/gopacket/gopacket/pcapgo"
)

func main() {
	file, _ := os.Open("seconds.pcapng")
	reader, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		panic(err)
	}
	_, info, err := reader.ReadPacketData()
	fmt.Println("gopacket", info.Timestamp.Unix(), err)
}
GO
go mod init example >/dev/null 2>&1
go get github.com/gopacket/gopacket@v1.7.7 github.com/gopacket/gopacket/pcapgo@v1.7.7 2>/dev/null
go run . | tee seen
echo "tshark $(tshark -r seconds.pcapng -T fields -e frame.time_epoch 2>/dev/null)" | tee -a seen
cat >wanted <<'END'
gopacket 1600 <nil>
tshark 1600000000.000000000
END
cmp seen wanted
