"""trunk.py TAP PORT TAGS: carries frames between a tap interface and a port, tagged on the port.

TAGS are TPID:TCI in hexadecimal, with commas between, outermost first. It stands in for 802.1Q of
the kernel, which not every kernel has, and runs until it is killed.
"""

import contextlib
import fcntl
import os
import re
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TAP_NO_PI = 0x400454CA, 0x1002
ETH_P_ALL, SOL_PACKET, PACKET_AUXDATA, TP_STATUS_VLAN_VALID = 3, 263, 8, 0x10


def trunk(interface, port, tags):
    tags = bytes.fromhex(re.sub("[:,]", "", tags))
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", interface.encode(), IFF_TAP_NO_PI))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    wire.bind((port, 0))
    while True:
        readable, _, _ = select.select([tap, wire], [], [])
        with contextlib.suppress(OSError):  # a link is down
            if tap in readable:
                frame = os.read(tap, 2048)
                wire.send(frame[:12] + tags + frame[12:])
        with contextlib.suppress(OSError):
            if wire in readable:
                frame = receive(wire)
                if identities(frame[12 : 12 + len(tags)]) == identities(tags):
                    os.write(tap, frame[:12] + frame[12 + len(tags) :])


def receive(wire):
    """The next frame from another host, with the outer tag, which the kernel tells beside it."""
    frame, extra, _, source = wire.recvmsg(2048, 64)
    if source[2] == socket.PACKET_OUTGOING:
        return b""
    status, tci, tpid = struct.unpack_from("I12xHH", extra[0][2])
    if status & TP_STATUS_VLAN_VALID:
        frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
    return frame


def identities(tags):
    """The tags without their priorities and drop eligibility."""
    whole = tags[: len(tags) // 4 * 4]  # a short frame may end in a tag
    return [(tpid, tci & 0x0FFF) for tpid, tci in struct.iter_unpack("!HH", whole)]


trunk(*sys.argv[1:])
