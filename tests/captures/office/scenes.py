"""What is recorded: scenes, in each of which programs talk, and the captures taken of it."""

import time


class Recording:
    """One capture of a scene: what the README says of it, and where and how it is taken.

    `how` are options of tcpdump, or of dumpcap when the capture is a pcapng file.
    """

    def __init__(self, name, talk, filter="", host="sw", how="-i br0"):
        self.name, self.talk, self.filter, self.host, self.how = name, talk, filter, host, how


OFFICE = Recording("office.pcap", "all that passes the switch, from beginning to end")
SCENES = []  # (recordings, function that lets the programs talk)


def scene(*recordings):
    def register(play):
        SCENES.append((recordings, play))
        return play

    return register


@scene(
    Recording(
        "ndp.pcap",
        "a host comes up: duplicate address detection, MLDv2, router solicitation, radvd, ping",
        "ip6",
    )
)
def neighbour_discovery(office):
    office.run("pc", "ip link set eth0 up")
    office.run("pc", "ip route add default via 192.0.2.1")
    address = "ip -6 addr show dev eth0 scope global -tentative"
    office.wait(lambda: "inet6" in office.run("pc", address), "pc got no IPv6 address")
    office.run("pc", "ping -6 -n -c 2 -i 0.3 2001:db8:1::53")


@scene(Recording("arp.pcap", "busybox arping: request, probe, announcement; ping", "arp or icmp"))
def arp(office):
    office.run("pc", "ip neigh flush dev eth0")
    office.run("pc", "ping -n -c 1 192.0.2.53")
    office.run("pc", "busybox arping -c 2 -I eth0 192.0.2.1")
    office.run("pc", "busybox arping -D -c 1 -w 1 -I eth0 192.0.2.77", may_fail=True)
    office.run("pc", "busybox arping -U -c 1 -w 1 -I eth0 192.0.2.10", may_fail=True)
    office.run("pc", "busybox arping -A -c 1 -w 1 -I eth0 192.0.2.10", may_fail=True)


@scene(
    Recording(
        "ping.pcap",
        "ping over IPv4 and IPv6: sizes, traffic class, flow label, hop limit",
        "icmp or icmp6",
    )
)
def ping(office):
    office.run("pc", "ping -n -c 3 -i 0.2 192.0.2.53")
    office.run("pc", "ping -n -c 2 -i 0.2 -Q 0xb8 -t 9 -s 120 -p a5 198.51.100.9")
    office.run("pc", "ping -n -c 1 -s 0 192.0.2.53")
    office.run("pc", "ping -n -c 1 -M dont 192.0.2.53")
    office.run("pc", "ping -6 -n -c 3 -i 0.2 2001:db8:1::53")
    office.run("pc", "ping -6 -n -c 2 -i 0.2 -Q 0x2e -F 0xabcde -t 7 -s 33 2001:db8:2::9")
    office.run("pc", "ping -6 -n -c 1 -s 0 2001:db8:1::53")


@scene(
    Recording(
        "fragments.pcap",
        "ping -s 4000 over IPv4 and IPv6",
        "ip[6:2] & 0x3fff != 0 or ip6[6] = 44",
    )
)
def fragments(office):
    office.run("pc", "ping -n -c 1 -s 4000 192.0.2.53")
    office.run("pc", "ping -6 -n -c 1 -s 4000 2001:db8:1::53")


@scene(
    Recording(
        "ip_options.pcap",
        "IPv4 options: route, timestamps, source route, IGMPv3's router alert; ping and traceroute",
        "ip[0] & 0x0f > 5",
    )
)
def ip_options(office):
    office.run("pc", "ping -n -R -c 1 198.51.100.9")
    office.run("pc", "ping -n -T tsonly -c 1 198.51.100.9")
    office.run("pc", "ping -n -T tsandaddr -c 1 198.51.100.9")
    office.run("pc", "ping -n -T tsprespec -c 1 192.0.2.1 198.51.100.9", may_fail=True)
    office.run("pc", "traceroute -n -q 1 -w 0.3 -m 2 -g 192.0.2.1 198.51.100.9", may_fail=True)
    office.python("pc", "udp4.setsockopt(0, 35, socket.inet_aton('239.1.2.3') + bytes(4))")


