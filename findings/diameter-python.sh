#!/bin/sh
# Guess: whoever parses Diameter (RFC 6733) skips the padding behind an AVP, which its length leaves out (section 4.1), and
# takes Time for seconds since 1900, or since 7 February 2036 at 06:28:16 if the first bit is not set (section 4.3.1).
# Found: dpkt 1.9.8 looks for the next AVP in the padding: what follows the first whose length is no multiple of four is given as
# an AVP of code 0 without a word, and padding at the end raises NeedData. scapy 2.6.1 prints seconds since 1970, 70 years late.
# python-diameter 0.9.0 reads an hour early from 2036 on, and writes an hour late, so that it agrees with itself.
set -eu
export TZ=UTC LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8 scapy==2.6.1 python-diameter==0.9.0
cat >read.py <<'PYTHON'
import struct, datetime
import dpkt
from diameter.message import Message
from diameter.message.avp.avp import AvpTime
from scapy.contrib.diameter import DiamG
def avp(code, data):
    return struct.pack(">II", code, 0x40 << 24 | 8 + len(data)) + data + bytes(-len(data) % 4)
def request(*avps):
    body = b"".join(avps)
    return struct.pack(">5I", 1 << 24 | 20 + len(body), 0x80 << 24 | 257, 0, 1, 2) + body
HOST, REALM, EVENT = 264, 296, 55
for host, realm in (b"host", b"home"), (b"sensor", b"home"), (b"host", b"office"):
    message = request(avp(HOST, host), avp(REALM, realm))
    print("python-diameter", [(each.code, each.value) for each in Message.from_bytes(message).avps])
    try:
        print("dpkt", [(each.code, each.data) for each in dpkt.diameter.Diameter(message).avps])
    except dpkt.UnpackError as error:
        print("dpkt", type(error).__name__)
UNIX = 2_208_988_800  # seconds from 1900 to 1970
for date in "2026-01-01", "2040-01-01":
    seconds = int(datetime.datetime.fromisoformat(date + "T00:00:00+00:00").timestamp()) + UNIX
    message = request(avp(EVENT, struct.pack(">I", seconds % 2**32)))
    shown = next(line for line in DiamG(message).show(dump=True).splitlines() if " val " in line)
    written = AvpTime(code=EVENT)
    written.value = datetime.datetime.fromisoformat(date)
    print(date, "scapy", shown.split("= ")[1])
    print(date, "python-diameter", Message.from_bytes(message).avps[0].value, "writes", int(written.payload.hex(), 16) - seconds % 2**32)
PYTHON
venv/bin/python read.py 2>/dev/null >seen
cat seen
cat >wanted <<'END'
python-diameter [(264, b'host'), (296, b'home')]
dpkt [(264, b'host'), (296, b'home')]
python-diameter [(264, b'sensor'), (296, b'home')]
dpkt [(264, b'sensor'), (0, b'\x00\x0chome')]
python-diameter [(264, b'host'), (296, b'office')]
dpkt NeedData
2026-01-01 scapy Sun Jan  1 00:00:00 2096
2026-01-01 python-diameter 2026-01-01 00:00:00 writes 0
2040-01-01 scapy Sat Nov 24 17:31:44 1973
2040-01-01 python-diameter 2039-12-31 23:00:00 writes 3600
END
cmp seen wanted
