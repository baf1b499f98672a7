/** The header of a row: the flow's last one, with what the columns say has changed. */
import { bits32At, put16, put32, u16At } from "./bytes.ts";
import { column, isOver, Place } from "./columns.ts";
import {
  expectedAck,
  expectedEcho,
  expectedFrame,
  Flow,
  learnFrame,
  learnIdStep,
  learnSeq,
  setForm,
} from "./flows.ts";
import { ipv4Checksum } from "./ipv4_checksum.ts";
import { addForm, formBytes, forms, formStampAt } from "./option_forms.ts";
import { Change } from "./rows.ts";
import { ICMPV4, OTHER, Shape, TCP, UDP } from "./shapes.ts";

/** No packet of a capture is longer. */
const MAX_FRAME_BYTES: u64 = 1 << 24;
const MAX_OPTION_BYTES: i32 = 40;
/** Behind the bits of `Change`. */
const CHANGES_END: u32 = 32;

/** Makes the flow's header that of this packet; returns the length of the frame, -1 for damage. */
export function readHeader(flow: Flow, shape: Shape): i32 {
  const to = flow.header;
  const ipAt = to + shape.linkBytes;
  const protocolAt = to + shape.protocolAt;
  const protocol = shape.protocol;
  const changes = column(Place.Change).byte();
  if (changes >= CHANGES_END) return -1;
  const wireBytes = readIp(flow, shape, ipAt);
  let headerBytes = shape.minBytes;

  if (protocol === TCP) {
    headerBytes = readTcp(flow, shape, wireBytes, (changes & Change.Options) !== 0);
    if (headerBytes < 0) return -1;
  } else if (protocol === UDP) {
    put16(protocolAt + 4, wireBytes - shape.protocolAt);
    readSum(protocolAt + 6);
  } else if (protocol !== OTHER) {
    if (protocol === ICMPV4) {
      const seqAt = protocolAt + 6;
      put16(seqAt, u16At(seqAt) + 1 + column(Place.Seq).signed());
    }
    readSum(protocolAt + 2);
  }

  const rest = column(Place.Rest);
  if ((changes & Change.Habits) !== 0) readHabits(shape, to);
  if (shape.ipVersion === 4) store<u16>(ipAt + 10, ipv4Checksum(ipAt));
  if ((changes & Change.Checksum) !== 0) {
    store<u8>(ipAt + 10, <u8> rest.byte());
    store<u8>(ipAt + 11, <u8> rest.byte());
    // Nobody's checksum, but a part of an address of IPv6.
    if (shape.ipVersion !== 4) flow.hasTexts = false;
  }
  if ((changes & Change.UdpLength) !== 0) put16(protocolAt + 4, <i32> rest.unsigned());
  if ((changes & Change.Frame) === 0) return expectedFrame(flow, wireBytes);
  const frameBytes = rest.unsigned();
  if (frameBytes < <u64> headerBytes || frameBytes > MAX_FRAME_BYTES) return -1;
  learnFrame(flow, wireBytes, <i32> frameBytes);
  return <i32> frameBytes;
}

/** Length and identification; returns how long the packet was on the wire, as far as its headers tell. */
function readIp(flow: Flow, shape: Shape, ipAt: usize): i32 {
  if (shape.ipVersion === 0) return shape.linkBytes;
  const length = <i32> column(Place.Length).unsigned() & 0xffff;
  if (shape.ipVersion === 6) {
    put16(ipAt + 4, length);
    return shape.protocolAt + length;
  }
  put16(ipAt + 2, length);
  const step = (column(Place.Id).signed() + flow.idStep) & 0xffff;
  put16(ipAt + 4, u16At(ipAt + 4) + step);
  learnIdStep(flow, step);
  return shape.linkBytes + length;
}

/** Returns the length of all headers, -1 for damage. */
function readTcp(flow: Flow, shape: Shape, wireBytes: i32, hasForm: bool): i32 {
  const to = flow.header;
  const protocolAt = to + shape.protocolAt;
  const optionsAt = shape.protocolAt + 20;
  let form = <i32> flow.form;
  const before = formStampAt(form);
  const lastStamp = before > 0 ? bits32At(to + optionsAt + before) : 0;
  const echo = expectedEcho(flow, shape);
  if (hasForm) {
    form = readForm();
    if (form < 0) return -1;
  }
  const headerBytes = optionsAt + formBytes(form);
  setForm(flow, form, optionsAt);
  if (formStampAt(form) > 0) {
    const stampAt = to + optionsAt + formStampAt(form);
    put32(stampAt, lastStamp + column(Place.Stamp).signed());
    put32(stampAt + 4, echo + column(Place.Echo).signed());
  }
  const flags = column(Place.Flags).byte();
  store<u8>(protocolAt + 13, <u8> flags);
  const seq = column(Place.Seq).signed() + flow.nextSeq;
  const ack = column(Place.Ack).signed() + expectedAck(flow, shape);
  learnSeq(flow, seq, wireBytes - headerBytes, flags);
  put32(protocolAt + 4, seq);
  put32(protocolAt + 8, ack);
  put16(protocolAt + 14, u16At(protocolAt + 14) + column(Place.Window).signed());
  readSum(protocolAt + 16);
  const words = (headerBytes - shape.protocolAt) >> 2;
  store<u8>(protocolAt + 12, (load<u8>(protocolAt + 12) & 0xf) | <u8> (words << 4));
  return headerBytes;
}

/** Its number; -1 when there is none such. */
function readForm(): i32 {
  const rest = column(Place.Rest);
  const number = rest.unsigned();
  if (number > 0) return number - 1 < <u64> forms ? <i32> number - 1 : -1;
  const length = <i32> rest.byte();
  if (length > MAX_OPTION_BYTES || length % 4 !== 0) return -1;
  const from = rest.take(length);
  return isOver ? -1 : addForm(from, length);
}

function readHabits(shape: Shape, to: usize): void {
  const rest = column(Place.Rest);
  const changed = rest.byte();
  let places = shape.habitPlaces;
  for (let i = 0; i < <i32> shape.habits; i++) {
    if ((changed & (1 << i)) !== 0) store<u8>(to + <usize> (places & 0xff), <u8> rest.byte());
    places >>= 8;
  }
}

function readSum(at: usize): void {
  const from = column(Place.Sums).take(2);
  if (!isOver) store<u16>(at, load<u16>(from));
}
