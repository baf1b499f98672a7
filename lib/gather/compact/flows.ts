/**
 * What both ends of a compact batch remember of its flows, one direction each: the last header, and
 * what the next is expected to be. Writer and reader do the same to it, packet by packet; this is the
 * writer's, the reader's is in `kernel/flows.ts`.
 */
import { bits32, u16 } from "../../base/bytes/bytes.ts";
import { TCP } from "../../decode/taken_headers.ts";
import { MAX_HEADER_BYTES, OTHER, type Shape, SHAPES } from "./headers.ts";
import { LAST_FORM, OptionForms } from "./option_forms.ts";

/** Packets and records of a batch, and so its flows at most. */
export const MAX_ROWS = 4096;
const HASH_SLOTS = 4 * MAX_ROWS;
export const NO_FLOW = -1;

const UNCUT = 2 ** 31 - 1;
/** Steps of an IPv4 identification that are expected again; others are taken for chance. */
const MAX_STEP = 16;

const FIN_OR_SYN = 0x03;
/** Version 4, header of 5 words. */
const IPV4_WITHOUT_OPTIONS = 0x45;

export class Flows {
  /** The last header of flow `f` begins at `f * MAX_HEADER_BYTES`. */
  readonly headers = new Uint8Array(MAX_ROWS * MAX_HEADER_BYTES);
  readonly #shapes = new Uint8Array(MAX_ROWS);
  readonly #reverse = new Int16Array(MAX_ROWS);
  /** Which flow came after this one the last time. */
  readonly #after = new Int16Array(MAX_ROWS);
  /** TCP's next sequence number, if nothing is lost. */
  readonly #nextSeq = new Int32Array(MAX_ROWS);
  readonly #idStep = new Uint8Array(MAX_ROWS);
  /** Length of frames that are padded. */
  readonly #padded = new Int32Array(MAX_ROWS);
  readonly #options = new Uint8Array(MAX_ROWS);
  /** The forms of options that there are. */
  readonly forms = new OptionForms();
  /** Flows by hash, plus 1. */
  readonly #slots = new Int16Array(HASH_SLOTS);
  readonly #lastOfShape = new Int16Array(SHAPES);
  /** How many bytes cut packets have. */
  #cutAt = UNCUT;
  count = 0;
  /** The flow of the packet before. */
  last = NO_FLOW;

  /** Forgets everything. */
  clear(): void {
    this.#slots.fill(0);
    this.#lastOfShape.fill(NO_FLOW);
    this.forms.clear();
    this.#cutAt = UNCUT;
    this.count = 0;
    this.last = NO_FLOW;
  }

  /** The other direction of `flow`, or none yet. */
  reverseOf(flow: number): number {
    return flow === NO_FLOW ? NO_FLOW : this.#reverse[flow]!;
  }

  /** The flow that is expected behind the last packet's. */
  get expected(): number {
    return this.last === NO_FLOW ? NO_FLOW : this.#after[this.last]!;
  }

  /** Makes `flow` that of the last packet. */
  pass(flow: number): void {
    if (this.last !== NO_FLOW) this.#after[this.last] = flow;
    this.last = flow;
  }

