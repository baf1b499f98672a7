"""A sensor after docs/protocol.md, made of nothing but it, against our collector.

    interop.py FOLDER PUBLIC_KEY

FOLDER is where the collector's record files go. The collector is started and ended by whoever
started this: a line `collector ARGUMENTS` on standard output asks for one with these arguments, a
line `kill SIGNAL` for its end; each is answered by a line on standard input, the collector's
address or `ended`. Lines that begin with `ok` or `FAILED` are for people.
"""

import asyncio
import os
import secrets
import sys
import time
import traceback

from connection import Ended, connection
from messages import (
    BATCH, BROKEN, BYE, ENROL, FORK, OFFER, REPLACED, REVOKED, STORE_ID, STORED, UNKNOWN_KEY,
    UNKNOWN_SCHEMA, UNUSED, arp_batch, ethernet_batch, hello, message, offer, release, udp_batch,
    value, want,
)
from noise import KeyPair
from record_file import read_members, split_records

FILES = {7: "Ethernet", 8: "ARP", 37: "UDP"}
FIRST_CREDIT = 65_536


class Collector:
    def __init__(self, folder, key):
        self.folder, self.key = folder, key

    async def start(self, *arguments):
        self.address = await self._ask(" ".join(["collector", *arguments]))
        assert ":" in self.address, "an address"

    async def kill(self, signal):
        assert await self._ask(f"kill {signal}") == "ended"

    async def _ask(self, request):
        print(request, flush=True)
        return (await asyncio.to_thread(sys.stdin.readline)).strip()

    def path(self, name, kind):
        return os.path.join(self.folder, name, f"{FILES[kind]}.ncap.gz")


class Sensor:
    """A key pair, a name and a session, and what its collector must have stored and refused."""

    def __init__(self, collector, name, schema=2):
        self.collector, self.name, self.schema = collector, name, schema
        self.keys = KeyPair()
        self.session = secrets.randbits(64) | 1
        self.next = 1
        self.stored, self.refused = {}, {}

    def connect(self):
        return connection(self.collector.address, self.keys, self.collector.key)

    def number(self, batch, is_good=True):
        """Gives a batch its number."""
        sequence = self.next
        self.next += 1
        (self.stored if is_good else self.refused)[sequence] = batch
        return sequence

    async def hello(self, link, oldest=None):
        names = (self.session, oldest or self.next, self.next, self.name)
        settled = await link.say_hello(*names, schema=self.schema)
        assert link.name == self.name, f"the name {link.name}"
        return settled

    async def deliver(self, link, *batches):
        for batch in batches:
            link.send_batch(self.number(batch), batch)
        await link.until_settled(self.next - 1)

    def members(self, kind):
        return read_members(self.collector.path(self.name, kind))

    def check_files(self):
        """Every batch is in the file of its type once, as it was sent, and nothing else is."""
        batches = {**self.stored, **self.refused}
        for kind in {batch.kind for batch in batches.values()}:
            head, *members = self.members(kind)
            notes = [member for member in members if member.sequence == 0]
            assert all(note.count == 0 and note.data == b"" for note in notes), "notes hold nothing"
            members = [member for member in members if member.sequence > 0]
            assert (head.session, head.sequence, head.count) == (0, 0, 0)
            assert len(split_records(head.data)) == 1, "the Header record"
            found = [member.sequence for member in members]
            wanted = sorted(number for number, batch in batches.items() if batch.kind == kind)
            assert found == wanted, f"batches {found} where {wanted} are wanted"
            for member in members:
                self._check_member(member)

    def _check_member(self, member):
        assert member.session == self.session
        assert member.settled < member.sequence and member.arrival > 0
        batch = self.stored.get(member.sequence)
        sent = batch or self.refused[member.sequence]
        assert (member.version, member.part, member.parts) == (2, 1, 1)
        assert member.digest == sent.digest, "of the batch as it was sent"
        assert member.minute == (0 if self.schema == 1 else sent.minute)
        if batch is None:
            assert member.reason > 0 and member.data == b"", "refused: a reason and no records"
            return
        assert member.reason == 0 and member.data == batch.data
        assert (member.count, member.first, member.last) == (batch.count, batch.first, batch.last)
        assert len(split_records(member.data)) == batch.count


