#!/bin/sh
# Guess: a collector of IPFIX reads counters that were sent in fewer octets than they have in the registry, as RFC 7011,
# section 6.2, lets exporters do, or says that it does not.
# Found: nfacctd 1.7.7 (pmacct) reads octetDeltaCount and packetDeltaCount in four and in eight octets. In any other number
# the flow is kept with a count of 0, and nothing is said. nfcapd 1.7.1 reads all.
set -eu
folder=$(mktemp -d)
pids=
trap 'kill -KILL $pids 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
mkdir nfcapd
nfcapd -w nfcapd -b 127.0.0.1 -p 29951 >nfcapd.log 2>&1 &
pids=$!
cat >nfacctd.conf <<END
daemonize: false
nfacctd_ip: 127.0.0.1
nfacctd_port: 29952
plugins: print
aggregate: src_port
print_output: json
print_output_file: $folder/nfacctd.json
print_output_file_append: true
print_refresh_time: 1
END
nfacctd -f nfacctd.conf >nfacctd.log 2>&1 &
pids="$pids $!"
until grep -q Startup nfcapd.log && grep -q 'setting object' nfacctd.log; do sleep 0.1; done
python3 - <<'PYTHON'
import socket, struct, time
def send(port, octets):  # the source port is the number of octets
    fields = [(152, 8), (153, 8), (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, octets), (2, octets)]
    template = struct.pack(">HH", 256, len(fields)) + b"".join(struct.pack(">HH", *field) for field in fields)
    data = struct.pack(">QQIIHHB", 1_600_000_000_000, 1_600_000_000_500, 1, 2, octets, 53, 17)
    data += (77).to_bytes(octets, "big") + (7).to_bytes(octets, "big")
    sets = b"".join(struct.pack(">HH", kind, 4 + len(body)) + body for kind, body in ((2, template), (256, data)))
    message = struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_001, 0, octets) + sets
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(message, ("127.0.0.1", port))
for octets in range(1, 9):
    for port in (29951, 29952):
        send(port, octets)
        time.sleep(0.05)
PYTHON
until [ "$(cat nfacctd.json 2>/dev/null | wc -l)" -ge 8 ]; do sleep 0.1; done
kill -TERM ${pids% *}
wait ${pids% *} || true
for octets in 1 2 3 4 5 6 7 8; do
  echo "$octets octets, nfcapd:" $(nfdump -R nfcapd -q -o 'fmt:%sp %byt %pkt' | awk "\$1 == $octets { print \$2, \$3 }")
  echo "$octets octets, nfacctd:" $(jq -r "select(.port_src == $octets) | \"\(.bytes) \(.packets)\"" nfacctd.json)
done | tee seen
for octets in 1 2 3 4 5 6 7 8; do
  echo "$octets octets, nfcapd: 77 7"
  case $octets in 4 | 8) echo "$octets octets, nfacctd: 77 7" ;; *) echo "$octets octets, nfacctd: 0 0" ;; esac
done >wanted
cmp seen wanted
