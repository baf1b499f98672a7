#!/bin/sh
# Guess: `inbound` and `ifindex` ask the kernel about the packet, not its bytes: they work on any interface.
# Found: with libpcap 1.10.3 not where a radiotap header comes first (monitor mode). Linux offers the answers
# at negative offsets; the compiler adds the header's length, which it keeps in X, to them as if they were
# offsets into the packet (`ldh [x + -4092]` where Ethernet has `ldh [type]`). The kernel ends such a program
# without taking the packet: `inbound` captures nothing, and neither does `not outbound`. The manual promises the
# two for some link types only, but where they cannot work the filter should be refused, and it is not.
# The interface is a tap device that says its frames are radiotap.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >tap.py <<'PYTHON'
import fcntl, os, struct, subprocess, sys
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, 0x400454CA, struct.pack("16sH22x", b"west", 0x1002))  # TUNSETIFF: IFF_TAP, IFF_NO_PI
fcntl.ioctl(tap, 0x400454CD, 803)  # TUNSETLINK: ARPHRD_IEEE80211_RADIOTAP
subprocess.run(["ip", "link", "set", "west", "up"], check=True)
print("up", flush=True)
sys.stdin.readline()
os.write(tap, bytes.fromhex("00000800 00000000"
                            "08000000 020000000001 020000000002 020000000003 0000 aaaa030000000800"
                            "4500001c000000004011 0000 0a000001 0a000002 0001 0002 0008 0000"))
sys.stdin.readline()
PYTHON
cat >inside.sh <<'SHELL'
set -eu
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || true
for filter in udp inbound 'not outbound' 'udp and inbound'; do
  rm -f log up go
  mkfifo go
  python3 tap.py <go >up &
  tap=$!
  exec 3>go
  until grep -qs up up; do sleep 0.1; done
  tcpdump -Z root -i west -U -w live.pcap "$filter" 2>log &
  capture=$!
  tries=0
  until grep -qs ^tcpdump:.listening log; do
    tries=$((tries + 1)); [ "$tries" -lt 300 ]
    sleep 0.1
  done
  echo >&3
  sleep 1
  kill -INT "$capture"
  wait "$capture" || true
  exec 3>&-
  wait "$tap"
  echo "$filter: $(tcpdump -r live.pcap --count 2>/dev/null)"
done
SHELL
tcpdump --version 2>&1 | grep libpcap
for link in EN10MB IEEE802_11_RADIO; do
  echo "$link:" $(tcpdump -d -y $link inbound | grep -o 'ldh.*')
done | tee seen
unshare -n sh inside.sh | tee -a seen
cat >wanted <<'END'
EN10MB: ldh [type]
IEEE802_11_RADIO: ldh [x + -4092]
udp: 1 packet
inbound: 0 packets
not outbound: 0 packets
udp and inbound: 0 packets
END
cmp seen wanted
