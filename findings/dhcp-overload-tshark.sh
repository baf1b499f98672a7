#!/bin/sh
# Guess: tshark gives a DHCP message's options in the order in which they are read: the options field, then `file`,
# then `sname` if option 52 says that these hold options (RFC 2131, section 4.1), so that the parts of a long
# option can be put together (RFC 3396, section 5).
# Found: tshark 4.0 dissects the overloaded fields where it meets option 52, `sname` first: "example.org" in three
# parts comes out as .org, mple, exa; even in plain options it leaves the parts apart. tcpdump 4.99.3 prints
# what is in the options field only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import struct
def reply(options, file=b"", sname=b""):
    message = (struct.pack(">BBBBIHH4x4s8x", 2, 1, 6, 0, 1, 0, 0, bytes([10, 0, 0, 9])) + bytes.fromhex("020000000001")
               + bytes(10) + sname.ljust(64, b"\0") + file.ljust(128, b"\0") + bytes.fromhex("63825363") + options)
    udp = struct.pack(">HHHH", 67, 68, 8 + len(message), 0) + message
    return (bytes.fromhex("0200000000020200000000010800 4500") + struct.pack(">H", 20 + len(udp))
            + bytes.fromhex("000000004011 0000 0a000001 0a000009") + udp)
name = lambda part: bytes([15, len(part)]) + part
frames = [reply(b"\x35\x01\x05\x34\x01\x03" + name(b"exa") + b"\xff", name(b"mple") + b"\xff", name(b".org") + b"\xff"),
          reply(b"\x35\x01\x05" + name(b"exa") + name(b"mple.org") + b"\xff")]
with open("dhcp.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for frame in frames:
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(frame), len(frame)) + frame)
PYTHON
tshark -r dhcp.pcap -T fields -e dhcp.option.type -e dhcp.option.domain_name 2>/dev/null | tr '\t' ' ' | tee seen
echo "tcpdump" $(tcpdump -vnr dhcp.pcap 2>/dev/null | grep -o 'Domain-Name.*' | sed 's/.*: //') | tee -a seen
cat >wanted <<'END'
53,52,15,0,15,0,15,0 .org,mple,exa
53,15,15,0 exa,mple.org
tcpdump "exa" "exa" "mple.org"
END
cmp seen wanted
