#!/bin/bash
# Records enip.pcap: server and client of cpppo (5.2.5, from PyPI) talk EtherNet/IP and CIP, in a
# network namespace of their own:   sudo unshare -n ./enip.sh PYTHON
here=$(dirname "$(realpath "$0")")
ip link set lo up
log=$(mktemp)
tcpdump -Z root -i lo -w "$here/enip.pcap" port 44818 and 'tcp[13] & 8 != 0' 2>"$log" &
recorder=$!
until grep -q listening "$log"; do sleep 0.1; done
cpppo="$1 -m cpppo.server.enip"
$cpppo -a 127.0.0.1:44818 --no-udp 'SCADA=INT[10]' 'TEXT=SSTRING' \
  'Conf@0x93/3/10=REAL' 'Far@0x193/300/10=DINT' &
server=$!
until ss -ltn | grep -q :44818; do sleep 0.1; done
$cpppo.client -a 127.0.0.1:44818 'SCADA[0-3]' 'SCADA[4]=(INT)7' 'SCADA[200]' 'TEXT=(SSTRING)"abc"'
$cpppo.get_attribute -a 127.0.0.1:44818 '@1/1/1' '@1/1/7' '@0x93/3/10' '@0x193/300/10' '@2/1/99'
$cpppo.client -a 127.0.0.1:44818 --list-identity --list-services --list-interfaces
sleep 1
kill $server
kill -INT $recorder
wait $recorder
