#!/bin/bash
# Records xl2tpd.pcap: two xl2tpds (1.3.18, of Debian 12) begin a tunnel of L2TP and a call in it, carry PPP, and
# end both. In place of pppd, which needs a kernel with PPP, a script gives them one packet of IPv4. Root;
# nothing is installed, all of it is in network namespaces and folders of their own:
#     sudo unshare -nm ./xl2tpd.sh ROOT
# where ROOT is a folder into which the package xl2tpd is unpacked (dpkg -x).
set -e
here=$(dirname "$(realpath "$0")")
root=$(realpath "$1")
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -r "$folder"' EXIT
mount -t tmpfs tmpfs /run
mkdir /run/netns "$folder/sbin"
cat >"$folder/sbin/pppd" <<'END'
#!/usr/bin/python3
import os, socket, struct, time, tty

def checked(data):  # the frame check sequence of RFC 1662, appendix C.2
    fcs = 0xFFFF
    for byte in data:
        fcs ^= byte
        for _ in range(8):
            fcs = fcs >> 1 ^ (0x8408 if fcs & 1 else 0)
    return data + struct.pack("<H", fcs ^ 0xFFFF)

def header(source, destination, payload):
    plain = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, 17, 0) + source + destination
    total = sum(struct.unpack("!10H", plain))
    total = (total & 0xFFFF) + (total >> 16)
    return plain[:10] + struct.pack("!H", ~total & 0xFFFF) + plain[12:] + payload

tty.setraw(0)
udp = struct.pack("!HHHH", 1024, 9, 14, 0) + b"inside"
packet = header(socket.inet_aton("10.0.0.1"), socket.inet_aton("10.0.0.2"), udp)
frame = checked(b"\xff\x03\x00\x21" + packet)
escaped = b"".join(bytes([0x7D, b ^ 0x20]) if b < 0x20 or b in (0x7D, 0x7E) else bytes([b]) for b in frame)
os.write(0, b"\x7e" + escaped + b"\x7e")
time.sleep(60)
END
chmod +x "$folder/sbin/pppd"
mount -t overlay overlay -o "lowerdir=$folder/sbin:$root/usr/sbin:/usr/sbin" /usr/sbin
cd "$folder"

start() { # NAME NUMBER
  ip netns add "$1"
  ip link set "to-$1" netns "$1" address "02:00:00:00:00:0$2"
  ip -n "$1" link set "to-$1" up
  ip -n "$1" addr add "192.0.2.$2/24" dev "to-$1"
  touch options
  cat >"$1.conf"
  ip netns exec "$1" xl2tpd -D -c "$1.conf" -p "$1.pid" -C "$1.control" 2>"$1.log" &
  until [ -p "$1.control" ]; do sleep 0.1; done
}

ip link add to-left type veth peer name to-right
start right 2 <<END
[global]
listen-addr = 192.0.2.2
access control = no
[lns default]
ip range = 10.0.0.100-10.0.0.101
local ip = 10.0.0.2
require authentication = no
pppoptfile = $folder/options
hostname = right
END
start left 1 <<END
[global]
listen-addr = 192.0.2.1
[lac right]
lns = 192.0.2.2
pppoptfile = $folder/options
hostname = left
END
ip netns exec left tcpdump -Z root -U -i to-left -w "$here/xl2tpd.pcap" 'not ip6' 2>log &
recorder=$!
until grep -q listening log; do sleep 0.1; done
echo "c right" >left.control
sleep 4
echo "d right" >left.control
sleep 2
kill -INT $recorder
wait $recorder
