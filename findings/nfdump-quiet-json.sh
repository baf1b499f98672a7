#!/bin/sh
# Guess: `nfdump -o json` prints JSON, and -q, which leaves headers and footers out for programs that read on, leaves it that.
# Found: nfdump 1.7.1 takes the brackets around the flows for header and footer: with -q it prints objects with commas
# between them, which are neither one value nor lines of them. jq, Python and JSON.parse read the first flow and stop.
set -eu
folder=$(mktemp -d)
pid=
trap 'kill -KILL $pid 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
mkdir flows
nfcapd -w flows -b 127.0.0.1 -p 29954 >log 2>&1 &
pid=$!
until grep -q Startup log; do sleep 0.1; done
python3 - <<'PYTHON'
import socket, struct
fields = [(152, 8), (153, 8), (8, 4), (12, 4), (4, 1), (1, 8), (2, 8)]
template = struct.pack(">HH", 256, len(fields)) + b"".join(struct.pack(">HH", *field) for field in fields)
flow = struct.pack(">QQIIBQQ", 1_600_000_000_000, 1_600_000_000_500, 1, 2, 17, 77, 7)
sets = b"".join(struct.pack(">HH", kind, 4 + len(body)) + body for kind, body in ((2, template), (256, 2 * flow)))
message = struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_001, 0, 1) + sets
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(message, ("127.0.0.1", 29954))
PYTHON
sleep 0.5
kill -TERM $pid
wait $pid || true
nfdump -R flows -o json >plain
nfdump -R flows -q -o json >quiet
for file in plain quiet; do
  echo "$file: jq" $(jq -c 'if type == "array" then length else .in_bytes end' $file 2>/dev/null)
  python3 -c 'import json, sys; print(sys.argv[1] + ": Python", len(json.load(open(sys.argv[1]))))' $file 2>/dev/null ||
    echo "$file: Python no JSON"
done | tee seen
cat >wanted <<'END'
plain: jq 2
plain: Python 2
quiet: jq 77
quiet: Python no JSON
END
cmp seen wanted
