#!/bin/sh
# Guess: a collector of IPFIX reads the VLAN of a flow from dot1qVlanId 243, which IANA's registry recommends in place of
# vlanId 58, deprecated since 2013.
# Found: nfcapd 1.7.1 reads 58 alone: flows with 243 are in VLAN 0, without a word. nfacctd 1.7.7 (pmacct) reads both.
set -eu
folder=$(mktemp -d)
pids=
trap 'kill -KILL $pids 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
mkdir nfcapd
nfcapd -w nfcapd -b 127.0.0.1 -p 29954 >nfcapd.log 2>&1 &
pids=$!
cat >nfacctd.conf <<END
daemonize: false
nfacctd_ip: 127.0.0.1
nfacctd_port: 29955
plugins: print
aggregate: src_port, vlan
print_output: json
print_output_file: $folder/nfacctd.json
print_output_file_append: true
print_refresh_time: 1
END
touch nfacctd.log
nfacctd -f nfacctd.conf >>nfacctd.log 2>&1 &
pids="$pids $!"
until grep -q Startup nfcapd.log && grep -q 'setting object' nfacctd.log; do sleep 0.1; done
python3 - <<'PYTHON'
import socket, struct, time
for element in (58, 243):  # which is the source port, too
    fields = [(152, 8), (153, 8), (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (element, 2), (1, 8), (2, 8)]
    template = struct.pack(">HH", 256, len(fields)) + b"".join(struct.pack(">HH", *field) for field in fields)
    data = struct.pack(">QQIIHHBHQQ", 1_600_000_000_000, 1_600_000_000_500, 1, 2, element, 53, 17, 42, 77, 7)
    sets = b"".join(struct.pack(">HH", kind, 4 + len(body)) + body for kind, body in ((2, template), (256, data)))
    message = struct.pack(">HHIII", 10, 16 + len(sets), 1_600_000_001, 0, element) + sets
    for port in (29954, 29955):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(message, ("127.0.0.1", port))
        time.sleep(0.05)
PYTHON
until [ "$(cat nfacctd.json 2>/dev/null | wc -l)" -ge 2 ]; do sleep 0.1; done
kill -TERM ${pids% *}
wait ${pids% *} || true
for element in 58 243; do
  echo "$element nfcapd: vlan" $(nfdump -R nfcapd -q -o 'fmt:%sp %svln' | awk "\$1 == $element { print \$2 }")
  echo "$element nfacctd: vlan" $(jq -r "select(.port_src == $element) | .vlan" nfacctd.json)
done | tee seen
cat >wanted <<'END'
58 nfcapd: vlan 42
58 nfacctd: vlan 42
243 nfcapd: vlan 0
243 nfacctd: vlan 42
END
cmp seen wanted
