#!/bin/sh
# Guess: a DHCP option that comes in several pieces is one option (RFC 3396, section 5), or at least all pieces
# are given, as scapy, dpkt and tshark do.
# Found: dhcppython 0.1.4 gives the last piece alone: one of two name servers, half a host name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install dhcppython==0.1.4 dpkt==1.9.8
cat >read.py <<'PYTHON'
import dpkt
from dhcppython.packet import DHCPPacket
header = bytes([2, 1, 6, 0]) + bytes(24) + bytes.fromhex("020000000001") + bytes(202) + bytes.fromhex("63825363")
pieces = [(53, b"\2"), (6, bytes([192, 0, 2, 1])), (6, bytes([192, 0, 2, 2])), (12, b"off"), (12, b"ice")]
message = header + b"".join(bytes([code, len(data)]) + data for code, data in pieces) + b"\xff"
print("dpkt", [data.decode() for code, data in dpkt.dhcp.DHCP(message).opts if code == 12])
for option in DHCPPacket.from_bytes(message).options:
    print("dhcppython", option.value)
PYTHON
venv/bin/python read.py | tee seen
cat >wanted <<'END'
dpkt ['off', 'ice']
dhcppython {'dhcp_message_type': 'DHCPOFFER'}
dhcppython {'dns_servers': ['192.0.2.2']}
dhcppython {'hostname': 'ice'}
dhcppython {'end_option': ''}
END
cmp seen wanted
