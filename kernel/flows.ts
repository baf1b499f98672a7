/**
 * What both ends of a compact batch remember of its flows, one direction each: the last header, and what
 * the next is expected to be. Writer and reader do the same to it, packet by packet. Besides, for the
 * reader, what the records of a flow have in common.
 */
import { bits32At } from "./bytes.ts";
import { flowSlot, HASH_SLOTS, keySlot, wordsHash } from "./flow_hash.ts";
import { copyForm, formStampAt, LAST_FORM } from "./option_forms.ts";
import { OTHER, Shape, SHAPES, TCP } from "./shapes.ts";

/** Packets and records of a batch, and so its flows at most. */
export const MAX_ROWS: i32 = 4096;
export const NO_FLOW: i32 = -1;
/** Of a key, which has 8 bytes. */
const KEY_SHIFT: usize = 3;
const UNCUT: i32 = 0x7fffffff;
/** Steps of an IPv4 identification that are expected again; others are taken for chance. */
const MAX_STEP: i32 = 16;
const FIN_OR_SYN: i32 = 0x03;
const HEADER_BYTES: usize = 128;
/** Version 4, header of 5 words. */
const IPV4_WITHOUT_OPTIONS: u8 = 0x45;

@unmanaged
export class Flow {
  shape: u8 = 0;
  idStep: u8 = 0;
  /** Number of the form of its last options. */
  form: u8 = 0;
  /** Whether its texts are made, and the lengths of these. */
  hasTexts: bool = false;
  linkTextBytes: u8 = 0;
  ipTextBytes: u8 = 0;
  transportTextBytes: u8 = 0;
  /** The other direction, or none yet. */
  reverse: i16 = 0;
  /** The flow that came after this one the last time. */
  after: i16 = 0;
  /** The next flow with these addresses and ports, whatever its link header. */
  next: i16 = 0;
  /** TCP's next sequence number, if nothing is lost. */
  nextSeq: i32 = 0;
  /** Length of frames that are padded. */
  padded: i32 = 0;
  /** The numbers of its last records of IP and behind it, from 1; 0: none. */
  lastIp: u32 = 0;
  lastTransport: u32 = 0;
  /** Of the link header's addresses, and of those of IP. */
  linkHash: u16 = 0;
  addressHash: u16 = 0;

  /** The last header, 128 bytes. */
  get header(): usize {
    return changetype<usize>(this) + HEADER_AT;
  }

  /** What all its Ethernet records have behind the time, at most 48 bytes. */
  get linkText(): usize {
    return changetype<usize>(this) + HEADER_AT + HEADER_BYTES;
  }

  /** The addresses in its records of IP, at most {@linkcode TEXT_BYTES}. */
  get ipText(): usize {
    return changetype<usize>(this) + HEADER_AT + HEADER_BYTES + LINK_TEXT_BYTES;
  }

  /** Those in its records of what IP carries. */
  get transportText(): usize {
    return changetype<usize>(this) + HEADER_AT + HEADER_BYTES + LINK_TEXT_BYTES + TEXT_BYTES;
  }
}

/** Two addresses of 39 characters, with a tag of two bytes and the length in front of each. */
export const TEXT_BYTES: usize = 96;
const LINK_TEXT_BYTES: usize = 48;
const HEADER_AT: usize = 48;
const FLOW_BYTES: usize = HEADER_AT + HEADER_BYTES + LINK_TEXT_BYTES + 2 * TEXT_BYTES;
const TABLE: usize = memory.data(4096 * 416, 16);
/** Flows by hash, plus 1. */
const SLOTS: usize = memory.data(2 * 4096 * 2, 16);
/** {@linkcode Key}s by hash. */
const KEYS: usize = memory.data(2 * 4096 * 8, 16);
const LAST_OF_SHAPE: usize = memory.data(128 * 2);

/**
 * Addresses and ports, and the flows that have them, by number: with other link headers there may be many, and
 * who looks for the other direction wants the first that has none yet.
 */
@unmanaged
class Key {
  /** One that has them, plus 1; 0 for an empty slot. */
  like: u16 = 0;
  /** The first that may have no other direction; none where all have one. */
  first: i16 = 0;
  /** The one that came last. */
  last: i16 = 0;
}

/** How many flows there are. */
export let flows: i32 = 0;
/** The flow of the packet before. */
export let last: i32 = NO_FLOW;
/** How many bytes cut packets have. */
let cutAt: i32 = UNCUT;

/** Forgets everything. */
export function clearFlows(): void {
  memory.fill(KEYS, 0, HASH_SLOTS << KEY_SHIFT);
  memory.fill(SLOTS, 0, HASH_SLOTS * 2);
  memory.fill(LAST_OF_SHAPE, 0xff, SHAPES * 2);
  cutAt = UNCUT;
  flows = 0;
  last = NO_FLOW;
}

export function flowOf(number: i32): Flow {
  return changetype<Flow>(TABLE + <usize> number * FLOW_BYTES);
}

/** The flow that is expected behind the last packet's. */
export function expectedFlow(): i32 {
  return last === NO_FLOW ? NO_FLOW : flowOf(last).after;
}

