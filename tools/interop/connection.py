"""A sensor's end of one connection (docs/protocol.md, Carrier to Credit)."""

import asyncio
import hashlib
import ssl
import struct
from contextlib import asynccontextmanager

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, StreamDataReceived

from messages import (
    REJECTED, REKEY1, REKEY2, STORED, SWITCH, WELCOME,
    hello, message, offer, parse_rejected, parse_stored, parse_welcome,
)
from noise import Initiator

DEADLINE_S = 15
KEEP_ALIVE_S = 2
IDLE_S = 6
MAX_NOISE_BYTES = 65_535
TAG_BYTES = 16


def key_id(public):
    return hashlib.sha256(public).digest()[:4]


def prologue_of(public):
    return b"farcap/1" + bytes([0, 1]) + key_id(public)


class Ended(Exception):
    """The connection ended; `reason` is the rejection's, if there was one."""

    def __init__(self, reason=None, settled=None):
        super().__init__(f"rejected with reason {reason}, settled {settled}" if reason else "ended")
        self.reason, self.settled = reason, settled


class Stream(QuicConnectionProtocol):
    """Hands the bytes of the one stream to whoever is set as `taker`."""

    taker = None

    def quic_event_received(self, event):
        if self.taker and isinstance(event, StreamDataReceived):
            self.taker.take(event.data)
            if event.end_stream:
                self.taker.end()
        elif self.taker and isinstance(event, ConnectionTerminated):
            self.taker.end()


class Connection:
    def __init__(self, stream, static, collector):
        self._stream = stream
        self._static = static
        self._collector = collector
        self._id = stream._quic.get_next_available_stream_id()
        self._wire = bytearray()
        self._plain = bytearray()
        self._messages = asyncio.Queue()
        self._ready = asyncio.Event()
        self._sending = self._receiving = self._next = None
        self._rekey = self._failure = None
        self.epoch = 0
        self.schema, self.values = 2, None
        self.settled = self.credit = self.sent = self.highest = 0
        stream.taker = self
        self._noise = Initiator(prologue_of(collector), static, collector)
        self._write(key_id(collector) + framed(self._noise.message1))

    # What comes from the stream.

    def take(self, data):
        try:
            self._open(data)
        except Exception as failure:  # for whoever waits for a message
            self._failure = failure
            self.end()

    def _open(self, data):
        self._wire += data
        while len(self._wire) >= 2:
            length = struct.unpack_from("<H", self._wire)[0]
            if len(self._wire) < 2 + length:
                break
            noise_message = bytes(self._wire[2 : 2 + length])
            del self._wire[: 2 + length]
            if self._receiving is None:
                self._sending, self._receiving, self._hash = self._noise.finish(noise_message)
                self._ready.set()
            else:
                self._plain += self._receiving.open(noise_message)
                self._read()

    def _read(self):
        while len(self._plain) >= 5:
            kind, length = struct.unpack_from("<BI", self._plain)
            assert length <= 1 << 20, "a body of at most 1 MiB"
            if len(self._plain) < 5 + length:
                return
            body = bytes(self._plain[5 : 5 + length])
            del self._plain[: 5 + length]
            if kind == REKEY2:
                self._switch(body)
            elif kind == SWITCH:
                assert not self._plain, "switch ends its Noise message"
                self._receiving, self._hash = self._next
                self.epoch += 1
                self._next = None
            else:
                self._messages.put_nowait((kind, body))

    def end(self):
        self._messages.put_nowait(None)
        self._ready.set()

    # What goes to the stream.

    def _write(self, data):
        self._stream._quic.send_stream_data(self._id, data)
        self._stream.transmit()

    def send(self, *encoded):
        """Messages share Noise messages and are cut where one is full."""
        data = b"".join(encoded)
        most = MAX_NOISE_BYTES - TAG_BYTES
        pieces = [data[at : at + most] for at in range(0, len(data), most)]
        self._write(b"".join(framed(self._sending.seal(piece)) for piece in pieces))

    def send_batch(self, sequence, batch, **changes):
        self.send_batches([(sequence, batch)], **changes)

    def send_batches(self, numbered, **changes):
        """Several in one go."""
        for _, batch in numbered:
            self.take_credit(batch)
        self.highest = max(self.highest, numbered[-1][0])
        self.send(*(batch.numbered(number, self.schema, **changes) for number, batch in numbered))

    def take_credit(self, batch):
        self.sent += batch.cost(self.schema)
        assert self.sent <= self.credit, "enough credit"

    def begin_rekey(self):
        prologue = b"farcap rekey" + self._hash + struct.pack("<I", self.epoch + 1)
        self._rekey = Initiator(prologue, self._static, self._collector)
        self.send(message(REKEY1, self._rekey.message1))

    def _switch(self, message2):
        sending, *self._next = self._rekey.finish(message2)
        self._rekey = None
        self.send(message(SWITCH))
        self._sending = sending

    # What a sensor waits for.

    async def ready(self):
        await asyncio.wait_for(self._ready.wait(), DEADLINE_S)
        if self._receiving is None:
            raise Ended()

    async def receive(self):
        """The next message that is not the channel's own, read for what it says."""
        received = await asyncio.wait_for(self._messages.get(), DEADLINE_S)
        if received is None:
            self.end()  # for whoever asks again
            raise self._failure or Ended()
        kind, body = received
        if kind == REJECTED:
            raise Ended(*parse_rejected(body))
        if kind == WELCOME:
            self.settled, self.credit, self.name, self.values = parse_welcome(body, self.schema)
        if kind == STORED:
            settled, credit = parse_stored(body)
            assert self.settled <= settled <= self.highest, "settled grows, up to what was sent"
            assert credit >= self.credit, "credit never becomes less"
            self.settled, self.credit = settled, credit
        return kind, body

    async def say_hello(self, *args, schema=2):
        self.schema = schema
        self.send(hello(*args, schema=schema), *([] if schema == 1 else [offer()]))
        kind, _ = await self.receive()
        assert kind == WELCOME, f"a welcome, not message {kind}"
        return self.settled

    async def until(self, is_so):
        while not is_so():
            await self.receive()

    async def until_settled(self, sequence):
        await self.until(lambda: self.settled >= sequence)

    async def ended(self):
        """Why it ended."""
        try:
            while True:
                await self.receive()
        except Ended as end:
            return end


def framed(noise_message):
    assert len(noise_message) <= MAX_NOISE_BYTES
    return struct.pack("<H", len(noise_message)) + noise_message


@asynccontextmanager
async def connection(address, static, collector, alpn="farcap/1"):
    """A connection after the handshake; closed at the end without another word."""
    host, port = address.rsplit(":", 1)
    configuration = QuicConfiguration(
        alpn_protocols=[alpn],
        server_name="farcap.invalid",
        verify_mode=ssl.CERT_NONE,
        idle_timeout=IDLE_S,
    )
    session_port = int(port) + 1
    async with connect(
        host, session_port, configuration=configuration, create_protocol=Stream
    ) as stream:
        link = Connection(stream, static, collector)
        await link.ready()
        alive = asyncio.create_task(keep_alive(stream))
        try:
            yield link
        finally:
            alive.cancel()


async def keep_alive(stream):
    while True:
        await asyncio.sleep(KEEP_ALIVE_S)
        await stream.ping()