async def several_types(collector, schema=2):
    """a session: hello, offer, welcome, batches of three types, stored, bye"""
    sensor = Sensor(collector, f"types-{schema}", schema)
    async with sensor.connect() as link:
        assert await sensor.hello(link) == 0
        assert link.credit == FIRST_CREDIT
        assert bool(link.values) == (schema == 2)
        batches = [ethernet_batch(40), arp_batch(1), udp_batch(3), ethernet_batch(2, seed=9)]
        await sensor.deliver(link, *batches)
        link.send(message(BYE))
        assert (await link.ended()).reason is None
    sensor.check_files()


async def first_schema(collector):
    """schema 1: sessions without offer and values, recovery and forks"""
    await several_types(collector, schema=1)
    await refused(collector, schema=1)
    await torn(collector, schema=1)
    await other_digest(collector, schema=1)


async def values(collector):
    """values: those that are not known are passed over; the store id outlives the collector"""
    ids = []
    for _ in range(2):
        sensor = Sensor(collector, f"values-{len(ids)}")
        async with sensor.connect() as link:
            more = value(0x7FFF, b"of the future"), value(99, b"")
            link.send(hello(sensor.session, 1, 1, sensor.name), offer(*more))
            await link.receive()
            ids.append(link.values[STORE_ID])
            await sensor.deliver(link, ethernet_batch(1))
        sensor.check_files()
        await collector.kill("SIGTERM")
        await collector.start()
    assert ids[0] == ids[1]


async def credit(collector):
    """credit: a batch above the first credit waits for what it wants, what is spare is released"""
    sensor = Sensor(collector, "credit")
    async with sensor.connect() as link:
        await sensor.hello(link)
        for seed in range(20):
            batch = udp_batch(seed + 1, seed, payload_bytes=6_000)
            cost = batch.cost(link.schema)
            if link.credit - link.sent < cost:
                link.send(want(cost, 2 * cost))
                await link.until(lambda: link.credit - link.sent >= cost)
            await sensor.deliver(link, batch)
        assert link.sent > 1_000_000
        await asyncio.sleep(1)  # nothing to send and nothing unsettled for a second
        spare = link.credit - link.sent - FIRST_CREDIT
        assert spare > 0
        link.send(release(spare))
        link.sent += spare
        await sensor.deliver(link, arp_batch(3))
    sensor.check_files()


async def beyond_credit(collector):
    """violation: a batch beyond the credit breaks the protocol and is not stored"""
    sensor = Sensor(collector, "greedy")
    async with sensor.connect() as link:
        await sensor.hello(link)
        await sensor.deliver(link, udp_batch(1))
        link.send(udp_batch(12, seed=1, payload_bytes=6_000).numbered(2))
        assert (await link.ended()).reason == BROKEN
    sensor.check_files()


async def rekey(collector):
    """rekey: keys are renewed twice, batches go on meanwhile and after"""
    sensor = Sensor(collector, "rekey")
    async with sensor.connect() as link:
        await sensor.hello(link)
        for epoch in (1, 2):
            link.begin_rekey()
            await sensor.deliver(link, ethernet_batch(5, epoch))
            while link.epoch < epoch:
                await sensor.deliver(link, arp_batch(2, sensor.next))
            await sensor.deliver(link, udp_batch(2, epoch))
    sensor.check_files()


async def refused(collector, schema=2):
    """refused: batches with a wrong CRC-32 or digest are settled, with a reason and no records"""
    sensor = Sensor(collector, f"refused-{schema}", schema)
    async with sensor.connect() as link:
        await sensor.hello(link)
        await sensor.deliver(link, ethernet_batch(3))
        wrong = ethernet_batch(4, seed=1)
        link.send_batch(sensor.number(wrong, is_good=False), wrong, crc=wrong.crc ^ 1)
        await link.until_settled(2)
        await sensor.deliver(link, ethernet_batch(3, seed=2))
        if schema == 2:
            wrong = ethernet_batch(4, seed=3)
            link.send_batch(sensor.number(wrong, is_good=False), wrong, digest=bytes(8))
            await link.until_settled(4)
    sensor.check_files()


async def unsettled(collector):
    """resending: a batch whose connection broke off before it was settled is stored once"""
    sensor = Sensor(collector, "broken")
    async with sensor.connect() as link:
        await sensor.hello(link)
        await sensor.deliver(link, ethernet_batch(3))
        batch = ethernet_batch(100, seed=5)
        link.send_batch(sensor.number(batch), batch)
    async with sensor.connect() as link:
        settled = await sensor.hello(link, oldest=2)
        assert settled in (1, 2)
        if settled < 2:
            link.send_batch(2, batch)
        await sensor.deliver(link, ethernet_batch(2, seed=6))
    sensor.check_files()


