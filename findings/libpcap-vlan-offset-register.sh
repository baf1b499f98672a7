#!/bin/sh
# Guess: if `vlan and udp` and `ether[0] == 2` each select a packet, so does `ether[0] == 2 and vlan and udp`.
# Found: not live with libpcap 1.10.3. Its program keeps the constant 2 in the very scratch register, M[2],
# that holds the offset of the network header for `udp`, and a packet whose tag the kernel has taken off
# leaves the 2 there: `udp` looks at two bytes too far on. With `vlan and ip`, which does not use that
# register, with the test behind instead of in front, and with a constant of 0, it selects rightly; so does
# every form from a file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >send.py <<'PYTHON'
import socket
frame = bytes.fromhex("020000000001 020000000002 8100 0005 0800"
                      "4500001c000000004011 0000 0a000001 0a000002 0001 0002 0008 0000")
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.bind(("east", 0))
    s.send(frame)
PYTHON
cat >inside.sh <<'SHELL'
set -eu
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || true
ip link add name west type veth peer name east
ip link set dev west up
ip link set dev east up
for filter in 'vlan and udp' 'ether[0] == 2 and vlan and udp' 'vlan and udp and ether[0] == 2' \
  'ether[0] == 2 and vlan and ip' 'ether[1] == 0 and vlan and udp'; do
  rm -f log
  tcpdump -Z root -i west -U -w live.pcap "$filter" 2>log &
  capture=$!
  tries=0
  until grep -q ^tcpdump:.listening log; do
    tries=$((tries + 1)); [ "$tries" -lt 300 ]
    sleep 0.1
  done
  python3 send.py
  sleep 1
  kill -INT "$capture"
  wait "$capture" || true
  echo "$filter: $(tcpdump -r live.pcap 2>/dev/null | wc -l)"
done
SHELL
tcpdump --version 2>&1 | grep libpcap
unshare -n sh inside.sh | tee seen
cat >wanted <<'END'
vlan and udp: 1
ether[0] == 2 and vlan and udp: 0
vlan and udp and ether[0] == 2: 1
ether[0] == 2 and vlan and ip: 1
ether[1] == 0 and vlan and udp: 1
END
cmp seen wanted
