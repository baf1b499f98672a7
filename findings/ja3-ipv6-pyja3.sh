#!/bin/sh
# Guess: pyja3, the original's own program, gives a fingerprint of every TLS client in a capture; it has code for
# printing IPv6 addresses.
# Found: pyja3 1.0.0 (with dpkt 1.9.8) takes IPv4 alone: the same hello over IPv6 is passed over without a word, so
# that a list of a network's clients lacks them. tshark 4.0 gives both the same JA3.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install pyja3==1.0.0 dpkt==1.9.8
cat >fingerprint.py <<'PYTHON'
import ipaddress, struct
body = bytes.fromhex("0303") + bytes(32) + bytes.fromhex("00 0004c02fc030 0100 0008 000a 0004 0002 001d")
record = bytes.fromhex("160301") + struct.pack(">HBBH", 4 + len(body), 1, 0, len(body)) + body
tcp = bytes.fromhex("c00001bb 00000001 00000001 5018 ffff 0000 0000") + record
four = (bytes.fromhex("4500") + struct.pack(">H", 20 + len(tcp)) + bytes.fromhex("000000004006 0000 0a000001 0a000002"))
six = (bytes.fromhex("60000000") + struct.pack(">H", len(tcp)) + bytes.fromhex("0640")
       + ipaddress.ip_address("2001:db8::1").packed + ipaddress.ip_address("2001:db8::2").packed)
with open("hellos.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for kind, header in ((0x800, four), (0x86DD, six)):
        frame = bytes.fromhex("020000000002020000000001") + struct.pack(">H", kind) + header + tcp
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
import dpkt, ja3.ja3
for found in ja3.ja3.process_pcap(dpkt.pcap.Reader(open("hellos.pcap", "rb"))):
    print("pyja3", found["source_ip"], found["ja3"], found["ja3_digest"])
PYTHON
venv/bin/python fingerprint.py >seen
tshark -r hellos.pcap -T fields -e ip.src -e ipv6.src -e tls.handshake.ja3_full -e tls.handshake.ja3 2>/dev/null |
  tr -s '\t' ' ' | sed 's/^ *//; s/^/tshark /' >>seen
cat seen
cat >wanted <<'END'
pyja3 10.0.0.1 771,49199-49200,10,29, 5985689bd12ab0edd89e05e89b763651
tshark 10.0.0.1 771,49199-49200,10,29, 5985689bd12ab0edd89e05e89b763651
tshark 2001:db8::1 771,49199-49200,10,29, 5985689bd12ab0edd89e05e89b763651
END
cmp seen wanted
