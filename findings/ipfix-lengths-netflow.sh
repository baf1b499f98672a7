#!/bin/sh
# Guess: a library that names RFC 7011 as its source and means to read every right IPFIX exporter reads fields of
# variable length (section 7) and counters sent in fewer octets (section 6.2).
# Found: PyPI's netflow 0.12.2 raises PaddingCalculationError for the one and IPFIXTemplateError for three octets of the
# other, and with it the message is lost, records of other templates included. netflume 0.6.0 reads both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netflow==0.12.2 netflume==0.6.0
venv/bin/python - <<'PYTHON' | tee seen
import struct, netflow, netflume
def read(name, *fields, data):
    template = struct.pack(">HH", 256, len(fields)) + b"".join(struct.pack(">HH", *field) for field in fields)
    sets = b"".join(struct.pack(">HH", kind, 4 + len(body)) + body for kind, body in ((2, template), (256, data)))
    message = struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_000, 0, 1) + sets
    try:
        data = netflow.parse_packet(message, {"netflow": {}, "ipfix": {}}).flows[0].data
        print(name, "netflow", dict(sorted(data.items())))
    except Exception as error:
        print(name, "netflow", type(error).__name__)
    print(name, "netflume", netflume.parse_message(message, "exporter", netflume.TemplateStore())[1][0])
read("fixed", (2, 4), (7, 2), data=struct.pack(">IH", 5, 0x80FF))
read("variable", (82, 0xFFFF), (7, 2), data=b"\x04eth0" + struct.pack(">H", 0x80FF))
read("reduced", (2, 3), (7, 2), data=b"\0\0\x05" + struct.pack(">H", 0x80FF))
PYTHON
cat >wanted <<'END'
fixed netflow {'packetDeltaCount': 5, 'sourceTransportPort': 33023}
fixed netflume {'packets': 5, 'src_port': 33023}
variable netflow PaddingCalculationError
variable netflume {'if_name': 'eth0', 'src_port': 33023}
reduced netflow IPFIXTemplateError
reduced netflume {'packets': 5, 'src_port': 33023}
END
cmp seen wanted
