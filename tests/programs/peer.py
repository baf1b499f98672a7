"""The other end, by independent means: PyNaCl (Debian's python3-nacl) and Python's own gzip.

    peer.py send HOST:PORT PUBLIC_KEY CLIENT TYPE RECORD_HEX...   sends one batch, prints "sent N"
    peer.py receive PRIVATE_KEY                                   prints "port N", then a JSON line a datagram
    peer.py read FILE                                             a JSON line for every member of a record file
    peer.py vector DATAGRAM PRIVATE_KEY                           prints the Batch in it, in hex

Keys and records are in hex. `receive` ends when its standard input does.
"""
import binascii, gzip, hashlib, json, os, select, socket, struct, sys, zlib

from nacl.bindings import crypto_box, crypto_box_open, crypto_scalarmult_base


def uvarint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_uvarint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(message):
    """(number, value) of every field; values are int or bytes."""
    at = 0
    while at < len(message):
        tag, at = read_uvarint(message, at)
        if tag & 7 == 0:
            value, at = read_uvarint(message, at)
        elif tag & 7 == 2:
            length, at = read_uvarint(message, at)
            value, at = message[at:at + length], at + length
            assert len(value) == length, "field cut short"
        elif tag & 7 == 1:
            value, at = message[at:at + 8], at + 8
        else:
            raise ValueError("wire type %d" % (tag & 7))
        yield tag >> 3, value


def records(data):
    at, found = 0, []
    while at < len(data):
        length, at = read_uvarint(data, at)
        assert at + length <= len(data), "record cut short"
        found.append(data[at:at + length])
        at += length
    return found


def open_datagram(datagram, private_key):
    public_key, nonce, box = datagram[:32], datagram[32:56], datagram[56:]
    return gzip.decompress(crypto_box_open(box, nonce, public_key, private_key))


def send(address, public_key, client, record_type, *bodies):
    host, port = address.rsplit(":", 1)
    data = b"".join(uvarint(len(body)) + body for body in map(bytes.fromhex, bodies))
    batch = b"\x0a" + uvarint(len(client.encode())) + client.encode()
    batch += b"\x10" + uvarint(int(record_type)) + b"\x18" + uvarint(len(data))
    batch += b"\x22" + uvarint(len(data)) + data
    private_key, nonce = os.urandom(32), os.urandom(24)
    box = crypto_box(gzip.compress(batch), nonce, bytes.fromhex(public_key), private_key)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(crypto_scalarmult_base(private_key) + nonce + box, (host, int(port)))
    print("sent", len(bodies))


def receive(private_key):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        sock.bind(("127.0.0.1", 0))
        print("port", sock.getsockname()[1], flush=True)
        while True:
            ready, _, _ = select.select([sock, sys.stdin], [], [], 60)
            if sock in ready:
                datagram = sock.recv(65536)
                batch = dict(fields(open_datagram(datagram, bytes.fromhex(private_key))))
                found = records(batch[4])
                print(json.dumps({
                    "bytes": len(datagram),
                    "client": batch.get(1, b"").decode(),
                    "type": batch[2],
                    "totalSize": batch[3],
                    "dataBytes": len(batch[4]),
                    "containsPayloads": batch.get(5, 0),
                    "records": [record.hex() for record in found],
                }), flush=True)
            elif sys.stdin in ready or not ready:
                return


def read(path):
    """Members by their own lengths, each checked against what it says of itself."""
    whole = open(path, "rb").read()
    assert gzip.decompress(whole) is not None  # any gzip reader takes the whole file
    at = 0
    while at < len(whole):
        assert whole[at:at + 4] == b"\x1f\x8b\x08\x04", "member at %d" % at
        xlen, si, sub = struct.unpack_from("<H2sH", whole, at + 10)
        assert (xlen, si, sub) == (80, b"FC", 76)
        fc = whole[at + 16:at + 92]
        (version, reason, part, parts, length, session, sequence, count, first, last, arrival, digest,
         settled, minute, crc) = struct.unpack("<BBBBI8sQIqqq8sQII", fc)
        assert (version, part, parts) == (2, 1, 1) and crc == binascii.crc32(fc[:72])
        packed = whole[at + 92:at + length - 8]
        body = zlib.decompress(packed, -15)
        assert struct.unpack_from("<II", whole, at + length - 8) == (zlib.crc32(body), len(body))
        assert digest == (hashlib.sha256(packed).digest()[:8] if sequence else bytes(8))
        found = records(body)
        print(json.dumps({
            "reason": reason, "session": session.hex(), "sequence": sequence, "count": count,
            "first": str(first), "last": str(last), "hasArrival": arrival > 0, "settled": settled,
            "records": [record.hex() for record in found],
        }))
        at += length
    assert at == len(whole)


def vector(datagram, private_key):
    print(open_datagram(bytes.fromhex(datagram), bytes.fromhex(private_key)).hex())


if __name__ == "__main__":
    {"send": send, "receive": receive, "read": read, "vector": vector}[sys.argv[1]](*sys.argv[2:])
