#!/bin/sh
# Guess: `vlan and pppoes and ip6` selects live what it selects from a file, and a filter that libpcap has
# compiled is one that the kernel takes.
# Found: libpcap 1.10.3's program for a live interface reads scratch register M[1] without writing it first.
# The kernel refuses such a program; tcpdump warns, filters by itself with the same program, and what it then
# selects depends on what the register held. From a file all is well. The count "received by filter" is then
# that of all packets. The same happens to `vlan and pppoes` and `vlan and geneve`, not to `vlan and mpls`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >send.py <<'PYTHON'
import socket, struct
ip6 = bytes.fromhex("6000000000003b40") + bytes(15) + b"\1" + bytes(15) + b"\2"
frame = bytes.fromhex("020000000001 020000000002 8100 0005 8864 1100 0001") + \
    struct.pack(">HH", len(ip6) + 2, 0x57) + ip6
other = bytes.fromhex("020000000001 020000000002 88b5") + bytes(46)
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.bind(("east", 0))
    for each in frame, frame, other:
        s.send(each)
PYTHON
cat >inside.sh <<'SHELL'
set -eu
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || true
ip link add name west type veth peer name east
ip link set dev west up
ip link set dev east up
tcpdump -i west -d 'vlan and pppoes and ip6' >program
tcpdump -Z root -i west -c 3 -w all.pcap 2>all.log &
all=$!
tcpdump -Z root -i west -U -w live.pcap 'vlan and pppoes and ip6' 2>live.log &
live=$!
tries=0
until grep -q ^tcpdump:.listening all.log && grep -q ^tcpdump:.listening live.log; do
  tries=$((tries + 1)); [ "$tries" -lt 300 ]
  sleep 0.1
done
python3 send.py
wait "$all"
sleep 1
kill -INT "$live"
wait "$live" || true
SHELL
tcpdump --version 2>&1 | grep libpcap
unshare -n sh inside.sh
grep -n "M\[1\]" program | head -1 | tee first
grep -E "Kernel filter failed|received by filter" live.log
tcpdump -r all.pcap 'vlan and pppoes and ip6' 2>/dev/null | wc -l | tee from-file
grep -q "ld  *M\[1\]" first
grep -q "Kernel filter failed: Invalid argument" live.log
grep -qx "3 packets received by filter" live.log
[ "$(cat from-file)" -eq 2 ]
