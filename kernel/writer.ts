/** Writes a compact batch (docs/protocol.md) of packets and records as they come. */
import { bits32At, put16, u16At } from "./bytes.ts";
import { Place } from "./columns.ts";
import { findForm, forgetForms, isForm, learnForm } from "./find_form.ts";
import { findShape } from "./find_shape.ts";
import { seedHashes } from "./flow_hash.ts";
import { followedAt, forgetFollowed } from "./followed_flows.ts";
import {
  addFlow,
  addReverse,
  clearFlows,
  expectedAck,
  expectedEcho,
  expectedFlow,
  expectedFrame,
  findFlow,
  Flow,
  flowOf,
  flows,
  isReverse,
  last,
  learnFrame,
  learnIdStep,
  learnSeq,
  MAX_ROWS,
  NO_FLOW,
  pass,
  setForm,
} from "./flows.ts";
import { ipv4Checksum } from "./ipv4_checksum.ts";
import { forms, formStampAt } from "./option_forms.ts";
import { Change, NANOS, Row } from "./rows.ts";
import { ICMPV4, OTHER, Shape, shapeOf, TCP, UDP } from "./shapes.ts";
import { emptyColumns, hasRecordRoom, joinColumns, written } from "./written_columns.ts";

/** In what {@linkcode takePacket} returns: nobody decodes what is behind the headers, if anything is. */
const PLAIN: i32 = 128;
/** The coarsest unit of time, in nanoseconds; where a step does not allow it, a thousandth, or that of that. */
const COARSEST_UNIT: i32 = 1_000_000;
/** By packet: nanoseconds since the one before (i64). */
const STEPS: usize = memory.data(4096 * 8, 16);

let rows: i32 = 0;
let packets: i32 = 0;
let unit: i32 = COARSEST_UNIT;
let baseSec: i64 = 0;
let baseNsec: i32 = 0;
/** The time of the last packet, where it begins, and how long it is. */
export let lastSec: i64 = 0;
export let lastNsec: i32 = 0;
export let takenAt: usize = 0;
export let takenBytes: i32 = 0;

/** Begins a batch. */
export function beginBatch(): void {
  rows = 0;
  packets = 0;
  unit = COARSEST_UNIT;
  clearFlows();
  forgetForms();
  emptyColumns();
}

/**
 * Takes the headers of the packet `[at, at + bytes)`, the first 128 of which must be there. Returns the
 * number of their shape, and whether the packet is plain; -1 when they are none that are coded: then
 * nothing has happened.
 */
export function takePacket(at: usize, bytes: i32, sec: i64, nsec: i32, link: i32): i32 {
  const number = findShape(at, at + bytes, link);
  if (number < 0) return -1;
  if (++rows > MAX_ROWS) unreachable();
  const shape = shapeOf(number);
  addStep(sec, nsec);
  const flow = writeFlow(shape, at);
  writeHeader(flowOf(flow), shape, at, bytes);
  pass(flow);
  takenAt = at;
  takenBytes = bytes;
  return isPlain(flow, shape, at, bytes) ? number | PLAIN : number;
}

/** The ports of the last packet's flow lead nowhere. */
export function learnNowhere(): void {
  if (last !== NO_FLOW) followedAt(last).leadsNowhere = true;
}

function isPlain(flow: i32, shape: Shape, at: usize, bytes: i32): bool {
  if (shape.portBytes === 0) return false;
  if (followedAt(flow).leadsNowhere) return true;
  const protocolAt = shape.protocolAt;
  let end = shape.ipVersion === 4
    ? shape.linkBytes + u16At(at + shape.linkBytes + 2)
    : protocolAt + u16At(at + shape.linkBytes + 4);
  if (shape.protocol === TCP) {
    return protocolAt + 4 * <i32> (load<u8>(at + protocolAt + 12) >> 4) >= min<i32>(bytes, end);
  }
  const udpBytes = u16At(at + protocolAt + 4);
  if (udpBytes !== 0) end = min<i32>(end, protocolAt + udpBytes);
  return shape.minBytes >= min<i32>(bytes, end);
}

/** A whole record of that type; returns where the host puts its bytes. */
export function writeRecord(type: u32, bytes: usize): usize {
  if (++rows > MAX_ROWS || !hasRecordRoom(bytes + 10)) unreachable();
  written(Place.Row).unsigned(Row.Record);
  const records = written(Place.Record);
  records.unsigned(type);
  records.unsigned(<u32> bytes);
  const at = records.at;
  records.at = at + bytes;
  return at;
}

