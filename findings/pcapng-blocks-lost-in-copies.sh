#!/bin/sh
# Guess: a copy of a whole pcapng file by editcap, mergecap, reordercap or tshark keeps what its reader knows to say about
# the file: capinfos prints how many names and interface statistics are there.
# Found: in Wireshark 4.0 none of them writes the Interface Statistics Block (5) with the counts of received and dropped
# packets, nor the Name Resolution Block (4); the interface loses its own addresses (if_IPv4addr 4, if_MACaddr 6) and the
# packet its hash (epb_hash 3). TLS secrets (10), comments and what options nobody knows are kept. Who asks a
# copy whether the capture lost packets is told nothing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >blocks.py <<'PYTHON'
import struct, sys
def padded(data):
    return data + bytes(-len(data) % 4)
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
def options(*pairs):
    return b"".join(struct.pack("<HH", code, len(value)) + padded(value) for code, value in pairs) + bytes(4)
if len(sys.argv) == 1:
    data = bytes.fromhex("020000000002020000000001") + b"\x88\xb5" + bytes(46)
    name = b"\xc0\0\2\1printer\0"
    custom = (2988, struct.pack("<I", 32473) + b"text")
    interface = options((2, b"eth0"), (4, b"\xc0\0\2\1\xff\xff\xff\0"), (6, bytes.fromhex("020000000001")), custom)
    packet = options((1, b"comment"), (3, b"\2" + bytes(4)), custom)
    with open("in.pcapng", "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        file.write(block(1, struct.pack("<HHI", 1, 0, 0) + interface))
        file.write(block(4, struct.pack("<HH", 1, len(name)) + padded(name) + bytes(4)))
        file.write(block(10, struct.pack("<II", 0x544C534B, 6) + padded(b"a b c\n")))
        file.write(block(6, struct.pack("<5I", 0, 0, 0, len(data), len(data)) + padded(data) + packet))
        file.write(block(5, bytes(12) + options((4, struct.pack("<Q", 100)), (5, struct.pack("<Q", 3)))))
for name in sys.argv[1:]:
    blocks, seen = open(name, "rb").read(), []
    while blocks:
        kind, size = struct.unpack_from("<II", blocks)
        if kind != 0x0A0D0D0A:  # the section's options name the tool, in some
            at = {1: 16, 5: 20, 6: 28 + len(padded(bytes(*struct.unpack_from("<I", blocks, 20))))}.get(kind, size)
            codes = []
            while at < size - 4 and (code := struct.unpack_from("<HH", blocks, at))[0]:
                codes.append(str(code[0]))
                at += 4 + len(padded(bytes(code[1])))
            seen.append(f"{kind}({','.join(codes)})" if codes else f"{kind}")
        blocks = blocks[size:]
    print(name, *seen)
PYTHON
python3 blocks.py
capinfos in.pcapng | grep -E 'stat entries|resolved IPv4|secrets' | sed 's/^ *//' >seen
editcap in.pcapng editcap.pcapng
mergecap -w mergecap.pcapng in.pcapng
reordercap in.pcapng reordercap.pcapng >/dev/null 2>&1
tshark -r in.pcapng -w tshark.pcapng 2>/dev/null
python3 blocks.py in.pcapng editcap.pcapng mergecap.pcapng reordercap.pcapng tshark.pcapng >>seen
cat seen
cat >wanted <<'END'
Number of stat entries = 1
Number of resolved IPv4 addresses in file: 1
Number of decryption secrets in file: 1
in.pcapng 1(2,4,6,2988) 4 10 6(1,3,2988) 5(4,5)
editcap.pcapng 1(2,2988) 10 6(1,2988)
mergecap.pcapng 1(2,2988) 10 6(1,2988)
reordercap.pcapng 1(2,2988) 10 6(1,2988)
tshark.pcapng 1(2,2988) 10 6(1,2988)
END
cmp seen wanted
