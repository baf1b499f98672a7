#!/bin/sh
# Guess: `ip multicast` selects 224.0.0.0/4, "not ip multicast and not ip broadcast" leaves unicast.
# Found: libpcap 1.10.3 asks only whether the destination's first octet is 224 or more: 240.0.0.1 and
# 255.255.255.255, which are no multicast addresses (RFC 5771, RFC 1112), are selected as well, so that a
# count of multicast contains every limited broadcast. `net 224.0.0.0/4` is right; `ip6 multicast`, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import ipaddress, struct
with open("hosts.pcap", "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for text in ("223.255.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"):
        packet = bytes.fromhex("45000014000000004001 0000 c0000201") + ipaddress.ip_address(text).packed
        print(text, "multicast" if ipaddress.ip_address(text).is_multicast else "-")
        f.write(struct.pack("<IIII", 1_600_000_000, 0, len(packet), len(packet)) + packet)
PYTHON
tcpdump --version 2>&1 | grep libpcap
for filter in 'ip multicast' 'dst net 224.0.0.0/4'; do
  echo "$filter:" $(tcpdump -nr hosts.pcap "$filter" 2>/dev/null | sed 's/.* > \([0-9.]*\):.*/\1/')
done | tee seen
cat >wanted <<'END'
ip multicast: 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
dst net 224.0.0.0/4: 224.0.0.1 239.1.1.1
END
cmp seen wanted
