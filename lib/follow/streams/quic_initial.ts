/**
 * Initial packets of QUIC version 1 and 2, whose keys anybody can make who sees the client's first one.
 * RFC 9000, sections 17.2 and 19; RFC 9001, section 5; RFC 9369, section 3.
 */
import { u16, u32 } from "../../base/bytes/bytes.ts";
import { aesBlock, hkdfExpandLabel, hkdfExtract, openAesGcm } from "./crypto.ts";

/** What a version has of its own. */
interface Version {
  readonly salt: Uint8Array;
  /** In front of the labels of keys. */
  readonly label: string;
  /** Bits 4 and 5 of an Initial packet's first byte. */
  readonly initialType: number;
}

const VERSIONS: ReadonlyMap<number, Version> = new Map([
  [0x00000001, {
    salt: Uint8Array.fromHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
    label: "quic",
    initialType: 0,
  }],
  [0x6b3343cf, {
    salt: Uint8Array.fromHex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
    label: "quicv2",
    initialType: 1,
  }],
]);

const MAX_CONNECTION_ID_BYTES = 20;
/** The client's first datagrams are no shorter. */
const MIN_FIRST_BYTES = 1200;
/** What the header's mask is made of begins so far behind the packet number. RFC 9001, section 5.4.2. */
const SAMPLE_AT = 4;
const SAMPLE_BYTES = 16;
const SECRET_BYTES = 32;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;

/** A packet with a long header, where it lies in its datagram. */
export interface LongPacket {
  readonly version: number;
  readonly isInitial: boolean;
  readonly destination: Uint8Array;
  readonly at: number;
  /** Where the packet number is, which is hidden. */
  readonly numberAt: number;
  readonly end: number;
}

/** What opens the Initial packets of one side. */
export interface PacketKeys {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly mask: Uint8Array;
}

/** A piece of what is said in the handshake. */
export interface CryptoPiece {
  readonly offset: number;
  readonly data: Uint8Array;
}

/**
 * Whether a datagram may be the client's first one: its packet is an Initial one of a version that is
 * read here, or of one that the server may refuse. RFC 9000, sections 6 and 14.1.
 */
export function mayBeQuic(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 7 || bytes[at]! < 0xc0) return false;
  const version = VERSIONS.get(u32(bytes, at + 1));
  if (version === undefined) {
    return end - at >= MIN_FIRST_BYTES && bytes[at + 5]! <= MAX_CONNECTION_ID_BYTES;
  }
  return ((bytes[at]! >> 4) & 3) === version.initialType;
}

/** The packet with a long header at `at`; undefined where there is none of a known version. */
export function parseLongPacket(
  bytes: Uint8Array,
  at: number,
  end: number,
): LongPacket | undefined {
  if (end - at < 7 || bytes[at]! < 0xc0) return undefined;
  const number = u32(bytes, at + 1);
  const version = VERSIONS.get(number);
  if (version === undefined) return undefined;
  const isInitial = ((bytes[at]! >> 4) & 3) === version.initialType;
  const destinationAt = at + 6;
  const destinationEnd = destinationAt + bytes[at + 5]!;
  if (bytes[at + 5]! > MAX_CONNECTION_ID_BYTES || destinationEnd >= end) return undefined;
  const from = new Varints(bytes, destinationEnd + 1 + bytes[destinationEnd]!, end);
  if (isInitial) from.skip(from.next());
  const length = from.next();
  if (from.hasFailed || length > end - from.at) return undefined;
  return {
    version: number,
    isInitial,
    destination: bytes.subarray(destinationAt, destinationEnd),
    at,
    numberAt: from.at,
    end: from.at + length,
  };
}

/** The keys of one side, out of the destination of the client's first Initial packet. */
export function initialKeys(
  number: number,
  destination: Uint8Array,
  side: "client" | "server",
): PacketKeys {
  const { salt, label } = VERSIONS.get(number)!;
  const secret = hkdfExpandLabel(hkdfExtract(salt, destination), `${side} in`, SECRET_BYTES);
  return {
    key: hkdfExpandLabel(secret, `${label} key`, KEY_BYTES),
    nonce: hkdfExpandLabel(secret, `${label} iv`, NONCE_BYTES),
    mask: hkdfExpandLabel(secret, `${label} hp`, KEY_BYTES),
  };
}

/** The frames of an Initial packet; undefined when the keys are not its own. */
export function openInitial(
  { key, nonce, mask }: PacketKeys,
  bytes: Uint8Array,
  { at, numberAt, end }: LongPacket,
): Uint8Array | undefined {
  const sampleAt = numberAt + SAMPLE_AT;
  if (sampleAt + SAMPLE_BYTES > end) return undefined;
  const bits = aesBlock(mask, bytes.subarray(sampleAt, sampleAt + SAMPLE_BYTES));
  const first = bytes[at]! ^ (bits[0]! & 0x0f);
  const numberBytes = 1 + (first & 3);
  const header = bytes.slice(at, numberAt + numberBytes);
  header[0] = first;
  const own = nonce.slice();
  for (let index = 0; index < numberBytes; index++) {
    const number = header[numberAt - at + index]! ^ bits[1 + index]!;
    header[numberAt - at + index] = number;
    own[NONCE_BYTES - numberBytes + index]! ^= number;
  }
  return openAesGcm(key, own, header, bytes.subarray(numberAt + numberBytes, end));
}

/** What frames carry of the handshake; those that an Initial packet may not have end it. */
export function cryptoPieces(frames: Uint8Array): CryptoPiece[] {
  const pieces: CryptoPiece[] = [];
  const from = new Varints(frames, 0, frames.length);
  while (from.at < frames.length && !from.hasFailed) {
    while (frames[from.at] === PADDING) from.at++; // most of a client's first packet
    if (from.at >= frames.length) break;
    const type = from.next();
    if (type === PADDING || type === PING) continue;
    if (type === ACK || type === ACK_ECN) {
      from.next();
      from.next();
      let ranges = from.next();
      for (from.next(); ranges > 0 && !from.hasFailed; ranges--) {
        from.next();
        from.next();
      }
      for (let counts = type === ACK_ECN ? 3 : 0; counts > 0; counts--) from.next();
      continue;
    }
    if (type !== CRYPTO) break;
    const offset = from.next();
    const length = from.next();
    const dataAt = from.at;
    from.skip(length);
    if (!from.hasFailed) pieces.push({ offset, data: frames.subarray(dataAt, dataAt + length) });
  }
  return pieces;
}

/** Integers of variable length. RFC 9000, section 16. What is not there is 0, and `hasFailed`. */
class Varints {
  hasFailed = false;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly end: number,
  ) {}

  next(): number {
    const { bytes, at } = this;
    if (this.hasFailed || at >= this.end) return this.#fail();
    const length = 1 << (bytes[at]! >> 6);
    if (at + length > this.end) return this.#fail();
    this.at += length;
    switch (length) {
      case 1:
        return bytes[at]! & 0x3f;
      case 2:
        return u16(bytes, at) & 0x3fff;
      case 4:
        return u32(bytes, at) & 0x3fffffff;
      default:
        return (u32(bytes, at) & 0x3fffffff) * 2 ** 32 + u32(bytes, at + 4);
    }
  }

  skip(count: number): void {
    if (count > this.end - this.at) this.#fail();
    else this.at += count;
  }

  #fail(): number {
    this.hasFailed = true;
    return 0;
  }
}
