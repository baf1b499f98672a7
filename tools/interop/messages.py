"""The messages of a session (docs/protocol.md, Messages), and a few records to put in batches."""

import hashlib
import random
import struct
import zlib

HELLO, WELCOME, REJECTED, BATCH, STORED, WANT, RELEASE, UNUSED, BYE, OFFER, ENROL = range(1, 12)
REKEY1, REKEY2, SWITCH = 16, 17, 18

BROKEN, UNKNOWN_KEY, REVOKED, FORK, REPLACED, BUSY, UNKNOWN_SCHEMA, CANNOT_STORE = range(1, 9)

# Numbers of record types in proto/netcap.proto.
ETHERNET, ARP, UDP = 7, 8, 37


def message(kind, body=b""):
    return struct.pack("<BI", kind, len(body)) + body


# Kinds of values.
ENCODINGS, STORE_ID, LARGEST, WANTED, TIME = range(1, 6)
DELIMITED = 1


def hello(session, oldest, next_, name, schema=2):
    text = name.encode()
    head = struct.pack("<IHHQQQ", schema, 0, len(text), session, oldest, next_)
    return message(HELLO, head + text)


def value(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def offer(*more):
    """What this sensor can, and whatever a newer one may say."""
    return message(OFFER, value(ENCODINGS, bytes([DELIMITED])) + b"".join(more))


def parse_values(data):
    values = {}
    while data:
        kind, length = struct.unpack_from("<HH", data)
        assert kind not in values and len(data) >= 4 + length
        values[kind] = data[4 : 4 + length]
        data = data[4 + length :]
    return values


def parse_welcome(body, schema):
    settled, credit, length = struct.unpack_from("<QQH", body)
    assert len(body) >= 18 + length, "a welcome as long as its name says"
    values = parse_values(body[18 + length :])
    if schema == 1:
        assert not values, "no values in schema 1"
    else:
        assert DELIMITED in values[ENCODINGS] and len(values[STORE_ID]) == 16
        assert struct.unpack("<I", values[LARGEST])[0] >= 65_536
        assert len(values[TIME]) == 8 and len(values.get(WANTED, b"")) % 4 == 0
    return settled, credit, body[18 : 18 + length].decode(), values


def parse_rejected(body):
    return struct.unpack("<BQ", body)


def parse_stored(body):
    return struct.unpack("<QQ", body)


def want(next_, all_):
    return message(WANT, struct.pack("<II", next_, all_))


def release(count):
    return message(RELEASE, struct.pack("<I", count))


class Batch:
    """Records of one type; `numbered(sequence, schema)` is the message that carries them."""

    minute = 28_333_333

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
        return hashlib.sha256(self.packed).digest()[:8]

    def cost(self, schema):
        return 512 + (44 if schema == 1 else 48 + 8) + len(self.packed)

    def numbered(self, sequence, schema=2, crc=None, digest=None):
        crc = self.crc if crc is None else crc
        if schema == 1:
            head = struct.pack(
                "<QIBBHIqqII",
                *(sequence, self.kind, DELIMITED, self.has_payloads, 0, self.count),
                *(self.first, self.last, crc, len(self.data)),
            )
            assert len(head) == 44
        else:
            head = struct.pack(
                "<QIBBBBqqII8sII",
                *(sequence, self.minute, DELIMITED, self.has_payloads, 1, 0),
                *(self.first, self.last, crc, len(self.data), digest or self.digest),
                *(self.kind, self.count),
            )
            assert len(head) == 48 + 8
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
