#!/bin/sh
# Guess: asking a Python object with hasattr() for an attribute that it lacks gives False.
# Found: the blocks that python-pcapng 2.1.1 has no class for (it hands over Custom, Decryption Secrets and
# unknown ones as UnknownBlock) raise RecursionError, from within hasattr(): their __getattr__ looks for what
# they never set. The library's usual loop, "has it packet_data?", ends there on files of today's Wireshark
# with secrets in them. Ask for the class instead.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install python-pcapng==2.1.1
venv/bin/python - <<'PYTHON' | tee seen
import io, struct, pcapng
from pcapng.blocks import EnhancedPacket
def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
start = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
secrets = block(10, struct.pack("<II", 0x544C534B, 4) + b"#\r\n\n")
for each in pcapng.FileScanner(io.BytesIO(start + secrets)):
    try:
        print(type(each).__name__, hasattr(each, "packet_data"), isinstance(each, EnhancedPacket))
    except RecursionError as error:
        print(type(each).__name__, type(error).__name__, isinstance(each, EnhancedPacket))
PYTHON
cat >wanted <<'END'
SectionHeader False False
InterfaceDescription False False
UnknownBlock RecursionError False
END
cmp seen wanted
