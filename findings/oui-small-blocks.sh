#!/bin/sh
# Guess: a library that ships IEEE's list of vendors names the vendor of an address out of a small block (28
# bits, MA-M, or 36, MA-S).
# Found: netaddr 1.3.0's oui.registration() gives "IEEE Registration Authority" for all of them, a name like
# any other vendor's, and its iab knows only the old individual blocks (00-50-C2). manuf 1.1.5 names them all,
# and so does tshark.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install netaddr==1.3.0 manuf==1.1.5
venv/bin/python - <<'PYTHON' | tee seen
from manuf import MacParser
from netaddr import EUI
names = MacParser()
for text in "fc:d2:b6:50:01:02", "00:1b:c5:00:01:02", "00:50:c2:00:0f:ff":
    iab = EUI(text).iab
    print(text, EUI(text).oui.registration().org, "/", iab and iab.registration().org, "/", names.get_manuf_long(text))
PYTHON
cat >wanted <<'END'
fc:d2:b6:50:01:02 IEEE Registration Authority / None / Grandway Technology (Shenzhen) Limited
00:1b:c5:00:01:02 IEEE Registration Authority / None / Converging Systems Inc.
00:50:c2:00:0f:ff IEEE Registration Authority / T.L.S. Corp. / T.L.S. Corp.
END
cmp seen wanted
