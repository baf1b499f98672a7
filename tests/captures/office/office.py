"""The office that is recorded: network namespaces, links between them, programs in them.

Hosts "pc", "srv" and "guest" are on a switch "sw"; a router "rt" joins it to a host "far".
Addresses are those kept for documentation (RFC 5737, RFC 3849); MAC addresses are local ones.
"""

import contextlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# Debian packages, unpacked and never installed: no service starts here and none is replaced.
SERVERS = """avahi-daemon bind9 chrony dnsmasq-base isc-dhcp-client llmnrd openssh-server
    radvd""".split()

# What `ip -batch` does in each host, in this order. {sw} and {far} are these hosts' namespaces.
NETWORK = {
    "sw": """
        link add br0 type bridge mcast_snooping 0
        link set br0 up""",
    "pc": """
        link add eth0 address 02:00:00:00:00:10 type veth peer name pc netns {sw}
        addr add 192.0.2.10/24 dev eth0
        tuntap add office10 mode tap
        link set office10 up mtu 1400 address 02:00:00:00:0a:10
        addr add 203.0.113.1/26 dev office10
        addr add 2001:db8:a::1/64 dev office10 nodad
        tuntap add qinq20 mode tap
        link set qinq20 up mtu 1400 address 02:00:00:00:0b:10
        addr add 203.0.113.65/26 dev qinq20
        addr add 2001:db8:b::1/64 dev qinq20 nodad
        tuntap add tun0 mode tun
        link set tun0 up mtu 1400
        addr add 203.0.113.129/26 dev tun0
        addr add 2001:db8:c::1/64 dev tun0 nodad""",
    "srv": """
        link add eth0 address 02:00:00:00:00:53 type veth peer name srv netns {sw}
        link set eth0 up
        addr add 192.0.2.53/24 dev eth0
        addr add 2001:db8:1::53/64 dev eth0 nodad
        route add default via 192.0.2.1
        tuntap add office10 mode tap
        link set office10 up mtu 1400 address 02:00:00:00:0a:53
        addr add 203.0.113.2/26 dev office10
        addr add 2001:db8:a::2/64 dev office10 nodad
        tuntap add qinq20 mode tap
        link set qinq20 up mtu 1400 address 02:00:00:00:0b:53
        addr add 203.0.113.66/26 dev qinq20
        addr add 2001:db8:b::2/64 dev qinq20 nodad
        tuntap add tun0 mode tun
        link set tun0 up mtu 1400
        addr add 203.0.113.130/26 dev tun0
        addr add 2001:db8:c::2/64 dev tun0 nodad""",
    "guest": """
        link add eth0 address 02:00:00:00:00:77 type veth peer name guest netns {sw}
        link set eth0 up""",
    "rt": """
        link add eth0 address 02:00:00:00:00:01 type veth peer name rt netns {sw}
        link set eth0 up
        addr add 192.0.2.1/24 dev eth0
        addr add 2001:db8:1::1/64 dev eth0 nodad
        link add eth1 address 02:00:00:00:00:02 type veth peer name eth0 netns {far}
        link set eth1 up mtu 1400
        addr add 198.51.100.1/24 dev eth1
        addr add 2001:db8:2::1/64 dev eth1 nodad
        route add 198.51.100.253 via 192.0.2.53
        route add 2001:db8:2::253 via fe80::ff:fe00:53 dev eth0""",
    "far": """
        link set eth0 up mtu 1400 address 02:00:00:00:00:99
        addr add 198.51.100.9/24 dev eth0
        addr add 2001:db8:2::9/64 dev eth0 nodad
        route add default via 198.51.100.1
        route add default via 2001:db8:2::1""",
}

# Host, tap interface and the tags that its frames have on eth0 (see files/trunk.py).
TRUNKS = [
    ("pc", "office10", "8100:b00a"),  # priority 5, drop eligible, VLAN 10
    ("srv", "office10", "8100:600a"),  # priority 3
    ("pc", "qinq20", "88a8:a0c8,8100:0014"),  # priority 5, VLAN 200; in it VLAN 20
    ("srv", "qinq20", "88a8:00c8,8100:0014"),
]


