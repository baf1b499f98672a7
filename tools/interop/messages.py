"""The messages of a session (docs/protocol.md, Messages), and a few records to put in batches."""

import hashlib
import random
import struct
import zlib

HELLO, WELCOME, REJECTED, BATCH, STORED, WANT, RELEASE, LEDGER, BYE = range(1, 10)
REKEY1, REKEY2, SWITCH = 16, 17, 18

BROKEN, UNKNOWN_KEY, REVOKED, FORK, REPLACED, BUSY, UNKNOWN_SCHEMA, CANNOT_STORE = range(1, 9)

# Numbers of record types in proto/netcap.proto.
ETHERNET, ARP, UDP = 7, 8, 37


def message(kind, body=b""):
    return struct.pack("<BI", kind, len(body)) + body


def hello(session, oldest, next_, name, schema=1):
    text = name.encode()
    head = struct.pack("<IHHQQQ", schema, 0, len(text), session, oldest, next_)
    return message(HELLO, head + text)


def parse_welcome(body):
    settled, credit, length = struct.unpack_from("<QQH", body)
    assert len(body) == 18 + length, "a welcome as long as its name says"
    return settled, credit, body[18:].decode()


def parse_rejected(body):
    return struct.unpack("<BQ", body)


def parse_stored(body):
    return struct.unpack("<QQ", body)


def want(next_, all_):
    return message(WANT, struct.pack("<II", next_, all_))


def release(count):
    return message(RELEASE, struct.pack("<I", count))


class Batch:
    """Records of one type; `sealed(sequence)` is the message that carries them."""

    def __init__(self, kind, records, times, has_payloads=False):
        self.kind = kind
        self.has_payloads = has_payloads
        self.count = len(records)
        self.first, self.last = min(times), max(times)
        self.data = b"".join(uvarint(len(record)) + record for record in records)
        self.crc = zlib.crc32(self.data)
        compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
        self.packed = compressor.compress(self.data) + compressor.flush()

    @property
    def digest(self):
        return hashlib.sha256(self.data).digest()[:8]

    @property
    def cost(self):
        return 512 + 44 + len(self.packed)

    def numbered(self, sequence, crc=None):
        head = struct.pack(
            "<QIBBHIqqII",
            *(sequence, self.kind, 1, self.has_payloads, 0, self.count, self.first, self.last),
            *(self.crc if crc is None else crc, len(self.data)),
        )
        assert len(head) == 44
        return message(BATCH, head + self.packed)


START = 1_700_000_000_000_000_000


def ethernet_batch(count, seed=0):
    times = [START + seed * 1000 + number for number in range(count)]
    records = [
        number(1, time) + text(2, "00:11:22:33:44:55") + text(3, "ff:ff:ff:ff:ff:ff")
        + number(4, 2048) + number(6, 46 + seed)
        for time in times
    ]
    return Batch(ETHERNET, records, times)


def arp_batch(count, seed=0):
    times = [START + seed * 1000 + 7 * number for number in range(count)]
    records = [
        number(1, time) + number(2, 1) + number(3, 2048) + number(4, 6) + number(5, 4)
        + number(6, 1) + text(8, f"10.0.{seed % 256}.1")
        for time in times
    ]
    return Batch(ARP, records, times)


def udp_batch(count, seed=0, payload_bytes=0):
    """Payloads are random, so that they do not become shorter when packed."""
    bytes_of = random.Random(seed).randbytes
    times = [START + seed * 1000 + 3 * number for number in range(count)]
    records = [
        number(1, time) + number(2, 53) + number(3, 1024 + seed) + number(4, 8 + payload_bytes)
        + text(8, bytes_of(payload_bytes)) + text(9, "10.0.0.1") + text(10, "10.0.0.2")
        for time in times
    ]
    return Batch(UDP, records, times, has_payloads=payload_bytes > 0)


def number(field, value):
    """A protobuf field of a type that is a varint and not negative."""
    return uvarint(field << 3) + uvarint(value) if value else b""


def text(field, value):
    """A protobuf field of type string or bytes."""
    data = value.encode() if isinstance(value, str) else value
    return uvarint(field << 3 | 2) + uvarint(len(data)) + data if data else b""


def uvarint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
