#!/bin/bash
# Records strongswan.pcap: two strongSwans (5.9.8, of Debian 12) agree on a key by IKEv2 and carry pings between
# them in ESP in UDP, which their plugin kernel-libipsec makes. Root; nothing is installed, all of it is in
# network namespaces and folders of their own:   sudo unshare -nm ./strongswan.sh ROOT
# where ROOT is a folder into which these packages are unpacked (dpkg -x): libstrongswan,
# strongswan-libcharon, strongswan-charon, strongswan-swanctl, libcharon-extra-plugins,
# libstrongswan-extra-plugins.
set -e
here=$(dirname "$(realpath "$0")")
root=$(realpath "$1")
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -r "$folder"' EXIT
mount -t tmpfs tmpfs /run
mkdir /run/netns
mount --bind "$root/usr/lib/ipsec" "$root/usr/lib/ipsec"
mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
cd "$folder"

start() { # NAME NUMBER OTHER
  ip netns add "$1"
  ip link set "to-$1" netns "$1" address "02:00:00:00:00:0$2"
  ip -n "$1" link set "to-$1" up
  ip -n "$1" link set lo up
  ip -n "$1" addr add "192.0.2.$2/24" dev "to-$1"
  ip -n "$1" addr add "10.0.$2.1/24" dev lo
  cat >"$1.conf" <<END
charon {
  load = random nonce aes sha1 sha2 hmac kdf gcm curve25519 kernel-libipsec kernel-netlink socket-default vici
  plugins { vici { socket = unix://$folder/$1.vici } }
  filelog { stderr { default = 1 } }
  piddir = $folder/$1
}
END
  mkdir "$1"
  cat >"$1.swanctl" <<END
connections {
  tunnel {
    version = 2
    local_addrs = 192.0.2.$2
    remote_addrs = 192.0.2.$3
    local {
      auth = psk
    }
    remote {
      auth = psk
    }
    children {
      pings {
        esp_proposals = aes128-sha256
        local_ts = 10.0.$2.0/24
        remote_ts = 10.0.$3.0/24
      }
    }
  }
}
secrets {
  ike {
    secret = "of this test"
  }
}
END
  STRONGSWAN_CONF=$folder/$1.conf ip netns exec "$1" unshare -m sh -c \
    "mount -t tmpfs tmpfs /run && exec /usr/lib/ipsec/charon" 2>"$1.log" &
  until [ -S "$1.vici" ]; do sleep 0.1; done
  export STRONGSWAN_CONF=$folder/$1.conf
  swanctl --load-all --file "$1.swanctl" --uri "unix://$folder/$1.vici"
}

ip link add to-left type veth peer name to-right
start left 1 2
start right 2 1
ip netns exec left tcpdump -Z root -U -i to-left -w "$here/strongswan.pcap" 'not ip6' 2>log &
recorder=$!
until grep -q listening log; do sleep 0.1; done
swanctl --initiate --child pings --uri "unix://$folder/left.vici"
ip netns exec left ping -n -c 3 -i 0.2 -I 10.0.1.1 10.0.2.1
swanctl --terminate --ike tunnel --uri "unix://$folder/left.vici"
sleep 1
kill -INT $recorder
wait $recorder
