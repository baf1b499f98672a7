#!/bin/sh
# Guess: a parser of NetFlow and IPFIX datagrams takes bytes as bytes.
# Found: PyPI's netflow 0.12.2 first tries whether they are UTF-8 and if so reads them as a hexadecimal dump:
# ValueError. Messages with addresses and counters are hardly ever UTF-8, but one that holds templates alone
# is, whenever the bytes of its time and sequence number are all below 0x80: two minutes in every four of some
# hours, in which a collector learns no template. A bytearray in place of bytes is taken as it is.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netflow==0.12.2
venv/bin/python - <<'PYTHON' | tee seen
import struct, netflow
for time in 0x5F5E1000, 0x5F5E1080:
    template = struct.pack(">HHHHHH", 2, 12, 256, 1, 1, 4)
    message = struct.pack(">HHIII", 10, 16 + len(template), time, 0, 1) + template
    for kind in bytes, bytearray:
        templates = {"netflow": {}, "ipfix": {}}
        try:
            netflow.parse_packet(kind(message), templates)
            print(hex(time), kind.__name__, "read,", len(templates["ipfix"]), "template")
        except ValueError as error:
            print(hex(time), kind.__name__, error)
PYTHON
cat >wanted <<'END'
0x5f5e1000 bytes non-hexadecimal number found in fromhex() arg at position 0
0x5f5e1000 bytearray read, 1 template
0x5f5e1080 bytes read, 1 template
0x5f5e1080 bytearray read, 1 template
END
cmp seen wanted