@scene(
    Recording(
        "icmp_errors.pcap",
        "traceroute, ping and dig in vain: time exceeded, unreachable, too big, redirect; "
        "IPv4 and IPv6",
        "icmp or icmp6 or udp portrange 33434-33534 or port 53",
    )
)
def icmp_errors(office):
    office.run("pc", "traceroute -n -q 1 -N 1 -z 0.1 198.51.100.9")
    office.run("pc", "traceroute -6 -n -q 1 -N 1 -z 0.1 2001:db8:2::9")
    for question in (
        "dig +tries=1 +time=1 @198.51.100.9 closed.example.test",
        "dig +tries=1 +time=1 @2001:db8:2::9 closed.example.test",
        "ping -n -c 1 -W 4 198.51.100.77",  # no such host
        "ping -6 -n -c 1 -W 4 2001:db8:2::77",
        "ping -n -c 1 -W 1 203.0.113.200",  # no such network
        "ping -6 -n -c 1 -W 1 2001:db8:ffff::7",
        "ping -n -c 1 -W 1 -M do -s 1450 198.51.100.9",  # larger than the link to far
        "ping -6 -n -c 1 -W 1 -M do -s 1430 2001:db8:2::9",
        "ping -n -c 1 -W 1 198.51.100.253",  # rt's next hop is srv
        "ping -6 -n -c 1 -W 1 2001:db8:2::253",
    ):
        office.run("pc", question, may_fail=True)


@scene(
    Recording(
        "ipv6_extensions.pcap",
        "IPv6 hop-by-hop options, destination options (one refused), segment routing; UDP and ping",
        "ip6",
    )
)
def ipv6_extensions(office):
    hop = "udp6.setsockopt(41, 54, bytes([0, 0, 5, 2, 0, 0, 1, 0]))"  # router alert, empty PadN
    skipped = "udp6.setsockopt(41, 59, bytes([0, 1, 0x1e, 10, *range(10), 1, 0]))"
    refused = (
        "udp6.setsockopt(41, 59, bytes([0, 0, 0x9e, 4, 1, 2, 3, 4]))"  # RFC 8200, 4.2: bits 10
    )
    small = "udp6.sendto(b'options', ('2001:db8:2::9', 40000))"
    large = "udp6.sendto(bytes(1600), ('2001:db8:2::9', 40000))"
    office.python("pc", hop, small)
    office.python("pc", skipped, small)
    office.python("pc", hop, skipped, small)
    office.python("pc", refused, small)
    office.python("pc", skipped, large)
    segments = "2001:db8:2::9 encap seg6 mode inline segs 2001:db8:1::1 dev eth0"
    office.run("pc", f"ip -6 route add {segments}")
    office.run("pc", "ping -6 -n -c 1 2001:db8:2::9")
    office.run("pc", f"ip -6 route del {segments}")


@scene(
    Recording(
        "dhcp.pcap",
        "dhclient and busybox udhcpc with dnsmasq: from discover to acknowledgement; a release",
        "port 67 or port 68",
    )
)
def dhcp(office):
    dnsmasq = office.start("srv", "dnsmasq -k -C dnsmasq.conf", listens=67)
    script = f"{office.folder}/dhcp_script"
    state = f"-lf {office.folder}/dhclient.leases -pf {office.folder}/dhclient.pid"
    dhclient = f"dhclient -cf dhclient.conf -sf {script} {state}"
    office.run("guest", f"{dhclient} -1 eth0")
    office.run("guest", "ping -n -c 1 192.0.2.53")
    office.run("guest", f"{dhclient} -r eth0")
    options = "-B -x hostname:guest -V example -O 119 -O 121"
    office.run("guest", f"busybox udhcpc -f -n -q -i eth0 -s {script} {options}")
    office.stop(dnsmasq)