/** Puts the batch together at `OUT`; returns where its end is. */
export function finishBatch(options: u32): usize {
  const time = written(Place.Time);
  for (let i = 0; i < packets; i++) {
    time.wide(load<i64>(STEPS + (<usize> i << 3)) / <i64> unit);
  }
  const head = written(Place.Head);
  head.unsigned(rows);
  head.unsigned(options);
  head.unsigned(unit);
  head.wide(baseSec);
  head.unsigned(baseNsec);
  return joinColumns();
}

function addStep(sec: i64, nsec: i32): void {
  if (packets === 0) {
    baseSec = lastSec = sec;
    baseNsec = lastNsec = nsec;
    seedHashes(sec, nsec);
  }
  const nanos = nsec - lastNsec;
  while (nanos % unit !== 0) unit /= 1000;
  store<i64>(STEPS + (<usize> packets << 3), (sec - lastSec) * NANOS + nanos);
  packets++;
  lastSec = sec;
  lastNsec = nsec;
}

/** Writes which flow it is; returns its number. */
function writeFlow(shape: Shape, at: usize): i32 {
  const row = written(Place.Row);
  const found = findFlow(shape, at);
  const reverse = last === NO_FLOW ? NO_FLOW : <i32> flowOf(last).reverse;
  if (found !== NO_FLOW) {
    if (found === expectedFlow()) row.unsigned(Row.Expected);
    else if (found === reverse) row.unsigned(Row.Reverse);
    else row.unsigned(Row.Other + flows - 1 - found);
    return found;
  }
  if (last !== NO_FLOW && reverse === NO_FLOW && isReverse(flowOf(last), shape, at)) {
    row.unsigned(Row.Reverse);
    forgetFollowed(flows);
    return addReverse(shape, last);
  }
  row.unsigned(Row.New);
  const key = written(Place.Flow);
  key.byte(shape.number);
  key.copy(at, shape.linkBytes);
  key.copy(at + shape.addressesAt, 2 * shape.addressBytes);
  key.copy(at + shape.protocolAt, shape.portBytes);
  if (shape.protocol === OTHER && shape.ipVersion === 4) {
    key.byte(load<u8>(at + shape.linkBytes + 9));
  }
  forgetFollowed(flows);
  return addFlow(shape, at);
}

/** Writes what the flow does not tell, and makes its header this one. */
function writeHeader(flow: Flow, shape: Shape, at: usize, bytes: i32): void {
  const to = flow.header;
  const ipAt = shape.linkBytes;
  const protocolAt = shape.protocolAt;
  const protocol = shape.protocol;
  const rest = written(Place.Rest);
  const wireBytes = writeIp(flow, shape, at);
  let changes: u32 = 0;

  if (protocol === TCP) {
    if (writeTcp(flow, shape, at, wireBytes)) changes = Change.Options;
  } else if (protocol === UDP) {
    const udpBytes = u16At(at + protocolAt + 4);
    if (udpBytes !== wireBytes - protocolAt) changes = Change.UdpLength;
    put16(to + protocolAt + 4, udpBytes);
    writeSum(to, at, protocolAt + 6);
  } else if (protocol !== OTHER) {
    if (protocol === ICMPV4) {
      const seqAt = protocolAt + 6;
      const seq = u16At(at + seqAt);
      written(Place.Seq).signed(signed16(seq - u16At(to + seqAt) - 1));
      put16(to + seqAt, seq);
    }
    writeSum(to, at, protocolAt + 2);
  }

  if (writeHabits(shape, to, at)) changes |= Change.Habits;
  if (shape.ipVersion === 4 && ipv4Checksum(at + ipAt) !== load<u16>(at + ipAt + 10)) {
    changes |= Change.Checksum;
    rest.copy(at + ipAt + 10, 2);
  }
  if ((changes & Change.UdpLength) !== 0) rest.unsigned(u16At(at + protocolAt + 4));
  if (bytes !== expectedFrame(flow, wireBytes)) {
    changes |= Change.Frame;
    rest.unsigned(bytes);
    learnFrame(flow, wireBytes, bytes);
  }
  written(Place.Change).byte(changes);
}