async def settled_again(collector):
    """violation: a batch that the welcome said to be settled is none that may come again"""
    sensor = Sensor(collector, "again")
    batch = ethernet_batch(3)
    async with sensor.connect() as link:
        await sensor.hello(link)
        await sensor.deliver(link, batch)
    async with sensor.connect() as link:
        assert await sensor.hello(link) == 1
        link.send_batch(1, batch)
        assert (await link.ended()).reason == BROKEN
    sensor.check_files()


async def torn(collector, schema=2):
    """recovery: of two batches one is torn, one whole: sent again, both are there once"""
    sensor = Sensor(collector, f"torn-{schema}", schema)
    _, second = await tear(collector, sensor)
    first = sensor.stored[sensor.next - 2]
    async with sensor.connect() as link:
        settled = await sensor.hello(link, oldest=sensor.next - 2)
        assert settled == sensor.next - 3, f"settled {settled} before {sensor.next - 2}"
        link.send_batches([(settled + 1, first), (settled + 2, second)])
        await sensor.deliver(link, udp_batch(2, seed=99))
    sensor.check_files()


async def other_digest(collector, schema=2):
    """fork: a number that is there with another digest; what came before is settled first"""
    sensor = Sensor(collector, f"fork-{schema}", schema)
    await tear(collector, sensor)
    first = sensor.stored[sensor.next - 2]
    async with sensor.connect() as link:
        settled = await sensor.hello(link, oldest=sensor.next - 2)
        link.send_batches([(settled + 1, first), (settled + 2, udp_batch(7, seed=77))])
        end = await link.ended()
        assert (end.reason, end.settled) == (FORK, settled + 1), end
    sensor.check_files()


async def tear(collector, sensor):
    """
    Has two batches of different types stored in one go, and takes the first out of its file as if
    the collector had been killed before it was there.
    """
    for seed in range(50):
        async with sensor.connect() as link:
            await sensor.hello(link)
            pair = arp_batch(2, seed), udp_batch(2, seed)
            await sensor.deliver(link, ethernet_batch(1, seed))
            link.send_batches([(sensor.number(batch), batch) for batch in pair])
            await link.until_settled(sensor.next - 1)
        ends = [last_batch(sensor.members(batch.kind)) for batch in pair]
        if all(end.settled < sensor.next - 2 for end in ends):
            break
    else:
        raise AssertionError("the two batches were never stored in one go")
    await collector.kill("SIGKILL")
    os.truncate(collector.path(sensor.name, pair[0].kind), ends[0].offset)
    await collector.start()
    return pair


def last_batch(members):
    return [member for member in members if member.sequence != 0][-1]


async def lost(collector):
    """restored: a collector that lost what it had acknowledged goes on with what there is"""
    sensor = Sensor(collector, "lost")
    sensor.next = 5
    async with sensor.connect() as link:
        assert await sensor.hello(link) == 4
        await sensor.deliver(link, ethernet_batch(2))
    sensor.check_files()


async def forked_hello(collector):
    """fork: a hello whose next is not above what is settled; a new session goes on"""
    sensor = Sensor(collector, "cloned")
    async with sensor.connect() as link:
        await sensor.hello(link)
        await sensor.deliver(link, ethernet_batch(1), ethernet_batch(2))
    async with sensor.connect() as link:
        link.send(hello(sensor.session, 1, 2, sensor.name), offer())
        end = await link.ended()
        assert (end.reason, end.settled) == (FORK, 0), end
    sensor.check_files()
    other = Sensor(collector, "cloned-again")
    async with other.connect() as link:
        assert await other.hello(link) == 0
        await other.deliver(link, ethernet_batch(1))
    other.check_files()


async def replaced(collector):
    """fencing: a newer connection of the session takes the place of the older one"""
    sensor = Sensor(collector, "twice")
    async with sensor.connect() as old, sensor.connect() as new:
        await sensor.hello(old)
        await sensor.deliver(old, ethernet_batch(1))
        assert await sensor.hello(new) == 1
        assert (await old.ended()).reason == REPLACED
        await sensor.deliver(new, ethernet_batch(2))
    sensor.check_files()


