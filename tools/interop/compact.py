"""Reads compact batches, by docs/protocol.md alone: back to the headers of packets.

    compact.py PAGE         the worked example of the page
    compact.py PAGE BATCHES and what our sensor makes of captures, a value a line:
                            `packet LINK-TYPE SECONDS NANOSECONDS HEX`, `batch LENGTH HEX`
"""

import re
import struct
import sys
import zlib
from dataclasses import dataclass

import zstandard

COLUMNS = "row change time length id flags seq ack window stamp echo rest flow record".split()
LINKS = {1: 0, 113: 1, 276: 2}
LINK_BYTES = 14, 16, 20
ETHER_TYPE_AT = 12, 14, 0
HARDWARE_TYPE_AT = None, 2, 8
NONE, TCP, UDP, ICMP4, ICMP6 = None, 6, 17, 1, 58
# version of IP, protocol, bytes of its header, habits in it
STACKS = (
    (0, NONE, 0, ()), (4, NONE, 0, ()), (4, TCP, 20, (12, 18, 19)), (4, UDP, 8, ()),
    (4, ICMP4, 8, (0, 1, 4, 5)), (6, TCP, 20, (12, 18, 19)), (6, UDP, 8, ()),
    (6, ICMP6, 4, (0, 1)),
)
IP_BYTES = {0: 0, 4: 20, 6: 40}
IP_HABITS = {0: (), 4: (1, 6, 7, 8), 6: (0, 1, 2, 3, 7)}
AS_RECORDS = {0, 4, 6, 17, 41, 43, 44, 47, 51, 60, 94, 132, 136}
INFINITE = 1 << 62


class Damage(Exception):
    """What is no compact batch."""


def u16(data, at):
    return struct.unpack_from(">H", data, at)[0]


def u32(data, at):
    return struct.unpack_from(">I", data, at)[0]


def put16(data, at, number):
    struct.pack_into(">H", data, at, number & 0xFFFF)


def put32(data, at, number):
    struct.pack_into(">I", data, at, number & 0xFFFFFFFF)


class Column:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        taken = self.data[self.at : self.at + length]
        self.at += length
        if len(taken) < length:
            raise Damage("a column ends early")
        return taken

    def byte(self):
        return self.take(1)[0]

    def number(self):
        number = 0
        for shift in range(0, 56, 7):
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                if number < 1 << 53:
                    return number
                break
        raise Damage("a number is too large")

    def signed(self):
        number = self.number()
        return number >> 1 if number % 2 == 0 else -(number + 1 >> 1)


class Shape:
    def __init__(self, number):
        self.number = number
        link, self.tags, stack = number & 3, number >> 2 & 3, number >> 4
        if link > 2 or self.tags > 2 or stack > 7:
            raise Damage(f"no shape: {number}")
        self.is_ethernet = link == 0
        self.version, self.protocol, size, habits = STACKS[stack]
        self.is_other = stack == 1
        self.ip_at = LINK_BYTES[link] + 4 * self.tags
        self.behind = self.ip_at + IP_BYTES[self.version]
        self.size = self.behind + size
        self.habits = [self.ip_at + at for at in IP_HABITS[self.version]]
        self.habits += [self.behind + at for at in habits]
        width = {0: 0, 4: 4, 6: 16}[self.version]
        addresses = self.ip_at + {0: 0, 4: 12, 6: 8}[self.version]
        self.source, self.destination = [
            slice(at, at + width) for at in (addresses, addresses + width)
        ]
        ports = 2 if self.protocol in (TCP, UDP) else 0
        self.ports = [slice(at, at + ports) for at in (self.behind, self.behind + ports)]

    def ends(self, header):
        """What tells flows apart behind the link header: source, destination, the rest."""
        other = header[self.ip_at + 9] if self.is_other else None
        pairs = zip((self.source, self.destination), self.ports)
        return [bytes(header[a]) + bytes(header[p]) for a, p in pairs], other

    def key(self, header):
        return self.number, bytes(header[: self.ip_at]), *map(str, self.ends(header))

    def wire_bytes(self, header):
        if self.version == 4:
            return self.ip_at + u16(header, self.ip_at + 2)
        return self.behind + u16(header, self.ip_at + 4) if self.version == 6 else self.ip_at


def crosswise(link):
    return bytes(link[6:12] + link[:6] + link[12:])


