"""Reads record files (docs/protocol.md, Record file)."""

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass

TRAILER_BYTES = 8
# By version: the bytes of the subfield, and what it holds behind its reason.
SUBFIELDS = {
    1: (72, "<BBxxIQQIqqq8sQI"),
    2: (76, "<BBBBIQQIqqq8sQII"),
}


@dataclass
class Member:
    offset: int
    length: int
    reason: int
    session: int
    sequence: int
    count: int
    first: int
    last: int
    arrival: int
    digest: bytes
    settled: int
    version: int
    part: int
    parts: int
    minute: int
    data: bytes


def read_members(path):
    """All members, each checked; what `zcat` makes of the file is the same bytes."""
    with open(path, "rb") as file:
        packed = file.read()
    members = []
    at = 0
    while at < len(packed):
        member = read_member(packed, at)
        members.append(member)
        at += member.length
    assert len({member.version for member in members}) == 1, "one version in a file"
    assert gzip.decompress(packed) == b"".join(member.data for member in members)
    return members


def read_member(packed, at):
    version = packed[at + 16]
    size, layout = SUBFIELDS[version]
    start = bytes.fromhex("1f8b0804" "00000000" "00ff") + struct.pack("<H2sH", size + 4, b"FC", size)
    assert packed[at : at + 16] == start
    header_bytes = 16 + size
    subfield = packed[at + 16 : at + header_bytes]
    fields = list(struct.unpack(layout, subfield))
    if version == 1:
        fields[2:2] = [1, 1]  # part and parts
        fields[-1:-1] = [0]  # minute
    (_, reason, part, parts, length, session, sequence, count) = fields[:8]
    (first, last, arrival, digest, settled, minute, crc) = fields[8:]
    assert 1 <= part <= parts
    assert crc == zlib.crc32(subfield[:-4]), "the subfield's CRC-32"
    assert at + length <= len(packed), "a whole member"
    body = packed[at + header_bytes : at + length - TRAILER_BYTES]
    inflater = zlib.decompressobj(-15)
    data = inflater.decompress(body)
    assert inflater.eof and not inflater.unused_data, "one deflate stream and nothing else"
    trailer = struct.unpack_from("<II", packed, at + length - TRAILER_BYTES)
    assert trailer == (zlib.crc32(data), len(data))
    if version == 1 and reason == 0:
        assert digest == hashlib.sha256(data).digest()[:8]
    if version == 2 and sequence == 0:
        assert digest == bytes(8) and minute == 0, "no batch"
    origin = (session, sequence, count, first, last, arrival, digest, settled)
    return Member(at, length, reason, *origin, version, part, parts, minute, data)


def split_records(data):
    records = []
    at = 0
    while at < len(data):
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        records.append(data[at : at + length])
        assert len(records[-1]) == length
        at += length
    return records