@scene(
    Recording(
        "dns.pcap",
        "dig with bind9 over UDP and TCP, IPv4 and IPv6: many types, EDNS, NXDOMAIN, a truncated "
        "answer, a zone transfer; nsupdate",
        "port 53",
    )
)
def dns(office):
    for question in (
        "www.example.test A",
        "www.example.test AAAA",
        "example.test MX",
        "example.test TXT",
        "_http._tcp.example.test SRV",
        "example.test SOA",
        "example.test NS",
        "alias.example.test A",
        "-x 192.0.2.53",
        "-x 2001:db8:1::53",
        "no-such-name.example.test A",
        "www.example.test MX",
        "example.test CAA",
        "host.example.test HINFO",
        "_sip.example.test NAPTR",
        "_ftp.example.test URI",
        "any.thing.wild.example.test A",
        "host.sub.example.test A",
        "refused.example.org A",
        "version.bind CH TXT",
        "+noedns +norecurse www.example.test A",
        "+dnssec +nsid +subnet=192.0.2.0/24 +bufsize=1400 www.example.test A",
        "+noadflag +cdflag +nocookie srv.example.test ANY",
        "+noedns long.example.test TXT",  # too long for UDP: asked again over TCP
        "+tcp www.example.test A",
        "+tcp +keepopen www.example.test AAAA example.test MX",
        "example.test AXFR",
    ):
        office.run("pc", f"dig +tries=1 +time=2 @192.0.2.53 {question}")
    office.run("pc", "dig +tries=1 +time=2 @2001:db8:1::53 www.example.test AAAA")
    office.run("pc", "dig +tries=1 +time=2 +tcp @2001:db8:1::53 example.test SOA")
    office.run(
        "pc",
        "nsupdate",
        typed="server 192.0.2.53\nzone example.test\nadd new.example.test 300 A 192.0.2.78\nsend\n",
    )


@scene(
    Recording(
        "mdns.pcap",
        "two avahi-daemons probe, announce, answer dig and say goodbye: multicast DNS, IGMPv3",
        "port 5353 or igmp",
    )
)
def mdns(office):
    office.run("guest", "ip addr replace 192.0.2.77/24 dev eth0")
    office.run("guest", "ip route add 224.0.0.0/4 dev eth0")
    command = "avahi-daemon --no-drop-root --no-chroot --no-rlimits -f avahi.conf"
    daemons = [office.start(host, command, listens=5353) for host in ("srv", "pc")]
    time.sleep(3)  # RFC 6762, section 8: probing and announcing take two to three seconds
    for question in (
        "@224.0.0.251 srv.local A",
        "@224.0.0.251 srv.local AAAA",
        "@224.0.0.251 _http._tcp.local PTR",
        "@ff02::fb%eth0 pc.local AAAA",
    ):
        office.run("guest", f"dig +tries=1 +time=1 -p 5353 {question}", may_fail=True)
    for daemon in daemons:
        office.stop(daemon)


@scene(
    Recording(
        "llmnr.pcap", "llmnr-query with llmnrd: link-local multicast name resolution", "port 5355"
    )
)
def llmnr(office):
    daemon = office.start("srv", "llmnrd -6 -H srv -i eth0", listens=5355)
    office.run("pc", "llmnr-query -c 1 -I eth0 -T A srv")
    office.run("pc", "llmnr-query -c 1 -I eth0 -T AAAA srv")
    office.run("pc", "llmnr-query -6 -c 1 -I eth0 -T ANY srv")
    office.stop(daemon)


@scene(
    Recording(
        "ntp.pcap",
        "chronyd and ntpdig ask chronyd: plain, with a key, with an extension field; IPv4 and IPv6",
        "port 123",
    )
)
def ntp(office):
    for server in (
        "192.0.2.53 iburst maxsamples 2",
        "192.0.2.53 iburst maxsamples 1 key 1",
        "192.0.2.53 iburst maxsamples 1 extfield F323",
        "2001:db8:1::53 iburst maxsamples 1",
    ):
        lines = f"'server {server}' 'keyfile chrony.keys' 'pidfile /run/chronyd.pid'"
        office.run("pc", f"chronyd -d -Q -t 8 -u root {lines}")
    office.run("pc", "ntpdig -t 2 192.0.2.53")


@scene(
    Recording(
        "http.pcap",
        "curl with Python's http.server: GET, HEAD, POST, not found, two requests on a connection, "
        "ECN; names from bind9; IPv4 and IPv6",
        "tcp port 80 or port 53",
    )
)
def http(office):
    curl = "curl -s -m 5 -o /dev/null"
    office.run("pc", f"{curl} http://192.0.2.53/ -o /dev/null http://192.0.2.53/numbers.txt")
    office.run("pc", f"{curl} -I http://192.0.2.53/")
    office.run("pc", f"{curl} -4 http://www.example.test/missing.html")
    office.run("pc", f"{curl} -6 http://www.example.test/")
    office.run("pc", f"{curl} -d colour=green http://192.0.2.53/form")


