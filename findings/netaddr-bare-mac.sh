#!/bin/sh
# Guess: netaddr reads a bare EUI-64 or a MAC without its leading zero as hexadecimal, as it does a bare MAC
# of twelve digits.
# Found: netaddr 1.3.0 reads a string of decimal digits alone whose length is not 12 as a *decimal number*:
# the EUI-64 0011223344556677 becomes the 48-bit 0A-35-23-77-2A-85. With one letter in it, it is hexadecimal
# and 64 bits. No error, and about one bare EUI-64 in two thousand has no letter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netaddr==1.3.0
venv/bin/python - <<'PYTHON' | tee seen
from netaddr import EUI
for text in "001122334455", "0011223344556677", "00112233445566aa", "00-11-22-33-44-55-66-77":
    address = EUI(text)
    print(text, address, address.version)
PYTHON
cat >wanted <<'END'
001122334455 00-11-22-33-44-55 48
0011223344556677 0A-35-23-77-2A-85 48
00112233445566aa 00-11-22-33-44-55-66-AA 64
00-11-22-33-44-55-66-77 00-11-22-33-44-55-66-77 64
END
cmp seen wanted
