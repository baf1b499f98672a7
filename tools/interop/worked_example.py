"""Makes the worked example of a session in docs/protocol.md from its keys, and compares.

    worked_example.py PAGE
"""

import re
import struct
import sys
import zlib

from connection import framed, key_id, prologue_of
from messages import (
    BATCH, BYE, REKEY1, REKEY2, STORED, SWITCH, WELCOME, hello, message,
)
from noise import Initiator, KeyPair, respond

NAME = "alice"
SESSION = 0x0807060504030201
ETHERNET = 7
TIME = 1_600_000_000_000_000_001
CREDIT = 65_536


def parse(page):
    """The values of the example by their names."""
    section = page[page.index("### Worked example of a session") :]
    block = re.search(r"^```\n(.*?)^```", section, re.S | re.M)[1]
    values = {}
    for line in block.splitlines():
        name, digits = re.fullmatch(r"(?:(\S.*?):)?\s*([0-9a-f]*)", line).groups()
        name = name or last
        values[name] = values.get(name, b"") + bytes.fromhex(digits)
        last = name
    return values


def make(given):
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
    head = struct.pack(
        "<QIBBHIqqII", 1, ETHERNET, 1, 0, 0, 1, TIME, TIME, zlib.crc32(records), len(records)
    )
    name = NAME.encode()
    welcome = struct.pack("<QQH", 0, CREDIT, len(name)) + name
    stored = struct.pack("<QQ", 1, CREDIT + 512 + len(head) + len(packed))
    say(">", to, "hello", hello(SESSION, 1, 1, NAME))
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
    with open(path, encoding="utf-8") as page:
        written = parse(page.read())
    made = make(written)
    wrong = [name for name in {**written, **made} if written.get(name) != made.get(name)]
    for name in wrong:
        print(f"FAILED  worked example: {name} is {made.get(name, b'').hex() or 'not known'}")
    if not wrong:
        print(f"ok      worked example: {len(made)} values of docs/protocol.md")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
