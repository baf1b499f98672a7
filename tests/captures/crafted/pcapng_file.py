"""Writes pcapng files of several interfaces, a frame each millisecond. draft-ietf-opsawg-pcapng, section 4."""

import struct

NOW = 1700000000


def block(kind, body):
    body += bytes(-len(body) % 4)
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def write(name, interfaces):
    """Each interface is a link type and its frames; a frame may be a pair of what was captured and the length it had."""
    with open(name, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for link_type, _ in interfaces:
            file.write(block(1, struct.pack("<HHI", link_type, 0, 262144)))
        micros = NOW * 1_000_000
        for number, (_, frames) in enumerate(interfaces):
            for frame in frames:
                frame, length = frame if isinstance(frame, tuple) else (frame, None)
                frame = bytes(frame)
                micros += 1000
                head = (number, micros >> 32, micros & 0xFFFFFFFF, len(frame), length or len(frame))
                file.write(block(6, struct.pack("<IIIII", *head) + frame))
