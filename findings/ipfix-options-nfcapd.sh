#!/bin/sh
# Guess: a collector that watches sequence numbers counts what RFC 7011, section 3.1, does: all data records of the domain,
# those of options templates too, so that an exporter that tells the name of its domain (element 300), or of its
# interfaces, is not suspected.
# Found: nfcapd 1.7.1 leaves records of options out of its count: each message with one makes the next a "Sequence Error",
# as if flows had been lost.
set -eu
folder=$(mktemp -d)
pid=
trap 'kill -KILL $pid 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
cat >send.py <<'PYTHON'
import socket, struct, sys, time
fields = [(152, 8), (153, 8), (8, 4), (12, 4), (4, 1), (1, 8), (2, 8)]
template = struct.pack(">HH", 256, len(fields)) + b"".join(struct.pack(">HH", *field) for field in fields)
options = struct.pack(">HHH", 257, 2, 1) + struct.pack(">HHHH", 149, 4, 300, 65535)
flow = struct.pack(">QQIIBQQ", 1_600_000_000_000, 1_600_000_000_500, 1, 2, 17, 77, 7)
name = struct.pack(">I", 1) + b"\x05probe"
sequence = 0
for sets in [((2, template), (3, options))] + [((256, flow),), ((257, name),) if sys.argv[1] == "named" else ((256, flow),)] * 3:
    body = b"".join(struct.pack(">HH", kind, 4 + len(content)) + content for kind, content in sets)
    message = struct.pack(">HHIII", 10, 16 + len(body), 1_600_000_001, sequence, 1) + body
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(message, ("127.0.0.1", 29953))
    sequence += sum(kind >= 256 for kind, _ in sets)
    time.sleep(0.05)
PYTHON
for kind in flows named; do
  mkdir $kind
  nfcapd -w $kind -b 127.0.0.1 -p 29953 >$kind.log 2>&1 &
  pid=$!
  until grep -q Startup $kind.log; do sleep 0.1; done
  python3 send.py $kind
  sleep 0.5
  kill -TERM $pid
  wait $pid || true
  echo "$kind:" $(grep -o 'Flows: [0-9]*' $kind.log), $(grep -o 'Sequence Errors: [0-9]*' $kind.log)
done | tee seen
cat >wanted <<'END'
flows: Flows: 6, Sequence Errors: 0
named: Flows: 3, Sequence Errors: 2
END
cmp seen wanted