/** Makes it the flow of the last packet. */
export function pass(number: i32): void {
  if (last !== NO_FLOW) flowOf(last).after = <i16> number;
  last = number;
}

/** The flow to which a packet of `shape` at `at` belongs. */
export function findFlow(shape: Shape, at: usize): i32 {
  let slot = flowSlot(shape, at);
  while (true) {
    const number = <i32> load<i16>(SLOTS + 2 * slot) - 1;
    if (number < 0 || isOf(flowOf(number), shape, at)) return number;
    slot = (slot + 1) % HASH_SLOTS;
  }
}

/**
 * Adds the flow of a packet whose key (link header, addresses, ports) is at `at`. Its other fields are
 * those of the last packet of this shape.
 */
export function addFlow(shape: Shape, at: usize): i32 {
  const to = flowOf(flows).header;
  const like = <i32> load<i16>(LAST_OF_SHAPE + 2 * <usize> shape.number);
  if (like === NO_FLOW) memory.fill(to, 0, HEADER_BYTES);
  else memory.copy(to, flowOf(like).header, HEADER_BYTES);
  memory.copy(to, at, shape.linkBytes);
  memory.copy(to + shape.addressesAt, at + shape.addressesAt, 2 * shape.addressBytes);
  memory.copy(to + shape.protocolAt, at + shape.protocolAt, shape.portBytes);
  const ipAt = to + shape.linkBytes;
  if (shape.ipVersion === 4) {
    store<u8>(ipAt, IPV4_WITHOUT_OPTIONS);
    const other = load<u8>(at + shape.linkBytes + 9);
    store<u8>(ipAt + 9, shape.protocol === OTHER ? other : <u8> shape.protocol);
  } else if (shape.ipVersion === 6) {
    store<u8>(ipAt + 6, <u8> shape.protocol);
  }
  return enter(shape, like, findReverse(shape, to));
}

/** Adds the other direction of a flow, which there is not yet. */
export function addReverse(shape: Shape, number: i32): i32 {
  const from = flowOf(number).header;
  const to = flowOf(flows).header;
  memory.copy(to, from, HEADER_BYTES);
  if (shape.isEthernet) copySwapped(from, to, 6);
  copySwapped(from + shape.addressesAt, to + shape.addressesAt, shape.addressBytes);
  if (shape.portBytes > 0) copySwapped(from + shape.protocolAt, to + shape.protocolAt, 2);
  return enter(shape, number, number);
}

function copySwapped(from: usize, to: usize, bytes: i32): void {
  memory.copy(to, from + bytes, bytes);
  memory.copy(to + bytes, from, bytes);
}

/** @param like A flow whose habits the new one may have. */
function enter(shape: Shape, like: i32, reverse: i32): i32 {
  const number = flows++;
  const flow = flowOf(number);
  flow.shape = shape.number;
  flow.idStep = 1;
  flow.form = like === NO_FLOW ? 0 : flowOf(like).form;
  flow.hasTexts = false;
  flow.reverse = <i16> reverse;
  flow.after = <i16> NO_FLOW;
  flow.nextSeq = 0;
  flow.padded = like === NO_FLOW ? 0 : flowOf(like).padded;
  flow.lastIp = 0;
  flow.lastTransport = 0;
  if (reverse !== NO_FLOW) {
    const other = flowOf(reverse);
    other.reverse = <i16> number;
    if (shape.protocol === TCP) flow.nextSeq = bits32At(other.header + shape.protocolAt + 8);
  }
  flow.linkHash = wordsHash(flow.header, 12);
  flow.addressHash = wordsHash(flow.header + shape.addressesAt, 2 * shape.addressBytes);
  store<i16>(LAST_OF_SHAPE + 2 * <usize> shape.number, <i16> number);
  let slot = flowSlot(shape, flow.header);
  while (load<i16>(SLOTS + 2 * slot) !== 0) slot = (slot + 1) % HASH_SLOTS;
  store<i16>(SLOTS + 2 * slot, <i16> (number + 1));
  enterKey(flow, shape, number);
  return number;
}

function enterKey(flow: Flow, shape: Shape, number: i32): void {
  const key = keyOf(shape, flow.header, false);
  flow.next = <i16> NO_FLOW;
  if (key.like === 0) {
    key.like = <u16> (number + 1);
    key.first = <i16> number;
  } else if (key.first === NO_FLOW) {
    key.first = <i16> number;
  } else {
    flowOf(key.last).next = <i16> number;
  }
  key.last = <i16> number;
}

function findReverse(shape: Shape, at: usize): i32 {
  const key = keyOf(shape, at, true);
  if (key.like === 0) return NO_FLOW;
  while (key.first !== NO_FLOW && flowOf(key.first).reverse !== NO_FLOW) {
    key.first = flowOf(key.first).next;
  }
  return key.first;
}

/** The key of a packet, or, swapped, of the other direction; an empty one when there is none. */
function keyOf(shape: Shape, at: usize, swapped: bool): Key {
  let slot = keySlot(shape, at, swapped);
  while (true) {
    const key = changetype<Key>(KEYS + (<usize> slot << KEY_SHIFT));
    if (key.like === 0 || isKey(flowOf(<i32> key.like - 1), shape, at, swapped)) return key;
    slot = (slot + 1) % HASH_SLOTS;
  }
}