  /** The flow to which a packet of `shape` at `bytes[at]` belongs. */
  find(shape: Shape, bytes: Uint8Array, at: number): number {
    for (let slot = hashOf(shape, bytes, at, false);; slot = (slot + 1) % HASH_SLOTS) {
      const flow = this.#slots[slot]! - 1;
      if (flow < 0) return NO_FLOW;
      if (this.#is(flow, shape, bytes, at, false)) return flow;
    }
  }

  /** Whether a packet of `shape` at `bytes[at]` goes the other way of `flow`, link header included. */
  isReverse(flow: number, shape: Shape, bytes: Uint8Array, at: number): boolean {
    if (!this.#is(flow, shape, bytes, at, true)) return false;
    const from = flow * MAX_HEADER_BYTES;
    const macs = shape.isEthernet ? 12 : 0;
    for (let i = 0; i < shape.linkBytes; i++) {
      const other = i < macs ? (i + 6) % 12 : i;
      if (bytes[at + i] !== this.headers[from + other]) return false;
    }
    return true;
  }

  /**
   * Adds the flow of a packet whose key (link header, addresses, ports) is at `bytes[at]`. Its other
   * fields are those of the last packet of this shape.
   */
  add(shape: Shape, bytes: Uint8Array, at: number): number {
    const to = this.count * MAX_HEADER_BYTES;
    const like = this.#lastOfShape[shape.number]!;
    if (like === NO_FLOW) this.headers.fill(0, to, to + MAX_HEADER_BYTES);
    else this.#copyHeader(like, to);
    for (let i = 0; i < shape.linkBytes; i++) this.headers[to + i] = bytes[at + i]!;
    const { addressesAt, protocolAt, portBytes } = shape;
    const addressesEnd = addressesAt + 2 * shape.addressBytes;
    for (let i = addressesAt; i < addressesEnd; i++) this.headers[to + i] = bytes[at + i]!;
    for (let i = protocolAt; i < protocolAt + portBytes; i++) {
      this.headers[to + i] = bytes[at + i]!;
    }
    if (shape.ipVersion === 4) {
      this.headers[to + shape.linkBytes] = IPV4_WITHOUT_OPTIONS;
      const other = bytes[at + shape.linkBytes + 9]!;
      this.headers[to + shape.linkBytes + 9] = shape.protocol === OTHER ? other : shape.protocol;
    } else if (shape.ipVersion === 6) {
      this.headers[to + shape.linkBytes + 6] = shape.protocol;
    }
    return this.#enter(shape, like, this.#findReverse(shape, to));
  }

  /** Adds the other direction of `flow`, which there is not yet. */
  addReverse(shape: Shape, flow: number): number {
    const from = flow * MAX_HEADER_BYTES;
    const to = this.count * MAX_HEADER_BYTES;
    this.#copyHeader(flow, to);
    if (shape.isEthernet) {
      this.headers.copyWithin(to, from + 6, from + 12);
      this.headers.copyWithin(to + 6, from, from + 6);
    }
    const { addressesAt, addressBytes, protocolAt } = shape;
    this.#swap(from + addressesAt, to + addressesAt, addressBytes);
    if (shape.portBytes > 0) this.#swap(from + protocolAt, to + protocolAt, 2);
    return this.#enter(shape, flow, flow);
  }

  #swap(from: number, to: number, bytes: number): void {
    this.headers.copyWithin(to, from + bytes, from + 2 * bytes);
    this.headers.copyWithin(to + bytes, from, from + bytes);
  }

  #copyHeader(flow: number, to: number): void {
    const from = flow * MAX_HEADER_BYTES;
    this.headers.copyWithin(to, from, from + MAX_HEADER_BYTES);
  }

  /** @param like A flow whose habits the new one may have. */
  #enter(shape: Shape, like: number, reverse: number): number {
    const flow = this.count++;
    this.#shapes[flow] = shape.number;
    this.#after[flow] = NO_FLOW;
    this.#reverse[flow] = reverse;
    this.#idStep[flow] = 1;
    this.#padded[flow] = like === NO_FLOW ? 0 : this.#padded[like]!;
    this.#options[flow] = like === NO_FLOW ? 0 : this.#options[like]!;
    this.#nextSeq[flow] = 0;
    if (reverse !== NO_FLOW) {
      this.#reverse[reverse] = flow;
      const ackAt = reverse * MAX_HEADER_BYTES + shape.protocolAt + 8;
      if (shape.protocol === TCP) this.#nextSeq[flow] = bits32(this.headers, ackAt);
    }
    this.#lastOfShape[shape.number] = flow;
    let slot = hashOf(shape, this.headers, flow * MAX_HEADER_BYTES, false);
    while (this.#slots[slot] !== 0) slot = (slot + 1) % HASH_SLOTS;
    this.#slots[slot] = flow + 1;
    return flow;
  }

  #findReverse(shape: Shape, at: number): number {
    for (let slot = hashOf(shape, this.headers, at, true);; slot = (slot + 1) % HASH_SLOTS) {
      const flow = this.#slots[slot]! - 1;
      if (flow < 0) return NO_FLOW;
      // Without addresses, those of the link are all that tells the two directions apart.
      const isOther = shape.addressBytes > 0
        ? this.#is(flow, shape, this.headers, at, true)
        : this.isReverse(flow, shape, this.headers, at);
      if (isOther && this.#reverse[flow] === NO_FLOW) return flow;
    }
  }

  /** Whether `flow` has the key at `bytes[at]`; swapped, that of the other direction. */
  #is(flow: number, shape: Shape, bytes: Uint8Array, at: number, swapped: boolean): boolean {
    if (this.#shapes[flow] !== shape.number) return false;
    const from = flow * MAX_HEADER_BYTES;
    const { headers } = this;
    if (!swapped) {
      for (let i = 0; i < shape.linkBytes; i++) {
        if (headers[from + i] !== bytes[at + i]) return false;
      }
    }
    const { addressesAt, protocolAt, addressBytes } = shape;
    return isKey(headers, from + addressesAt, bytes, at + addressesAt, addressBytes, swapped) &&
      (shape.portBytes === 0 ||
        isKey(headers, from + protocolAt, bytes, at + protocolAt, 2, swapped)) &&
      (shape.protocol !== OTHER || isSameProtocol(shape, headers, from, bytes, at));
  }

