#!/bin/bash
# Records lcm.pcap: a program of the LCM library (1.5.3, from PyPI) publishes to its multicast group, in
# a network namespace of its own:   sudo unshare -n ./lcm.sh PYTHON
set -e
here=$(dirname "$(realpath "$0")")
ip link set lo up multicast on
ip route add 224.0.0.0/4 dev lo
log=$(mktemp)
tcpdump -Z root -s 160 -i lo -w "$here/lcm.pcap" udp port 7667 2>"$log" &
recorder=$!
until grep -q listening "$log"; do sleep 0.1; done
"$1" - <<'PY'
import lcm, struct
bus = lcm.LCM("udpm://239.255.76.67:7667?ttl=0")
bus.publish("POSE", struct.pack(">qd", 1, 2.5))
bus.publish("EMPTY", b"")
bus.publish("IMAGE", bytes(range(256)) * 600)
PY
sleep 1
kill -INT $recorder
wait $recorder