@scene(Recording("tcp.pcap", "refused connections, urgent data, a reset; IPv4 and IPv6", "tcp"))
def tcp(office):
    office.run("pc", "curl -s -m 2 http://192.0.2.53:81/", may_fail=True)
    office.run("pc", "curl -s -m 2 http://[2001:db8:1::53]:81/", may_fail=True)
    office.python(
        "pc",
        "connection = socket.create_connection(('192.0.2.53', 80))",
        "connection.send(b'GET')",
        "connection.send(b'!', socket.MSG_OOB)",
        "time.sleep(.2)",
        "connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes([1] + [0] * 7))",
        "connection.close()",
    )


@scene(
    Recording(
        "ssh.pcap", "ssh with sshd: banners, key exchange, no key the server knows", "tcp port 22"
    )
)
def ssh(office):
    options = "-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
    office.run("pc", f"ssh -F none {options} guest@192.0.2.53 true", may_fail=True)


@scene(
    Recording(
        "vlan.pcap",
        "802.1Q and 802.1ad with 802.1Q in it (QinQ): ARP, neighbours, ping, dig, curl",
        "vlan",
    )
)
def vlan(office):
    office.run("pc", "ping -n -c 2 -i 0.2 203.0.113.2")
    office.run("pc", "ping -6 -n -c 2 -i 0.2 2001:db8:a::2")
    office.run("pc", "dig +tries=1 +time=2 @203.0.113.2 www.example.test A")
    office.run("pc", "curl -s -m 5 -o /dev/null http://203.0.113.2/")
    office.run("pc", "ping -n -c 2 -i 0.2 203.0.113.66")
    office.run("pc", "ping -6 -n -c 2 -i 0.2 2001:db8:b::2")


@scene(
    Recording(
        "cooked_v1.pcap", "a router's traffic, Linux cooked v1", "", "rt", "-i any -y LINUX_SLL"
    ),
    Recording(
        "cooked_v2.pcap", "the same traffic, Linux cooked v2", "", "rt", "-i any -y LINUX_SLL2"
    ),
    Recording(
        "two_interfaces.pcapng", "the same traffic, by interface", "", "rt", "-i eth0 -i eth1"
    ),
    Recording(
        "cut_nanoseconds.pcap",
        "the same traffic on the switch, cut after 64 bytes",
        how="-i br0 -s 64 --time-stamp-precision nano",
    ),
)
def router(office):
    office.run("far", "ip neigh flush dev eth0")
    office.run("far", "ping -n -c 2 -i 0.2 192.0.2.53")
    office.run("far", "ping -6 -n -c 2 -i 0.2 2001:db8:1::53")
    office.run("far", "dig +tries=1 +time=2 @192.0.2.53 www.example.test A")
    office.run("far", "dig +tries=1 +time=2 +tcp @2001:db8:1::53 example.test MX")
    office.run("far", "curl -s -m 5 -o /dev/null http://192.0.2.53/")
    office.run("rt", "ping -n -c 1 127.0.0.1")
    office.run("rt", "ping -6 -n -c 1 ::1")


@scene(Recording("raw_ip.pcap", "ping, dig and curl through a socat tunnel", "", "pc", "-i tun0"))
def tunnel(office):
    for host, here, there in (
        ("pc", "192.0.2.10", "192.0.2.53"),
        ("srv", "192.0.2.53", "192.0.2.10"),
    ):
        ends = f"TUN,tun-name=tun0,iff-no-pi UDP-DATAGRAM:{there}:4000,bind={here}:4000"
        office.start(host, f"socat -d -d {ends}", says="starting data transfer")
    office.run("pc", "ping -n -c 2 -i 0.2 203.0.113.130")
    office.run("pc", "ping -n -c 1 -s 2000 203.0.113.130")
    office.run("pc", "ping -6 -n -c 2 -i 0.2 2001:db8:c::2")
    office.run("pc", "dig +tries=1 +time=2 @203.0.113.130 www.example.test AAAA")
    office.run("pc", "dig +tries=1 +time=2 @2001:db8:c::2 www.example.test A")
    office.run("pc", "curl -s -m 5 -o /dev/null http://[2001:db8:c::2]/")