async def strangers(collector):
    """handshakes: another key id, and silence after message 2, change nothing and are closed"""
    sensor = Sensor(collector, "steady")
    async with sensor.connect() as link:
        await sensor.hello(link)
        try:
            async with connection(collector.address, sensor.keys, KeyPair().public):
                raise AssertionError("an answer to a key id that is not known")
        except Ended as end:
            assert end.reason is None
        began = time.monotonic()
        async with sensor.connect() as silent:
            assert (await silent.ended()).reason is None
        assert 4 < time.monotonic() - began < 10, "5 s for the hello"
        await asyncio.sleep(2)  # beyond the 6 s of silence that end a connection
        await sensor.deliver(link, ethernet_batch(1))
    sensor.check_files()


async def early_bye(collector):
    """violation: a bye before all is settled; what came before is settled and told"""
    sensor = Sensor(collector, "hasty")
    async with sensor.connect() as link:
        await sensor.hello(link)
        batch = ethernet_batch(3)
        link.highest = 1
        link.send(batch.numbered(sensor.number(batch)), message(BYE))
        assert (await link.ended()).reason == BROKEN
        assert link.settled == 1
    sensor.check_files()


async def out_of_place(collector):
    """violations: another schema, hello or offer twice, types of later, bodies that are none"""
    sensor = Sensor(collector, "wrong")
    async with sensor.connect() as link:
        link.send(hello(sensor.session, 1, 1, sensor.name, schema=3))
        assert (await link.ended()).reason == UNKNOWN_SCHEMA
    for body in (b"", b"\x01", value(1, b"\x02"), value(1, b"\x01") * 2):
        async with sensor.connect() as link:
            link.send(hello(sensor.session, 1, 1, sensor.name), message(OFFER, body))
            assert (await link.ended()).reason == BROKEN
    several = ethernet_batch(1).numbered(1)
    empty = ethernet_batch(1)
    empty.packed = b""
    for extra in (
        hello(sensor.session, 1, 1, sensor.name),
        offer(),
        message(UNUSED),
        message(ENROL),
        message(STORED, bytes(16)),
        message(BATCH, bytes(55)),
        ethernet_batch(1).numbered(1, schema=1),
        several[: 5 + 14] + b"\x02" + several[5 + 15 :],
        empty.numbered(1),
        release(FIRST_CREDIT + 1),
        want(2, 1),
    ):
        async with sensor.connect() as link:
            await sensor.hello(link)
            link.send(extra)
            assert (await link.ended()).reason == BROKEN


async def goodbye(collector):
    """bye: a collector that is stopped says so"""
    sensor = Sensor(collector, "last")
    async with sensor.connect() as link:
        await sensor.hello(link)
        await sensor.deliver(link, ethernet_batch(1))
        stopped = asyncio.create_task(collector.kill("SIGTERM"))
        kind = None
        while kind != BYE:
            kind, _ = await link.receive()
        await stopped
    sensor.check_files()


async def roster(collector):
    """who may send: the list gives the name, a key that is not in it is rejected, also later"""
    path = os.path.join(os.path.dirname(collector.folder), "sensors")
    known, unknown = Sensor(collector, "known"), Sensor(collector, "unknown")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{known.keys.public.hex()} known\n")
    await collector.start("-sensors", path)
    async with unknown.connect() as link:
        link.send(hello(unknown.session, 1, 1, unknown.name), offer())
        assert (await link.ended()).reason == UNKNOWN_KEY
    async with known.connect() as link:
        await link.say_hello(known.session, 1, 1, "something else")
        assert link.name == "known"
        await known.deliver(link, ethernet_batch(1))
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{unknown.keys.public.hex()} unknown\n")
        assert (await link.ended()).reason == REVOKED
    known.check_files()
    await collector.kill("SIGTERM")


SCENARIOS = [
    several_types, first_schema, values, credit, beyond_credit, rekey, refused, unsettled, settled_again, torn,
    other_digest, lost, forked_hello, replaced, strangers, early_bye, out_of_place, goodbye, roster,
]


async def main(folder, public_key):
    collector = Collector(folder, bytes.fromhex(public_key))
    await collector.start()
    failed = 0
    for scenario in SCENARIOS:
        try:
            await scenario(collector)
            print(f"ok      {scenario.__doc__}", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {scenario.__doc__}", flush=True)
            traceback.print_exc()
    return failed


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main(*sys.argv[1:])) else 0)
