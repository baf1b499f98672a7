#!/bin/sh
# Guess: an IPv6 address with a zone that Python's ipaddress has parsed can be written in all its forms.
# Found: in Python 3.11 `exploded` and `reverse_pointer` of fe80::1%eth0 raise AddressValueError about the
# very text that was parsed; str(), compressed and format(…, "x") work, the last without the zone. Also, it is
# not equal to fe80::1, though neither is less than the other and both have the same int() and packed bytes.
set -eu
python3 - <<'PYTHON'
import ipaddress, sys
print(sys.version.split()[0])
zoned, plain = ipaddress.ip_address("fe80::1%eth0"), ipaddress.ip_address("fe80::1")
for name in "exploded", "reverse_pointer":
    try:
        print(name, getattr(zoned, name))
        raise SystemExit("changed")
    except ipaddress.AddressValueError as error:
        print(name, error)
print(zoned.compressed, format(zoned, "x"))
assert zoned.compressed == "fe80::1%eth0" and format(zoned, "x") == "fe80" + "0" * 27 + "1"
assert zoned != plain and not zoned < plain and not plain < zoned
assert int(zoned) == int(plain) and zoned.packed == plain.packed
PYTHON