/** Length and identification; returns how long the packet was on the wire, as far as its headers tell. */
function writeIp(flow: Flow, shape: Shape, at: usize): i32 {
  if (shape.ipVersion === 0) return shape.linkBytes;
  const from = at + shape.linkBytes;
  const to = flow.header + shape.linkBytes;
  if (shape.ipVersion === 6) {
    const length = u16At(from + 4);
    written(Place.Length).unsigned(length);
    put16(to + 4, length);
    return shape.protocolAt + length;
  }
  const length = u16At(from + 2);
  written(Place.Length).unsigned(length);
  put16(to + 2, length);
  const id = u16At(from + 4);
  const step = (id - u16At(to + 4)) & 0xffff;
  written(Place.Id).signed(signed16(step - <i32> flow.idStep));
  learnIdStep(flow, step);
  put16(to + 4, id);
  return shape.linkBytes + length;
}

/** Returns whether the options have another form than the flow's last ones. */
function writeTcp(flow: Flow, shape: Shape, at: usize, wireBytes: i32): bool {
  const to = flow.header;
  const from = at + shape.protocolAt;
  const toTcp = to + shape.protocolAt;
  const optionsAt = shape.protocolAt + 20;
  const words = <i32> load<u8>(from + 12) >> 4;
  const optionBytes = 4 * words - 20;
  let form = <i32> flow.form;
  const before = formStampAt(form);
  const lastStamp = before > 0 ? bits32At(to + optionsAt + before) : 0;
  const echo = expectedEcho(flow, shape);
  const hasForm = !isForm(form, at + optionsAt, optionBytes);
  if (hasForm) form = writeForm(at + optionsAt, optionBytes);
  setForm(flow, form, optionsAt);
  if (formStampAt(form) > 0) {
    const stampAt = optionsAt + formStampAt(form);
    const stamp = bits32At(at + stampAt);
    written(Place.Stamp).signed(stamp - lastStamp);
    written(Place.Echo).signed(bits32At(at + stampAt + 4) - echo);
    store<u64>(to + stampAt, load<u64>(at + stampAt));
  }
  const flags = load<u8>(from + 13);
  written(Place.Flags).byte(flags);
  store<u8>(toTcp + 13, flags);
  const seq = bits32At(from + 4);
  written(Place.Seq).signed(seq - flow.nextSeq);
  written(Place.Ack).signed(bits32At(from + 8) - expectedAck(flow, shape));
  learnSeq(flow, seq, wireBytes - optionsAt - optionBytes, flags);
  store<u64>(toTcp + 4, load<u64>(from + 4));
  const window = u16At(from + 14);
  written(Place.Window).signed(window - u16At(toTcp + 14));
  put16(toTcp + 14, window);
  writeSum(to, at, shape.protocolAt + 16);
  // The words of the header, in the upper half of its byte, follow from the options.
  store<u8>(toTcp + 12, (load<u8>(toTcp + 12) & 0xf) | <u8> (words << 4));
  return hasForm;
}

/** Returns its number. */
function writeForm(at: usize, bytes: i32): i32 {
  const rest = written(Place.Rest);
  const form = findForm(at, bytes);
  if (form < forms) {
    rest.unsigned(form + 1);
    return form;
  }
  rest.byte(0);
  rest.byte(bytes);
  rest.copy(at, bytes);
  return learnForm(at, bytes);
}

/** Writes which bytes are other ones than before, and these; returns whether any are. */
function writeHabits(shape: Shape, to: usize, at: usize): bool {
  const habits = <i32> shape.habits;
  let places = shape.habitPlaces;
  let changed: u32 = 0;
  for (let i = 0; i < habits; i++) {
    const place = <usize> (places & 0xff);
    if (load<u8>(at + place) !== load<u8>(to + place)) changed |= 1 << i;
    places >>= 8;
  }
  if (changed === 0) return false;
  const rest = written(Place.Rest);
  rest.byte(changed);
  places = shape.habitPlaces;
  for (let i = 0; i < habits; i++) {
    const place = <usize> (places & 0xff);
    if ((changed & (1 << i)) !== 0) {
      const byte = load<u8>(at + place);
      rest.byte(byte);
      store<u8>(to + place, byte);
    }
    places >>= 8;
  }
  return true;
}

/** The checksum behind IP, as it is. */
function writeSum(to: usize, at: usize, sumAt: usize): void {
  const sum = load<u16>(at + sumAt);
  const sums = written(Place.Sums);
  store<u16>(sums.at, sum);
  sums.at += 2;
  store<u16>(to + sumAt, sum);
}

/** The lower 16 bits, the highest of which is a sign. */
function signed16(value: i32): i32 {
  return (value << 16) >> 16;
}
