"""What a collector has stored, by Python's gzip, zlib, struct and hashlib, and by the gzip program.

    read_stored.py FOLDER EPOCH [SEALING]

Prints JSON: `found`, by client and record type the times of all records, in nanoseconds from EPOCH;
`refused`, likewise how many batches were refused since their type is not taken; `files`, how many there
are; `problems`, what is wrong with them. Of clients in SEALING, separated by commas, batches may have come
sealed: then their digests are of what nobody but the collector has seen.
"""
import gzip, hashlib, json, os, struct, subprocess, sys, zlib

# Records of these come in compact batches, too: a member's digest and times are then of the whole batch.
COMPACT = {"Ethernet", "Dot1Q", "IPv4", "IPv6", "TCP", "UDP", "ICMPv4", "ICMPv6"}
# The collector's own records, in members without session.
BOOKS = {"CollectorSpan", "CollectorFile", "SensorAlarm"}
# Why a batch is refused whose type is not taken of its sensor.
UNWANTED = 10


def uvarint(data, at):
    byte = data[at]
    if byte < 128:
        return byte, at + 1
    value, shift = byte & 127, 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at + 1
        shift += 7


def times(data):
    """Of each record: field 1, or 0."""
    at = 0
    while at < len(data):
        length, at = uvarint(data, at)
        assert at + length <= len(data), "a record is cut short"
        yield uvarint(data, at + 1)[0] if length and data[at] == 8 else 0
        at += length


def read(path, batches, seals):
    """The times of a file's records, and how many of its batches were refused.

    `batches` has, by session and sequence, what their parts say alike.
    """
    kind = os.path.basename(path).split(".")[0].split("-")[0]
    is_compact = kind in COMPACT
    data = open(path, "rb").read()
    found, at, unpacked, seen, refused = [], 0, [], set(), 0
    while at < len(data):
        assert data[at:at + 16] == bytes.fromhex("1f8b08040000000000ff500046434c00"), "no member at %d" % at
        (version, reason, part, parts, length, session, sequence, count, first, last, arrival, digest,
         settled, minute, crc) = struct.unpack_from("<BBBBIQQIqqq8sQII", data, at + 16)
        assert version == 2 and reason in (0, UNWANTED) and 1 <= part <= parts <= (8 if is_compact else 1)
        assert crc == zlib.crc32(data[at + 16:at + 88])
        packed = data[at + 92:at + length - 8]
        body = zlib.decompress(packed, -15)
        assert struct.unpack_from("<II", data, at + length - 8) == (zlib.crc32(body), len(body))
        of_body = hashlib.sha256(packed).digest()[:8] if sequence else bytes(8)
        assert digest == of_body or ((is_compact or seals or reason) and sequence)
        assert (minute > 0) == (sequence > 0)
        if at > 0 and kind in BOOKS:
            assert session == sequence == settled == 0 and len(list(times(body))) == count > 0
        elif at > 0 and sequence == 0:
            assert session and count == 0 and body == b"", "a note tells what is settled, and nothing else"
        elif at > 0:
            assert session and (session, sequence) not in seen, "batch %d is there twice" % sequence
            seen.add((session, sequence))
            refused += reason > 0
            of_member = list(times(body))
            assert len(of_member) == count, "%d records instead of %d" % (len(of_member), count)
            batch = (parts, digest, minute, first, last)
            assert batches.setdefault((session, sequence), batch) == batch, "parts of different batches"
            if reason > 0:
                assert of_member == []
            elif digest == of_body:
                assert (min(of_member), max(of_member)) == (first, last)
            else:
                assert first <= min(of_member) and max(of_member) <= last
            found += of_member
        unpacked.append(body)
        at += length
    assert at == len(data), "its last member is cut short"
    zcat = subprocess.run(["gzip", "-dc", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert zcat.returncode == 0, zcat.stderr.decode()
    assert zcat.stdout == b"".join(unpacked) == gzip.decompress(data)
    return found, refused


def main(folder, epoch, sealing):
    found, refused, files, problems = {}, {}, 0, []
    for client in sorted(os.listdir(folder)):
        below = os.path.join(folder, client)
        if not os.path.isdir(below) or client.startswith("."):
            continue  # of the collector itself
        batches = {}
        for name in sorted(os.listdir(below)):
            if ".torn-" in name or name.endswith(".new"):
                continue  # what a kill left behind: no record file
            if not name.endswith(".ncap.gz") or name.count(".") > 2:
                problems.append("%s/%s should not be there" % (client, name))
                continue
            files += 1
            try:
                of_file, not_taken = read(os.path.join(below, name), batches, client in sealing)
            except Exception as error:
                problems.append("%s/%s: %r" % (client, name, error))
                continue
            kind = name.split(".")[0].split("-")[0]
            found.setdefault(client, {}).setdefault(kind, []).extend(t - epoch for t in of_file)
            refused.setdefault(client, {}).setdefault(kind, 0)
            refused[client][kind] += not_taken
    print(json.dumps({"found": found, "refused": refused, "files": files, "problems": problems}))


main(sys.argv[1], int(sys.argv[2]), (sys.argv + [""])[3].split(","))
