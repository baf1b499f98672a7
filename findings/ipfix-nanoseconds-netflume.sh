#!/bin/sh
# Guess: as `flow_start_ms` is a whole number of milliseconds, `flow_start_ns` is one of nanoseconds.
# Found: netflume 0.6.0 gives flowStartNanoseconds (element 156) as *seconds*, in a float that is good to some 0.2 us:
# a flow's two times closer than that become equal, and the last nanoseconds of a second become the next
# second. tshark 4.0 prints the element to the nanosecond.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netflume==0.6.0
cat >read.py <<'PYTHON'
import struct, netflume
moments = (123_456_789, 123_456_799), (999_999_990, 999_999_999)
ntp = lambda nanoseconds: struct.pack(">II", 1_600_000_000 + 2_208_988_800, (nanoseconds << 32) // 10**9 + 1)
template = struct.pack(">8H", 256, 3, 152, 8, 156, 8, 157, 8)
records = b"".join(struct.pack(">Q", 1_600_000_000_123) + ntp(start) + ntp(end) for start, end in moments)
sets = b"".join(struct.pack(">HH", kind, 4 + len(body)) + body for kind, body in ((2, template), (256, records)))
message = struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_000, 0, 1) + sets
for record in netflume.parse_message(message, "exporter", netflume.TemplateStore())[1]:
    print("netflume", record["flow_start_ms"], record["flow_start_ns"], record["flow_start_ns"] == record["flow_end_ns"])
frame = (bytes.fromhex("020000000002020000000001 0800 4500") + struct.pack(">H", 28 + len(message))
         + bytes.fromhex("000000004011 0000 0a000001 0a000002 9c40 1283") + struct.pack(">HH", 8 + len(message), 0) + message)
with open("export.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
PYTHON
venv/bin/python read.py >seen
TZ=UTC tshark -r export.pcap -T fields -e cflow.abstimestart 2>/dev/null | tr ',' '\n' | grep -o '12:26:40[.0-9]*' | grep -v 123000000 |
  sed 's/^/tshark /' >>seen
cat seen
cat >wanted <<'END'
netflume 1600000000123 1600000000.1234567 True
netflume 1600000000123 1600000001.0 True
tshark 12:26:40.123456789
tshark 12:26:40.999999990
END
cmp seen wanted
