#!/bin/sh
# Guess: a reader that has IANA's table of elements decodes a float64 as a number and a signed32 with its
# sign, or leaves the bytes.
# Found: netflume 0.6.0 gives every element that it has no name for as an unsigned number: absoluteError (320,
# float64) of 1.5 is 4609434218613702656 and mibObjectValueInteger (434, signed32) of -5 is 4294967291.
# netflow 0.12.2 and tshark give 1.5 and -5.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netflow==0.12.2 netflume==0.6.0
venv/bin/python - <<'PYTHON' | tee seen
import struct, netflow, netflume
sets = struct.pack(">8H", 2, 16, 256, 2, 320, 8, 434, 4) + struct.pack(">HHdi", 256, 16, 1.5, -5)
message = struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_000, 0, 1) + sets
print("netflow", netflow.parse_packet(message, {"netflow": {}, "ipfix": {}}).flows[0].data)
print("netflume", netflume.parse_message(message, "exporter", netflume.TemplateStore())[1][0])
PYTHON
cat >wanted <<'END'
netflow {'absoluteError': 1.5, 'mibObjectValueInteger': -5}
netflume {'ie320': 4609434218613702656, 'ie434': 4294967291}
END
cmp seen wanted
