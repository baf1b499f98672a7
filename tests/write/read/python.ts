/** Python as the independent reader and writer of files. */
import { piped } from "../../piped.ts";

/** `get()` reads standard input, `put(b)` writes standard output. */
const PRELUDE = `
import sys
get = sys.stdin.buffer.read
put = sys.stdout.buffer.write
`;

/** Runs a script with `input` and gives what it puts out; throws when it fails. */
export async function runPython(
  script: string,
  input: Uint8Array = new Uint8Array(0),
  ...args: string[]
): Promise<Uint8Array> {
  return await piped("python3", ["-c", PRELUDE + script, ...args], input);
}

/** A record file as Python sees it. Numbers above 2^53 are text. */
export interface PythonView {
  /** The fields of the `Header` record. */
  readonly header: {
    readonly Created: string;
    readonly InputSource: string;
    readonly Type: number;
    readonly Version: string;
    readonly ContainsPayloads: boolean;
  };
  readonly members: readonly {
    readonly bytes: number;
    readonly reason: number;
    readonly session: string;
    readonly sequence: string;
    readonly count: number;
    readonly firstTime: string;
    readonly lastTime: string;
    readonly arrival: string;
    readonly settled: string;
  }[];
  /** All records behind the header, as hex digits. */
  readonly records: readonly string[];
}

/**
 * Reads a record file of ours by Python's gzip, struct and hashlib alone; fails unless every member
 * is as its header says and the file as a whole is gzip.
 */
export async function readByPython(path: string): Promise<PythonView> {
  return JSON.parse(new TextDecoder().decode(await runPython(READER, undefined, path)));
}

const READER = `
import gzip, hashlib, json, struct, zlib

def records(data):
    at = 0
    while at < len(data):
        length = shift = 0
        while True:
            byte = data[at]; at += 1
            length |= (byte & 127) << shift; shift += 7
            if byte < 128: break
        assert at + length <= len(data), "record cut short"
        yield data[at:at + length]
        at += length

def fields(message):
    at = 0
    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]; at += 1
            value |= (byte & 127) << shift; shift += 7
            if byte < 128: return value
    found = {}
    while at < len(message):
        tag = varint()
        if tag & 7 == 0: found[tag >> 3] = varint()
        else:
            assert tag & 7 == 2
            length = varint()
            found[tag >> 3] = message[at:at + length].decode(); at += length
    return found

data = open(sys.argv[1], "rb").read()
members, at, unpacked = [], 0, b""
while at < len(data):
    version = data[at + 16]
    size = {1: 72, 2: 76}[version]
    start = bytes.fromhex("1f8b08040000000000ff") + struct.pack("<H2sH", size + 4, b"FC", size)
    assert data[at:at + 16] == start
    payload = data[at + 16:at + 16 + size]
    (reason, part, parts, length, session, sequence, count, first, last, arrival, digest,
     settled) = struct.unpack_from("<BBBIQQIqqq8sQ", payload, 1)
    assert struct.unpack_from("<I", payload, size - 4)[0] == zlib.crc32(payload[:-4])
    body = gzip.decompress(data[at:at + length])
    if version == 1:
        assert part == parts == 0
        assert hashlib.sha256(body).digest()[:8] == digest or (reason and not body)
    else: assert 1 <= part <= parts
    minute = struct.unpack_from("<I", payload, 68)[0] if version == 2 else 0
    if version == 1: pass
    elif not sequence: assert (digest, minute) == (bytes(8), 0)
    elif not reason and parts == 1:
        assert hashlib.sha256(data[at + 92:at + length - 8]).digest()[:8] == digest
    else: assert any(digest) and (not reason or not body)
    assert len(list(records(body))) == (count if at else 1)
    assert count > 0 or at == 0 or reason or (session and not sequence)
    members.append(dict(bytes=length, reason=reason, session=str(session), sequence=str(sequence),
        count=count, firstTime=str(first), lastTime=str(last), arrival=str(arrival), settled=str(settled)))
    unpacked += body
    at += length
assert gzip.decompress(data) == unpacked
header, *rest = records(unpacked)
found = fields(header)
put(json.dumps(dict(members=members, records=[r.hex() for r in rest], header=dict(
    Created=str(found.get(1, 0)), InputSource=found.get(2, ""), Type=found.get(3, 0),
    Version=found.get(4, ""), ContainsPayloads=bool(found.get(5, 0))))).encode())
`;