def shape_of(packet, link_type):
    """The number of a packet's shape; None if it is not taken."""
    link = LINKS.get(link_type)
    if link is None or len(packet) < LINK_BYTES[link]:
        return None
    if link > 0 and u16(packet, HARDWARE_TYPE_AT[link]) in (770, 803, 824):
        return None
    at, tags = LINK_BYTES[link], 0
    ether_type = u16(packet, ETHER_TYPE_AT[link])
    while ether_type in (0x8100, 0x88A8) and tags < 2:
        if len(packet) < at + 4:
            return None
        ether_type = u16(packet, at + 2)
        at, tags = at + 4, tags + 1
    is_isl = bytes(packet[:5]) in (b"\1\0\x0c\0\0", b"\3\0\x0c\0\0")
    if ether_type < 0x600 and link == tags == 0 and is_isl:
        return None
    stack = 0
    ip = packet[at:]
    if ether_type == 0x800 and len(ip) >= 20 and ip[0] == 0x45 and u16(ip, 2) >= 20:
        known = stack_of(4, ip[9], ip[20 : u16(ip, 2)])
        stack = 1 if u16(ip, 6) & 0x3FFF else known or (0 if ip[9] in AS_RECORDS else 1)
    elif ether_type == 0x86DD and len(ip) >= 40 and ip[0] >> 4 == 6:
        stack = stack_of(6, ip[6], ip[40 : 40 + u16(ip, 4)])
    if stack == 0 and link > 0 and tags == 0:
        return None
    return link | tags << 2 | stack << 4


def stack_of(version, protocol, data):
    for number, (of, known, size, _) in enumerate(STACKS):
        if (of, known) == (version, protocol) and len(data) >= size:
            if protocol == TCP and not 20 <= (data[12] >> 4) * 4 <= len(data):
                continue
            if protocol == UDP and 0 < u16(data, 4) < 8:
                continue
            return number
    return 0


@dataclass
class Form:
    options: bytes
    stamp: int = 0

    def __post_init__(self):
        at = 0
        while at + 10 <= len(self.options):
            kind = self.options[at]
            if kind == 0:
                return
            if kind == 8 and self.options[at + 1] == 10:
                self.stamp = at + 2
                return
            at += 1 if kind == 1 else max(2, self.options[at + 1])


class Flow:
    def __init__(self, shape, like, reverse):
        self.shape = shape
        self.header = bytearray(like.header) if like else bytearray(128)
        self.padded, self.form = (like.padded, like.form) if like else (0, 0)
        self.reverse, self.after, self.step, self.next_seq = reverse, None, 1, 0

    def link(self):
        if self.reverse:
            self.reverse.reverse = self
            if self.shape.protocol == TCP:
                self.next_seq = u32(self.reverse.header, self.shape.behind + 8)


