#!/bin/bash
# Records samba.pcap: nmbd of Samba (4.17, of Debian 12) registers its names, and nmblookup asks for some. Root; nothing is installed, all of it is in network namespaces and folders of their own:
#     sudo unshare -nm ./samba.sh ROOT
# where ROOT is a folder into which these packages are unpacked (dpkg -x): samba, samba-common-bin,
# samba-libs, libwbclient0, libldb2, libtalloc2, libtdb1, libtevent0, liblmdb0.
set -e
here=$(dirname "$(realpath "$0")")
root=$(realpath "$1")
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -r "$folder"' EXIT
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/samba
mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
cd "$folder"

start() { # NAME NUMBER
  ip netns add "$1"
  ip link set "to-$1" netns "$1" address "00:00:5e:00:53:0$2"
  ip -n "$1" link set "to-$1" up
  ip -n "$1" addr add "192.0.2.$2/24" broadcast 192.0.2.255 dev "to-$1"
  mkdir "$1"
  cat >"$1.conf" <<END
[global]
netbios name = $1
workgroup = office
interfaces = 192.0.2.$2/24
bind interfaces only = yes
lock directory = $folder/$1
state directory = $folder/$1
cache directory = $folder/$1
private directory = $folder/$1
pid directory = $folder/$1
ncalrpc dir = $folder/$1
log file = $folder/$1.log
local master = no
END
}
ip link add to-files type veth peer name to-desk
start files 1
start desk 2
ip netns exec desk tcpdump -Z root -U -i to-desk -w "$here/samba.pcap" 'udp port 137 or arp' 2>log &
recorder=$!
until grep -q listening log; do sleep 0.1; done
ip netns exec files nmbd -F --no-process-group -s files.conf >/dev/null 2>&1 &
ask() { ip netns exec desk timeout 3 nmblookup -s desk.conf "$@" || true; }
until ask -d0 files | grep -q 192.0.2.1; do sleep 0.5; done
ask files#20
ask office
ask nobody
ask -A 192.0.2.1
ask -S files
sleep 1
kill -INT $recorder
wait $recorder