  /** How many bytes of a packet of `wireBytes` are expected to be there. */
  expectedFrame(flow: number, wireBytes: number): number {
    return Math.min(Math.max(wireBytes, this.#padded[flow]!), this.#cutAt);
  }

  /** Learns from a packet that was not as expected. */
  learnFrame(flow: number, wireBytes: number, frameBytes: number): void {
    if (frameBytes < wireBytes) {
      this.#cutAt = frameBytes;
    } else {
      this.#padded[flow] = frameBytes > wireBytes ? frameBytes : 0;
      if (frameBytes > this.#cutAt) this.#cutAt = UNCUT;
    }
  }

  /** What is added to the identification of the flow's last packet. */
  idStep(flow: number): number {
    return this.#idStep[flow]!;
  }

  /** Learns how far the identification went. */
  learnIdStep(flow: number, step: number): void {
    this.#idStep[flow] = step < MAX_STEP ? step : 1;
  }

  expectedSeq(flow: number): number {
    return this.#nextSeq[flow]!;
  }

  /** Learns from a segment of TCP. */
  learnSeq(flow: number, seq: number, payloadBytes: number, flags: number): void {
    const flagBytes = (flags & FIN_OR_SYN) !== 0 ? 1 : 0;
    this.#nextSeq[flow] = seq + payloadBytes + flagBytes;
  }

  /** The acknowledgement that is expected: what the other direction has sent. */
  expectedAck(flow: number, shape: Shape): number {
    const reverse = this.#reverse[flow]!;
    return reverse !== NO_FLOW
      ? this.#nextSeq[reverse]!
      : bits32(this.headers, flow * MAX_HEADER_BYTES + shape.protocolAt + 8);
  }

  /** The timestamp echo that is expected: what the other direction has sent. */
  expectedEcho(flow: number, shape: Shape): number {
    const reverse = this.#reverse[flow]!;
    const optionsAt = shape.protocolAt + 20;
    const reverseStampAt = reverse === NO_FLOW ? 0 : this.forms.stampAt(this.#options[reverse]!);
    if (reverseStampAt > 0) {
      return bits32(this.headers, reverse * MAX_HEADER_BYTES + optionsAt + reverseStampAt);
    }
    const stampAt = this.forms.stampAt(this.#options[flow]!);
    if (stampAt === 0) return 0;
    return bits32(this.headers, flow * MAX_HEADER_BYTES + optionsAt + stampAt + 4);
  }

  /** Number of the form of the flow's last options. */
  optionsOf(flow: number): number {
    return this.#options[flow]!;
  }

  /** Gives the flow options of that form. */
  setForm(flow: number, form: number, optionsAt: number): void {
    // What has the last form's number may be of the one that was there before.
    if (this.#options[flow] === form && form !== LAST_FORM) return;
    this.#options[flow] = form;
    this.forms.copy(form, this.headers, flow * MAX_HEADER_BYTES + optionsAt);
  }
}

/** Whether two IPv4 headers have the same protocol, or there are none. */
function isSameProtocol(
  { ipVersion, linkBytes }: Shape,
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
): boolean {
  return ipVersion === 0 || a[aAt + linkBytes + 9] === b[bAt + linkBytes + 9];
}

/** Whether two pairs of `bytes` long values are the same, or the same crosswise. */
function isKey(
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
  bytes: number,
  swapped: boolean,
): boolean {
  const first = swapped ? bAt + bytes : bAt;
  const second = swapped ? bAt : bAt + bytes;
  for (let i = 0; i < bytes; i++) {
    if (a[aAt + i] !== b[first + i] || a[aAt + bytes + i] !== b[second + i]) return false;
  }
  return true;
}

/** Of the link header; of Ethernet's, of both its ends together, whichever way the frame goes. */
function linkHash({ isEthernet, linkBytes }: Shape, bytes: Uint8Array, at: number): number {
  const end = at + linkBytes;
  if (!isEthernet) return bytesHash(bytes, at, end, 0);
  const ends = bytesHash(bytes, at, at + 6, 0) + bytesHash(bytes, at + 6, at + 12, 0);
  return bytesHash(bytes, at + 12, end, ends);
}

/** FNV-1a, but for what it begins with. */
function bytesHash(bytes: Uint8Array, at: number, end: number, hash: number): number {
  while (at < end) hash = Math.imul(hash ^ bytes[at++]!, 0x01000193);
  return hash;
}

function hashOf(shape: Shape, bytes: Uint8Array, at: number, swapped: boolean): number {
  const { addressesAt, addressBytes, protocolAt, portBytes } = shape;
  const sources = at + addressesAt + (swapped ? addressBytes : 0);
  const destinations = at + addressesAt + (swapped ? 0 : addressBytes);
  let hash = addressBytes === 0 ? linkHash(shape, bytes, at) : shape.number;
  for (let i = addressBytes - 4; i >= 0; i -= 4) {
    hash = Math.imul(hash ^ bits32(bytes, sources + i), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ bits32(bytes, destinations + i), 0x85ebca6b);
  }
  if (portBytes > 0) {
    const source = u16(bytes, at + protocolAt + (swapped ? 2 : 0));
    const destination = u16(bytes, at + protocolAt + (swapped ? 0 : 2));
    hash = Math.imul(hash ^ (hash >>> 13) ^ source ^ (destination << 16), 0xc2b2ae35);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % HASH_SLOTS;
}
