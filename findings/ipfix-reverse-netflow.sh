#!/bin/sh
# Guess: a reader of IPFIX that knows the enterprise bit keeps an enterprise's elements apart from IANA's:
# octets of the reverse direction (RFC 5103: element 1 of enterprise 29305) and a vendor's element 100 are not
# elements 1 and 100.
# Found: PyPI's netflow 0.12.2 reads past the enterprise number and names the element by its id alone: a
# vendor's number 100 is "className", and of the octets of the two directions one is left under
# octetDeltaCount. Which one depends on the numbers, as they go through a Python set. netflume 0.6.0 and
# tshark keep all apart.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netflow==0.12.2 netflume==0.6.0
venv/bin/python - <<'PYTHON' | tee seen
import struct, netflow, netflume
fields = struct.pack(">HH", 256, 3) + struct.pack(">HH", 1, 4) + struct.pack(">HHI", 0x8001, 4, 29305) + \
    struct.pack(">HHI", 0x8064, 4, 32473)
def message(forward, reverse):
    sets = struct.pack(">HH", 2, 4 + len(fields)) + fields + \
        struct.pack(">HHIII", 256, 16, forward, reverse, 0x61626364)
    return struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_128, 0, 1) + sets
winners = set()
for octets in range(100):
    [flow] = netflow.parse_packet(message(octets, octets + 1000), {"netflow": {}, "ipfix": {}}).flows
    winners.add("forward" if flow.data["octetDeltaCount"] == octets else "reverse")
print("netflow", sorted(winners), sorted(flow.data), flow.data["className"])
print("netflume", netflume.parse_message(message(700, 900), "exporter", netflume.TemplateStore())[1][0])
PYTHON
cat >wanted <<'END'
netflow ['forward', 'reverse'] ['className', 'octetDeltaCount'] abcd
netflume {'octets': 700, 'e29305.1': 900, 'e32473.100': 1633837924}
END
cmp seen wanted