/** Whether a packet of `shape` at `at` goes the other way of `flow`, link header included. */
export function isReverse(flow: Flow, shape: Shape, at: usize): bool {
  return isKey(flow, shape, at, true) && isLink(flow, shape, at, true);
}

/** Whether `flow` is that of a packet of `shape` at `at`. */
function isOf(flow: Flow, shape: Shape, at: usize): bool {
  return isKey(flow, shape, at, false) && isLink(flow, shape, at, false);
}

/** Whether `flow` has the addresses and ports at `at`; swapped, those of the other direction. */
function isKey(flow: Flow, shape: Shape, at: usize, swapped: bool): bool {
  if (flow.shape !== shape.number) return false;
  const from = flow.header;
  const addressesAt = shape.addressesAt;
  const protocolAt = shape.protocolAt;
  // Without addresses, those of the link are all that tells flows apart.
  if (shape.addressBytes === 0) return isLink(flow, shape, at, swapped);
  if (!isPair(from + addressesAt, at + addressesAt, shape.addressBytes, swapped)) return false;
  if (shape.portBytes > 0 && !isPair(from + protocolAt, at + protocolAt, 2, swapped)) return false;
  if (shape.protocol !== OTHER) return true;
  return load<u8>(from + shape.linkBytes + 9) === load<u8>(at + shape.linkBytes + 9);
}

/** The same of the link header; a cooked one does not tell where it goes. */
function isLink(flow: Flow, shape: Shape, at: usize, swapped: bool): bool {
  if (!swapped || !shape.isEthernet) return isSame(flow.header, at, shape.linkBytes);
  return isPair(flow.header, at, 6, true) &&
    isSame(flow.header + 12, at + 12, shape.linkBytes - 12);
}

function isSame(a: usize, b: usize, bytes: i32): bool {
  while (bytes >= 8) {
    if (load<u64>(a) !== load<u64>(b)) return false;
    a += 8;
    b += 8;
    bytes -= 8;
  }
  if ((bytes & 4) !== 0) {
    if (load<u32>(a) !== load<u32>(b)) return false;
    a += 4;
    b += 4;
  }
  if ((bytes & 2) !== 0) {
    if (load<u16>(a) !== load<u16>(b)) return false;
    a += 2;
    b += 2;
  }
  return (bytes & 1) === 0 || load<u8>(a) === load<u8>(b);
}

/** Whether two pairs of `bytes` long values are the same, or the same crosswise. */
function isPair(a: usize, b: usize, bytes: i32, swapped: bool): bool {
  const first = swapped ? b + bytes : b;
  const second = swapped ? b : b + bytes;
  return isSame(a, first, bytes) && isSame(a + bytes, second, bytes);
}

/** How many bytes of a packet of `wireBytes` are expected to be there. */
export function expectedFrame(flow: Flow, wireBytes: i32): i32 {
  return min<i32>(max<i32>(wireBytes, flow.padded), cutAt);
}

/** Learns from a packet that was not as expected. */
export function learnFrame(flow: Flow, wireBytes: i32, frameBytes: i32): void {
  if (frameBytes < wireBytes) {
    cutAt = frameBytes;
  } else {
    flow.padded = frameBytes > wireBytes ? frameBytes : 0;
    if (frameBytes > cutAt) cutAt = UNCUT;
  }
}

/** Learns how far the identification went. */
export function learnIdStep(flow: Flow, step: i32): void {
  flow.idStep = step < MAX_STEP ? <u8> step : 1;
}

/** Learns from a segment of TCP. */
export function learnSeq(flow: Flow, seq: i32, payloadBytes: i32, flags: i32): void {
  flow.nextSeq = seq + payloadBytes + <i32> ((flags & FIN_OR_SYN) !== 0);
}

/** The acknowledgement that is expected: what the other direction has sent. */
export function expectedAck(flow: Flow, shape: Shape): i32 {
  return flow.reverse !== NO_FLOW
    ? flowOf(flow.reverse).nextSeq
    : bits32At(flow.header + shape.protocolAt + 8);
}

/** The timestamp echo that is expected: what the other direction has sent. */
export function expectedEcho(flow: Flow, shape: Shape): i32 {
  const optionsAt = shape.protocolAt + 20;
  if (flow.reverse !== NO_FLOW) {
    const reverse = flowOf(flow.reverse);
    const reverseStampAt = formStampAt(reverse.form);
    if (reverseStampAt > 0) return bits32At(reverse.header + optionsAt + reverseStampAt);
  }
  const stampAt = formStampAt(flow.form);
  return stampAt === 0 ? 0 : bits32At(flow.header + optionsAt + stampAt + 4);
}

/** Gives the flow options of that form. */
export function setForm(flow: Flow, form: i32, optionsAt: i32): void {
  // What has the last form's number may be of the one that was there before.
  if (flow.form === form && form !== LAST_FORM) return;
  flow.form = <u8> form;
  copyForm(form, flow.header + optionsAt);
}
