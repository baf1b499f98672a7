#!/bin/bash
# Records open_vswitch.pcap: two Open vSwitches (3.1.0, of Debian 12) with their datapaths in user space carry
# pings between them in tunnels of each kind that they know. Root; nothing is installed, all of it is in
# network namespaces and folders of their own:   sudo unshare -nm ./open_vswitch.sh ROOT
# where ROOT is a folder into which these packages are unpacked (dpkg -x): openvswitch-switch,
# openvswitch-common, libxdp1.
set -e
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -r "$folder"' EXIT
mount -t tmpfs tmpfs /run
mkdir /run/netns
root=$(realpath "$1")
cd "$folder"
export LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu
export PATH=$PATH:$root/usr/bin:$root/usr/sbin:$root/usr/lib/openvswitch-switch

# Each has the other's address below, and a network of their own over the tunnel.
start() { # NAME NUMBER
  local at=$folder/$1
  mkdir "$at"
  ip netns add "$1"
  ovsdb-tool create "$at/db" "$root/usr/share/openvswitch/vswitch.ovsschema"
  ip netns exec "$1" ovsdb-server "$at/db" --remote="punix:$at/socket" --unixctl="$at/db.ctl" 2>"$at/db.log" &
  until [ -S "$at/socket" ]; do sleep 0.1; done
  ovs-vsctl --db="unix:$at/socket" --no-wait init
  OVS_RUNDIR=$at ip netns exec "$1" ovs-vswitchd "unix:$at/socket" --unixctl="$at/ctl" 2>"$at/log" &
  ip link set "to-$1" netns "$1" address "02:00:00:00:00:0$2"
  ip -n "$1" link set "to-$1" up
  ovs-vsctl --db="unix:$at/socket" \
    add-br under -- set bridge under datapath_type=netdev other-config:hwaddr="02:00:00:00:01:0$2" -- \
    add-port under "to-$1" -- \
    add-br over -- set bridge over datapath_type=netdev other-config:hwaddr="02:00:00:00:02:0$2"
  ip -n "$1" addr add "192.0.2.$2/24" dev under
  ip -n "$1" addr add "2001:db8::$2/64" dev under nodad
  ip -n "$1" link set under up
  ip -n "$1" addr add "10.0.0.$2/24" dev over
  ip -n "$1" link set over addrgenmode none up
}
tunnel() { # NAME REMOTE TYPE OPTION…
  local at=$folder/$1
  ovs-vsctl --db="unix:$at/socket" --if-exists del-port tunnel
  ovs-vsctl --db="unix:$at/socket" \
    add-port over tunnel -- set interface tunnel type="$3" options:remote_ip="$2" "${@:4}"
}
# A tunnel of IP packets: what comes out of it is given the addresses of an Ethernet frame, 0 before.
level_3() { # NAME NUMBER OTHERS
  local bridge="unix:$folder/$1/over.mgmt"
  ip -n "$1" neigh replace "10.0.0.$3" lladdr "02:00:00:00:02:0$3" dev over
  ovs-ofctl add-flow "$bridge" in_port=LOCAL,actions=tunnel
  ovs-ofctl add-flow "$bridge" \
    "in_port=tunnel,actions=mod_dl_src:02:00:00:00:02:0$3,mod_dl_dst:02:00:00:00:02:0$2,LOCAL"
}
carry() { # FAMILY TYPE OPTION…
  between "$@"
  ip netns exec left ping -n -c 2 -i 0.2 -W 2 10.0.0.2 || echo "nothing came through ${*:2}"
}
between() { # FAMILY TYPE OPTION…
  local left=192.0.2.1 right=192.0.2.2
  [ "$1" = 6 ] && left=2001:db8::1 right=2001:db8::2
  tunnel left $right "${@:2}"
  tunnel right $left "${@:2}"
}
carry_ip() { # FAMILY TYPE OPTION…
  between "$@"
  level_3 left 1 2
  level_3 right 2 1
  ip netns exec left ping -n -c 2 -i 0.2 -W 2 10.0.0.2 || echo "nothing came through ${*:2}"
}

ip link add to-left type veth peer name to-right
start left 1
start right 2
ip netns exec left tcpdump -Z root -U -i to-left -w "$here/open_vswitch.pcap" 'not arp and not icmp6 and not (ip6 and ip6[6] = 0)' 2>log &
recorder=$!
until grep -q listening log; do sleep 0.1; done
ip netns exec left ping -n -c 1 192.0.2.2
ip netns exec left ping -n -c 1 2001:db8::2
carry 4 vxlan options:key=7
carry 6 vxlan options:key=16777215
carry 4 vxlan options:key=8 options:exts=gbp
carry 4 vxlan options:key=9 options:dst_port=4790 options:exts=gpe
carry 4 geneve options:key=10
carry 6 geneve options:key=11 options:csum=true
carry 4 gre
carry 4 gre options:key=12 options:csum=true
carry 6 gre options:key=13
carry 4 erspan options:key=15 options:erspan_ver=1 options:erspan_idx=3
carry 6 erspan options:key=16 options:erspan_ver=2 options:erspan_dir=1 options:erspan_hwid=4
carry_ip 4 gre options:key=17 options:packet_type=legacy_l3
carry_ip 4 vxlan options:key=18 options:dst_port=4790 options:exts=gpe options:packet_type=legacy_l3
carry_ip 4 gtpu options:key=20
sleep 1
kill -INT $recorder
wait $recorder
