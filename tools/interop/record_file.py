"""Reads record files (docs/protocol.md, Record file)."""

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass

HEADER_BYTES, TRAILER_BYTES = 88, 8


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
    assert gzip.decompress(packed) == b"".join(member.data for member in members)
    return members


def read_member(packed, at):
    assert packed[at : at + 16] == bytes.fromhex("1f8b0804" "00000000" "00ff" "4c00" "4643" "4800")
    subfield = packed[at + 16 : at + HEADER_BYTES]
    (version, reason, zero, length) = struct.unpack_from("<BBHI", subfield)
    (session, sequence, count) = struct.unpack_from("<QQI", subfield, 8)
    (first, last, arrival, digest, settled, crc) = struct.unpack_from("<qqq8sQI", subfield, 28)
    assert (version, zero) == (1, 0)
    assert crc == zlib.crc32(subfield[:68]), "the subfield's CRC-32"
    assert at + length <= len(packed), "a whole member"
    body = packed[at + HEADER_BYTES : at + length - TRAILER_BYTES]
    inflater = zlib.decompressobj(-15)
    data = inflater.decompress(body)
    assert inflater.eof and not inflater.unused_data, "one deflate stream and nothing else"
    trailer = struct.unpack_from("<II", packed, at + length - TRAILER_BYTES)
    assert trailer == (zlib.crc32(data), len(data))
    if reason == 0:
        assert digest == hashlib.sha256(data).digest()[:8]
    origin = (session, sequence, count, first, last, arrival, digest, settled)
    return Member(at, length, reason, *origin, data)


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
