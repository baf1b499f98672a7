#!/bin/sh
# Guess: what editcap, mergecap, reordercap and tshark write, they read again, whatever options of pcapng the packets
# have: an option that they know is copied as it is.
# Found: in Wireshark 4.0 they write epb_verdict (7, what a program at XDP or TC decided about the packet,
# as captures of such programs have it) under the number of epb_queue (6). Its nine octets are too many for that one:
# the same tools call the copy damaged and read no packet of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >options.py <<'PYTHON'
import struct, sys
def padded(data):
    return data + bytes(-len(data) % 4)
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
def packet(*options):
    data = bytes.fromhex("020000000002020000000001") + b"\x88\xb5" + bytes(46)
    option = b"".join(struct.pack("<HH", code, len(value)) + padded(value) for code, value in options)
    return block(6, struct.pack("<5I", 0, 0, 0, len(data), len(data)) + padded(data) + option + bytes(4))
def options(name):
    blocks = open(name, "rb").read()
    while blocks:
        kind, size = struct.unpack_from("<II", blocks)
        if kind == 6:
            at = 28 + struct.unpack_from("<I", blocks, 20)[0] + 3 & ~3
            while (code := struct.unpack_from("<HH", blocks, at))[0]:
                yield f"{code[0]}:{blocks[at + 4 : at + 4 + code[1]].hex()}"
                at += 4 + len(padded(bytes(code[1])))
        blocks = blocks[size:]
if len(sys.argv) > 1:
    print(sys.argv[1], *options(sys.argv[1]))
    sys.exit()
head = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
queue, xdp_pass = (6, struct.pack("<I", 3)), (7, b"\2" + struct.pack("<Q", 2))
for name, chosen in ("queue", [queue]), ("verdict", [queue, xdp_pass]):
    open(name + ".pcapng", "wb").write(head + packet(*chosen))
PYTHON
python3 options.py
packets() {
  tshark -r "$1" 2>/dev/null | wc -l
}
for name in queue verdict; do
  echo "$(python3 options.py $name.pcapng), packets: $(packets $name.pcapng)"
  editcap $name.pcapng $name-editcap.pcapng
  mergecap -w $name-mergecap.pcapng $name.pcapng
  reordercap $name.pcapng $name-reordercap.pcapng >/dev/null 2>&1
  tshark -r $name.pcapng -w $name-tshark.pcapng 2>/dev/null
  for tool in editcap mergecap reordercap tshark; do
    copy=$name-$tool.pcapng
    echo "$(python3 options.py $copy), packets: $(packets $copy)"
  done
done | tee seen
capinfos verdict-editcap.pcapng 2>&1 | grep '^(pcapng' | tee -a seen
{
  echo "queue.pcapng 6:03000000, packets: 1"
  for tool in editcap mergecap reordercap tshark; do echo "queue-$tool.pcapng 6:03000000, packets: 1"; done
  echo "verdict.pcapng 6:03000000 7:020200000000000000, packets: 1"
  for tool in editcap mergecap reordercap tshark; do
    echo "verdict-$tool.pcapng 6:03000000 6:020200000000000000, packets: 0"
  done
  echo "(pcapng: packet block queue option length 9 is not 4)"
} >wanted
cmp seen wanted
