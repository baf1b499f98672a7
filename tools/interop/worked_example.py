"""Makes the worked examples of sessions in docs/protocol.md from their keys, and compares.

    worked_example.py PAGE
"""

import hashlib
import re
import struct
import sys
import zlib

from connection import framed, key_id, prologue_of
from messages import (
    BATCH, BYE, ENCODINGS, LARGEST, REKEY1, REKEY2, STORE_ID, STORED, SWITCH, TIME, WELCOME, hello,
    message, offer, value,
)
from noise import Initiator, KeyPair, respond

NAME = "alice"
SESSION = 0x0807060504030201
ETHERNET = 7
RECORD_TIME = 1_600_000_000_000_000_001
MINUTE = 26_666_666
COLLECTOR_TIME = 1_600_000_003_000_000_000
CREDIT = 65_536


HEADINGS = {2: "### Worked example of a session\n", 1: "### Worked example with schema 1\n"}


def block_below(page, heading):
    """The values of an example by their names."""
    section = page[page.index(heading) :]
    block = re.search(r"^```\n(.*?)^```", section, re.S | re.M)[1]
    values = {}
    for line in block.splitlines():
        name, digits = re.fullmatch(r"(?:(\S.*?):)?\s*([0-9a-f]*)", line).groups()
        name = name or last
        values[name] = values.get(name, b"") + bytes.fromhex(digits)
        last = name
    return values


def make(given, schema):
    """All values, in the order of the page; `given` are the private keys and the records."""
    collector = KeyPair(given["collector's private key"])
    sensor = KeyPair(given["sensor's private key"])
    records = given["records"]
    made = dict(given)

    def ephemeral(name):
        return KeyPair(given[f"{name} ephemeral private key"])

    def shake_hands(prologue, who):
        noise = Initiator(prologue, sensor, collector.public, ephemeral(f"sensor's {who}"))
        message2, *theirs, remote = respond(
            prologue, collector, noise.message1, ephemeral(f"collector's {who}")
        )
        assert remote == sensor.public
        *ours, digest = noise.finish(message2)
        assert theirs[2] == digest
        return noise.message1, message2, ours[0], theirs[0], digest

    message1, message2, to, fro, digest = shake_hands(prologue_of(collector.public), "first")
    made["key id"] = key_id(collector.public)
    made["> message 1"] = key_id(collector.public) + framed(message1)
    made["< message 2"] = framed(message2)
    made["handshake hash"] = digest

    def say(direction, cipher, name, encoded):
        made[name] = encoded
        made[f"{direction} {name}"] = framed(cipher.seal(encoded))

    packed = b"\x01" + struct.pack("<HH", len(records), len(records) ^ 0xFFFF) + records
    assert zlib.decompress(packed, -15) == records
    counted = (zlib.crc32(records), len(records))
    if schema == 1:
        values = b""
        head = struct.pack(
            "<QIBBHIqqII", 1, ETHERNET, 1, 0, 0, 1, RECORD_TIME, RECORD_TIME, *counted
        )
    else:
        values = (
            value(ENCODINGS, b"\x01") + value(STORE_ID, bytes(range(16)))
            + value(LARGEST, struct.pack("<I", 1 << 20))
            + value(TIME, struct.pack("<q", COLLECTOR_TIME))
        )
        digest_of_body = hashlib.sha256(packed).digest()[:8]
        head = struct.pack(
            "<QIBBBBqqII8sII", 1, MINUTE, 1, 0, 1, 0, RECORD_TIME, RECORD_TIME, *counted,
            digest_of_body, ETHERNET, 1,
        )
    name = NAME.encode()
    welcome = struct.pack("<QQH", 0, CREDIT, len(name)) + name + values
    stored = struct.pack("<QQ", 1, CREDIT + 512 + len(head) + len(packed))
    say(">", to, "hello", hello(SESSION, 1, 1, NAME, schema))
    if schema == 2:
        say(">", to, "offer", offer())
    say("<", fro, "welcome", message(WELCOME, welcome))
    say(">", to, "batch", message(BATCH, head + packed))
    say("<", fro, "stored", message(STORED, stored))

    prologue = b"farcap rekey" + digest + struct.pack("<I", 1)
    message1, message2, next_to, next_fro, _ = shake_hands(prologue, "second")
    say(">", to, "rekey1", message(REKEY1, message1))
    say("<", fro, "rekey2", message(REKEY2, message2))
    made["> switch"] = framed(to.seal(message(SWITCH)))
    made["< switch"] = framed(fro.seal(message(SWITCH)))
    say(">", next_to, "bye", message(BYE))
    return made


def main(path):
    failed = 0
    with open(path, encoding="utf-8") as file:
        page = file.read()
    for schema in HEADINGS:
        written = block_below(page, HEADINGS[schema])
        made = make(written, schema)
        wrong = [name for name in {**written, **made} if written.get(name) != made.get(name)]
        for name in wrong:
            is_now = made.get(name, b"").hex() or "not known"
            print(f"FAILED  worked example, schema {schema}: {name} is {is_now}")
        if not wrong:
            print(f"ok      worked example, schema {schema}: {len(made)} values of docs/protocol.md")
        failed += len(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