def set_up(office):
    """Hosts, links and the servers that run all the time. pc's link stays down until its scene."""
    for host in NETWORK:
        office.add_host(host)
        for kind in ("all", "default"):
            office.run(host, f"sysctl -qw net.ipv6.conf.{kind}.seg6_enabled=1")
    office.run("sw", "sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
    office.run("pc", "sysctl -qw net.ipv4.tcp_ecn=1")
    office.run("rt", "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
    for host, lines in NETWORK.items():
        command = ["ip", "-n", office.namespaces[host], "-batch", "-"]
        subprocess.run(command, input=lines.format(**office.namespaces), text=True, check=True)
    for host in ("pc", "srv", "guest", "rt"):
        office.run(host, "ethtool -K eth0 tx off")  # checksums and segments as on a wire
        office.run("sw", f"ip link set {host} up master br0")
    office.run("rt", "ethtool -K eth1 tx off")
    office.run("far", "ethtool -K eth0 tx off")
    for host, interface, tags in TRUNKS:
        office.start(host, f"{sys.executable} trunk.py {interface} eth0 {tags}")
    office.start("rt", "radvd -n -C radvd.conf -p /run/radvd.pid")
    office.start("srv", "named -g -c named.conf -n 1", listens=53)
    office.start("srv", f"chronyd -d -x -u root -f {office.folder}/chrony.conf", listens=123)
    office.start("srv", f"{sys.executable} -m http.server -b :: -d www -p HTTP/1.1 80", listens=80)
    office.run("srv", "ssh-keygen -q -t ed25519 -N '' -C example -f host_key")
    office.start("srv", f"sshd -D -e -f sshd_config -h {office.folder}/host_key", listens=22)


# Run in a host's network namespace: an /etc, a /run and a host name of its own, then the program.
INSIDE = """
mount --bind "$1/etc" /etc && mount -t tmpfs none /run && mkdir /run/sshd /run/avahi-daemon &&
hostname "$2" && cd "$1" && shift 2 && exec "$@"
"""


class Office:
    """Network namespaces, one a host, and the programs in them, which work in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.namespaces = {}
        root = unpack_servers(folder)
        folders = ["usr/sbin", "usr/bin", "sbin", "bin"]
        self.environment = {
            "PATH": ":".join(f"{top}/{name}" for top in (root, "") for name in folders),
            "LD_LIBRARY_PATH": f"{root}/usr/lib/{os.uname().machine}-linux-gnu",
            "HOME": folder,
            "LC_ALL": "C",
            "TZ": "UTC",
        }

    def add_host(self, host):
        name = self.namespaces[host] = f"farcap-{os.getpid()}-{host}"
        subprocess.run(["ip", "netns", "add", name], check=True)
        self.run(host, "ip link set lo up")

    def close(self):
        """Ends all processes in the namespaces, which are all ours, and removes those."""
        for name in self.namespaces.values():
            pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True).stdout
            for pid in map(int, pids.split()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", name])

    def command(self, host, line):
        program, *arguments = shlex.split(line)
        program = os.path.realpath(shutil.which(program, path=self.environment["PATH"]) or program)
        inside = ["unshare", "--uts", "sh", "-c", INSIDE, "sh", self.folder, f"{host}.example.test"]
        return ["ip", "netns", "exec", self.namespaces[host], *inside, program, *arguments]

    def run(self, host, line, typed="", may_fail=False):
        """Runs a program to its end and returns its output."""
        done = subprocess.run(
            self.command(host, line),
            env=self.environment,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0 and not may_fail:
            sys.exit(f"{host}: `{line}` ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def python(self, host, *steps):
        """Runs Python statements that may use the sockets `udp4` and `udp6`; waits for answers."""
        before = [
            "import socket, time",
            "udp4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
            "udp6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        ]
        code = "; ".join([*before, *steps, "time.sleep(.2)"])
        self.run(host, shlex.join([sys.executable, "-c", code]))

    def start(self, host, line, listens=None, says=""):
        """Starts a program and returns it when it listens on a port or has said something."""
        with tempfile.NamedTemporaryFile("w+", dir=self.folder, delete=False) as log:
            program = subprocess.Popen(
                self.command(host, line),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        said = pathlib.Path(log.name).read_text

        def ready():
            if program.poll() is not None:
                sys.exit(f"{host}: `{line}` ended with {program.returncode}:\n{said()}")
            return says in said() and (listens is None or listens in self.ports(host))

        self.wait(ready, f"{host}: `{line}` is not ready")
        return program

    def ports(self, host):
        """The TCP and UDP ports that something in the host listens on."""
        tables = self.run(host, "cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6")
        sockets = (line.split() for line in tables.splitlines())
        listening = ("0A", "07")  # TCP's LISTEN, UDP without a peer
        return {int(one[1].rpartition(":")[2], 16) for one in sockets if one[3] in listening}

    def stop(self, program, by=signal.SIGTERM):
        program.send_signal(by)
        program.wait(timeout=10)

    def wait(self, condition, complaint):
        deadline = time.monotonic() + 15
        while not condition():
            if time.monotonic() > deadline:
                sys.exit(complaint)
            time.sleep(0.05)

    @contextlib.contextmanager
    def recorded(self, recordings):
        """While the body of `with` runs, its traffic is recorded into captures/."""
        programs = []
        for one in recordings:
            file = f"captures/{one.name}"
            if one.name.endswith(".pcapng"):
                line, says = f"dumpcap -q {one.how} -w {file}", "File: "
            else:
                line = f"tcpdump -Z root -U --immediate-mode {one.how} -w {file} '{one.filter}'"
                says = "listening on"
            programs.append(self.start(one.host, line, says=says))
        yield
        time.sleep(0.5)  # for late answers
        for program in programs:
            self.stop(program, signal.SIGINT)


def unpack_servers(folder):
    """Unpacks SERVERS and those libraries of theirs that this machine lacks; returns the folder."""
    print("unpacking", *SERVERS, flush=True)
    root, packages = f"{folder}/root", f"{folder}/packages"
    os.mkdir(packages)
    plan = subprocess.run(
        ["apt-get", "install", "-s", "--no-install-recommends", *SERVERS],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = sorted({*SERVERS, *re.findall(r"^Inst (\S+)", plan, re.MULTILINE)})
    download = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *names]
    subprocess.run(download, check=True, cwd=packages)
    for package in os.listdir(packages):
        subprocess.run(["dpkg-deb", "-x", f"{packages}/{package}", root], check=True)
    return root
