#!/bin/sh
# Guess: a filter that selects a packet from Linux's cooked capture selects it from the second version
# (LINKTYPE_LINUX_SLL2, which the `any` device gives now), too: the same fields, in another order.
# Found: not what runs over LLC. libpcap 1.10.3 compares SLL2's protocol field, which is 4 for such a frame,
# with the LLC address: `stp`, `iso` and `ipx` select nothing there, without a word, while tcpdump prints
# the packets as such. From Ethernet and version 1 they are selected.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
payloads = [bytes.fromhex(it) + bytes(40) for it in ("424203 0000 02 02 3c", "fefe03 83 1b 01 00", "e0e003 ffff 001e")]
station = bytes.fromhex("0200000000010000")
links = {
    "ethernet": (1, lambda data: bytes.fromhex("0180c2000000 020000000001") + struct.pack(">H", len(data))),
    "cooked": (113, lambda data: struct.pack(">HHH", 1, 1, 6) + station + struct.pack(">H", 4)),
    "cooked2": (276, lambda data: struct.pack(">HHIHBB", 4, 0, 1, 1, 1, 6) + station),
}
for name, (link, header) in links.items():
    with open(name + ".pcap", "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link))
        for data in payloads:
            frame = header(data) + data
            f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
PYTHON
tcpdump --version 2>&1 | grep libpcap
for name in ethernet cooked cooked2; do
  echo "$name printed:" $(tcpdump -nr $name.pcap 2>/dev/null | grep -o 'STP 802\|IS-IS\|IPX')
  for filter in stp iso ipx; do
    echo "$name $filter: $(tcpdump -nr $name.pcap --count $filter 2>/dev/null)"
  done
done | tee seen
cat >wanted <<'END'
ethernet printed: STP 802 IS-IS IPX
ethernet stp: 1 packet
ethernet iso: 1 packet
ethernet ipx: 1 packet
cooked printed: STP 802 IS-IS IPX
cooked stp: 1 packet
cooked iso: 1 packet
cooked ipx: 1 packet
cooked2 printed: STP 802 IS-IS IPX
cooked2 stp: 0 packets
cooked2 iso: 0 packets
cooked2 ipx: 0 packets
END
cmp seen wanted