class Batch:
    """The rows of a batch: packets as (time, length, header, shape), records as (type, bytes)."""

    def __init__(self, body, length):
        if len(body) < 4 or len(body) < 4 + (sums := struct.unpack_from("<I", body)[0]):
            raise Damage("the sums are cut")
        self.sums = Column(body[4 : 4 + sums])
        unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 21).decompressobj()
        columns = unpacker.decompress(body[4 + sums :])
        if not unpacker.eof or unpacker.unused_data or len(columns) + sums != length:
            raise Damage("no whole frame of that length")
        self.data = columns + self.sums.data
        head = Column(columns)
        count, self.options, self.unit = head.number(), head.number(), head.number()
        self.time = head.signed() * 10**9
        nanoseconds = head.number()
        self.time += nanoseconds
        if count > 4096 or self.options > 511 or not 1 <= self.unit <= 10**9 or nanoseconds >= 10**9:
            raise Damage("the head")
        sizes = [head.number() for _ in COLUMNS]
        self.columns = {name: Column(head.take(size)) for name, size in zip(COLUMNS, sizes)}
        self.flows, self.forms, self.last, self.cut = [], [Form(b"")], None, INFINITE
        self.rows = [self.next_row() for _ in range(count)]
        every = [head, self.sums, *self.columns.values()]
        if any(column.at < len(column.data) for column in every):
            raise Damage("bytes are left")

    def next_row(self):
        kind = self.columns["row"].number()
        if kind == 0:
            type_number = self.columns["record"].number()
            return type_number, self.columns["record"].take(self.columns["record"].number())
        self.time += self.columns["time"].signed() * self.unit
        flow = self.flow_of(kind)
        length = self.fields(flow)
        if self.last:
            self.last.after = flow
        self.last = flow
        shape = flow.shape
        size = shape.size + (len(self.forms[flow.form].options) if shape.protocol == TCP else 0)
        return self.time, length, bytes(flow.header[:size]), shape.number

    def flow_of(self, kind):
        flow = None
        if kind == 1:
            flow = self.last and self.last.after
        elif kind == 2:
            flow = self.last and (self.last.reverse or self.add_reverse(self.last))
        elif kind == 3:
            flow = self.add()
        elif kind - 4 < len(self.flows):
            flow = self.flows[len(self.flows) - 1 - (kind - 4)]
        if not flow:
            raise Damage("no such flow")
        return flow

    def enter(self, flow):
        flow.link()
        self.flows.append(flow)
        return flow

    def add(self):
        shape = Shape(self.columns["flow"].byte())
        like = next((flow for flow in reversed(self.flows) if flow.shape.number == shape.number), None)
        flow = Flow(shape, like, None)
        header = flow.header
        header[: shape.ip_at] = self.columns["flow"].take(shape.ip_at)
        for place in (shape.source, shape.destination, *shape.ports):
            header[place] = self.columns["flow"].take(place.stop - place.start)
        if shape.version == 4:
            header[shape.ip_at] = 0x45
            header[shape.ip_at + 9] = self.columns["flow"].byte() if shape.is_other else shape.protocol
        elif shape.version == 6:
            header[shape.ip_at + 6] = shape.protocol
        same = [other for other in self.flows if other.shape.number == shape.number]
        if any(shape.key(other.header) == shape.key(header) for other in same):
            raise Damage("a flow is there already")
        (source, destination), protocol = shape.ends(header)
        for other in same:
            if shape.version == 0:
                is_reverse = shape.is_ethernet and (
                    crosswise(header[: shape.ip_at]) == other.header[: shape.ip_at]
                )
            else:
                is_reverse = shape.ends(other.header) == ([destination, source], protocol)
            if is_reverse and other.reverse is None:
                flow.reverse = other
                break
        return self.enter(flow)

    def add_reverse(self, of):
        shape = of.shape
        flow = Flow(shape, of, of)
        if shape.is_ethernet:
            flow.header[: shape.ip_at] = crosswise(of.header[: shape.ip_at])
        for a, b in ((shape.source, shape.destination), shape.ports):
            flow.header[a], flow.header[b] = of.header[b], of.header[a]
        return self.enter(flow)

    def fields(self, flow):
        shape, header = flow.shape, flow.header
        ip_at, at = shape.ip_at, shape.behind
        change = self.columns["change"].byte()
        if change >= 32:
            raise Damage("a bit of change that means nothing")
        if shape.version:
            put16(header, ip_at + (2 if shape.version == 4 else 4), self.columns["length"].number())
        wire_bytes = shape.wire_bytes(header)
        if shape.version == 4:
            step = (flow.step + self.columns["id"].signed()) & 0xFFFF
            put16(header, ip_at + 4, u16(header, ip_at + 4) + step)
            flow.step = step if step < 16 else 1
        size = shape.size
        if shape.protocol == TCP:
            size = self.tcp(flow, change, wire_bytes)
        elif shape.protocol == UDP:
            put16(header, at + 4, wire_bytes - at)
            header[at + 6 : at + 8] = self.sums.take(2)
        elif shape.protocol is not NONE:
            if shape.protocol == ICMP4:
                put16(header, at + 6, u16(header, at + 6) + 1 + self.columns["seq"].signed())
            header[at + 2 : at + 4] = self.sums.take(2)
        if change & 2:
            bits = self.columns["rest"].byte()
            for bit, place in enumerate(shape.habits):
                if bits >> bit & 1:
                    header[place] = self.columns["rest"].byte()
        if shape.version == 4:
            put16(header, ip_at + 10, 0)
            put16(header, ip_at + 10, checksum(header[ip_at : ip_at + 20]))
        if change & 4:
            header[ip_at + 10 : ip_at + 12] = self.columns["rest"].take(2)
        if change & 8:
            put16(header, at + 4, self.columns["rest"].number())
        if not change & 16:
            return min(max(wire_bytes, flow.padded), self.cut)
        length = self.columns["rest"].number()
        if not size <= length <= 1 << 24:
            raise Damage("the length of a packet")
        if length < wire_bytes:
            self.cut = length
        else:
            flow.padded = length if length > wire_bytes else 0
            if length > self.cut:
                self.cut = INFINITE
        return length

    def tcp(self, flow, change, wire_bytes):
        header, at = flow.header, flow.shape.behind
        options_at = at + 20
        form = self.forms[flow.form]
        value = echo = 0
        if form.stamp:
            value = u32(header, options_at + form.stamp)
            echo = u32(header, options_at + form.stamp + 4)
        theirs = self.forms[flow.reverse.form].stamp if flow.reverse else 0
        if theirs:
            echo = u32(flow.reverse.header, options_at + theirs)
        if change & 1:
            flow.form = self.read_form()
        form = self.forms[flow.form]
        end = options_at + len(form.options)
        header[options_at:end] = form.options
        if form.stamp:
            put32(header, options_at + form.stamp, value + self.columns["stamp"].signed())
            put32(header, options_at + form.stamp + 4, echo + self.columns["echo"].signed())
        flags = header[at + 13] = self.columns["flags"].byte()
        seq = flow.next_seq + self.columns["seq"].signed()
        ack = flow.reverse.next_seq if flow.reverse else u32(header, at + 8)
        put32(header, at + 4, seq)
        put32(header, at + 8, ack + self.columns["ack"].signed())
        flow.next_seq = (seq + wire_bytes - end + (1 if flags & 3 else 0)) & 0xFFFFFFFF
        put16(header, at + 14, u16(header, at + 14) + self.columns["window"].signed())
        header[at + 16 : at + 18] = self.sums.take(2)
        header[at + 12] = header[at + 12] & 15 | (end - at) // 4 << 4
        return end

    def read_form(self):
        number = self.columns["rest"].number()
        if number > len(self.forms):
            raise Damage("no such form")
        if number > 0:
            return number - 1
        length = self.columns["rest"].byte()
        if length > 40 or length % 4:
            raise Damage("the length of a form")
        if len(self.forms) == 256:
            self.forms.pop()
        self.forms.append(Form(self.columns["rest"].take(length)))
        return len(self.forms) - 1


