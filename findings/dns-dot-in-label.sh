#!/bin/sh
# Guess: what prints a DNS name escapes a dot that is within a label (RFC 4343, section 2.1), as in the names of services that
# printers announce (RFC 6763, section 4.3), so that two names on the wire are two in print.
# Found: only dnspython 2.9.2 does. scapy 2.8.0, dpkt 1.9.8, dnslib 0.9.26 and npm's dns-packet 5.6.1 print one label
# as two labels (dnslib escapes the space, not the dot). What dns-packet has read and writes again is another name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund dns-packet@5.6.1
python3 -m venv venv
venv/bin/pip -q install dnspython==2.9.2 scapy==2.8.0 dpkt==1.9.8 dnslib==0.9.26
cat >names.py <<'PYTHON'
import subprocess
import dns.message, dns.name, dnslib, dpkt
from scapy.layers.dns import DNS

INSTANCE = [b"Deck 2.1", b"_ipp", b"_tcp", b"local", b""]
OTHER = [b"Deck 2", b"1", b"_ipp", b"_tcp", b"local", b""]
wires = [dns.message.make_query(dns.name.Name(labels), "SRV", id=1).to_wire() for labels in (INSTANCE, OTHER)]
assert wires[0] != wires[1] and len(wires[0]) == len(wires[1])
readers = {
    "dnspython": lambda wire: dns.message.from_wire(wire).question[0].name.to_text(),
    "scapy": lambda wire: DNS(wire).qd[0].qname.decode(),
    "dpkt": lambda wire: dpkt.dns.DNS(wire).qd[0].name,
    "dnslib": lambda wire: str(dnslib.DNSRecord.parse(wire).q.qname),
}
for name, read in readers.items():
    print(name, *(read(wire).rstrip(".") for wire in wires), sep=" | ")
for wire in wires:
    script = """const { decode, encode } = require("dns-packet");
const query = decode(Buffer.from(process.argv[1], "hex"));
const again = encode(query).toString("hex") === process.argv[1];
console.log(`dns-packet | ${query.questions[0].name} | written again as it was: ${again}`);"""
    print(subprocess.check_output(["node", "-e", script, wire.hex()], text=True).strip())
PYTHON
venv/bin/python names.py >seen
cat seen
cat >wanted <<'END'
dnspython | Deck\0322\.1._ipp._tcp.local | Deck\0322.1._ipp._tcp.local
scapy | Deck 2.1._ipp._tcp.local | Deck 2.1._ipp._tcp.local
dpkt | Deck 2.1._ipp._tcp.local | Deck 2.1._ipp._tcp.local
dnslib | Deck\0322.1._ipp._tcp.local | Deck\0322.1._ipp._tcp.local
dns-packet | Deck 2.1._ipp._tcp.local | written again as it was: false
dns-packet | Deck 2.1._ipp._tcp.local | written again as it was: true
END
cmp seen wanted