def checksum(data):
    total = sum(u16(data, at) for at in range(0, len(data), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def check_batch(body, length, packets):
    """Compares a batch with the packets of which it was made; how many of them it has."""
    batch = Batch(body, length)
    taken = [packet for packet in packets if shape_of(packet[0], packet[1]) is not None]
    rows = [row for row in batch.rows if len(row) == 4]
    assert len(rows) == len(taken), f"{len(rows)} packets where {len(taken)} can be taken"
    for (packet, link_type, when), (time, size, header, shape) in zip(taken, rows):
        assert shape == shape_of(packet, link_type), f"shape {shape}"
        assert (time, size) == (when, len(packet)), f"{time}, {size} bytes for {when}"
        assert packet.startswith(header), f"{header.hex()} for {packet.hex()}"
    return len(rows)


def check_example(path):
    from worked_example import block_below

    with open(path, encoding="utf-8") as file:
        values = block_below(file.read(), "### Worked example of a compact batch\n")
    packets = []
    for name, packet in values.items():
        if match := re.fullmatch(r"packet \d+, (\d+)\.(\d{9})", name):
            packets.append((packet, 1, int(match[1]) * 10**9 + int(match[2])))
    data = b"".join(values[name] for name in ["head", *COLUMNS, "sums"])
    assert Batch(values["body"], len(data)).data == data
    assert struct.pack("<I", zlib.crc32(data)) == values["CRC-32"]
    check_batch(values["body"], len(data), packets)
    print(f"ok      worked example, compact batch: {len(values)} values of docs/protocol.md")


def check_batches(path):
    packets, seen, batches = [], 0, 0
    with open(path, encoding="ascii") as file:
        for line in file:
            kind, *rest, data = line.rstrip("\n").split(" ")
            if kind == "packet":
                link_type, seconds, nanoseconds = map(int, rest)
                packets.append((bytes.fromhex(data), link_type, seconds * 10**9 + nanoseconds))
            else:
                seen += check_batch(bytes.fromhex(data), int(rest[0]), packets)
                batches += 1
                packets = []
    assert batches > 0
    print(f"ok      compact batches: the headers of {seen} packets in {batches}")


if __name__ == "__main__":
    check_example(sys.argv[1])
    if len(sys.argv) > 2:
        check_batches(sys.argv[2])
