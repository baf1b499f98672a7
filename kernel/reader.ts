/** Reads a compact batch (docs/protocol.md): what it holds is checked, and becomes records in the slots. */
import { clearColumns, Column, column, COLUMNS, isOver, Place } from "./columns.ts";
import { findShape, isSameShape } from "./find_shape.ts";
import { seedHashes } from "./flow_hash.ts";
import {
  addFlow,
  addReverse,
  clearFlows,
  expectedFlow,
  findFlow,
  flowOf,
  flows,
  last,
  MAX_ROWS,
  NO_FLOW,
  pass,
} from "./flows.ts";
import { readHeader } from "./header.ts";
import { begin, Mode, packet, record } from "./host.ts";
import { DATA } from "./memory.ts";
import { clearForms } from "./option_forms.ts";
import { writeRecords } from "./records.ts";
import { NANOS, Row } from "./rows.ts";
import { OTHER, shapeOf, SHAPES } from "./shapes.ts";
import { clearSlots, setFlow } from "./slots.ts";

const MAX_SAFE_INTEGER: f64 = 9007199254740991;
/** One bit for each of eight types, behind that of the context. */
const OPTIONS_END: u64 = 2 << 8;
const KEY: usize = memory.data(128);
/** By shape: how many packets of it there were (u32). */
export const PACKETS: usize = memory.data(128 * 4, 4);

/**
 * Reads the batch of `bytes` at `DATA`, the last `sumBytes` of which are checksums. False when it is
 * damaged; what was before that has been handed over.
 */
export function readBatch(bytes: usize, sumBytes: usize): bool {
  clearFlows();
  clearForms();
  clearSlots();
  memory.fill(PACKETS, 0, SHAPES * 4);
  const head = openHead(bytes, sumBytes);
  const rows = head.unsigned();
  const options = head.unsigned();
  const unit = head.unsigned();
  let sec = head.wide();
  let nsec = <i64> head.unsigned();
  if (rows > <u64> MAX_ROWS || unit < 1 || unit > <u64> NANOS || nsec >= NANOS) return false;
  if (!openColumns(head) || options >= OPTIONS_END) return false;
  seedHashes(sec, <i32> nsec);
  const mode = begin(<u32> options);

  const row = column(Place.Row);
  const time = column(Place.Time);
  for (let left = <i32> rows; left > 0; left--) {
    const kind = row.unsigned();
    if (kind === Row.Record) {
      if (!readRecord()) return false;
      continue;
    }
    const step = <f64> time.wide() * <f64> unit;
    if (abs(step) > MAX_SAFE_INTEGER) return false;
    nsec += <i64> step;
    if (nsec < 0 || nsec >= NANOS) {
      const seconds = nsec / NANOS - <i64> (nsec % NANOS < 0);
      sec += seconds;
      nsec -= seconds * NANOS;
    }
    if (!readPacket(kind, sec, nsec, mode)) return false;
  }
  return isAllRead();
}

function readPacket(kind: u64, sec: i64, nsec: i64, mode: Mode): bool {
  const number = readFlow(kind);
  if (number === NO_FLOW) return false;
  const flow = flowOf(number);
  const shape = shapeOf(flow.shape);
  const frameBytes = readHeader(flow, shape);
  if (frameBytes < 0 || isOver) return false;
  pass(number);
  const at = flow.header;
  const end = at + frameBytes;
  const said = <i32> shape.number;
  if (!isSameShape(findShape(at, end, said & 3), said)) return false;
  const countAt = PACKETS + (<usize> said << 2);
  store<u32>(countAt, load<u32>(countAt) + 1);
  if (mode === Mode.Count) return true;
  setFlow(number);
  if (mode === Mode.Host || !writeRecords(flow, shape, end, sec, nsec)) {
    packet(at, end, <f64> sec, <i32> nsec, said);
  }
  return true;
}

function openHead(bytes: usize, sumBytes: usize): Column {
  clearColumns();
  const end = DATA + (bytes > sumBytes ? bytes - sumBytes : 0);
  const head = column(Place.Head);
  head.at = DATA;
  head.end = end;
  const sums = column(Place.Sums);
  sums.at = end;
  sums.end = DATA + bytes;
  return head;
}

/** Reads the lengths of the columns, which take up all that is behind them. */
function openColumns(head: Column): bool {
  const lengthsAt = head.at;
  let sum: u64 = 0;
  for (let place = 0; place < COLUMNS; place++) sum += head.unsigned();
  if (isOver || sum !== <u64> (head.end - head.at)) return false;
  let at = head.at;
  head.at = lengthsAt;
  for (let place = 0; place < COLUMNS; place++) {
    const each = column(place);
    each.at = at;
    at += <usize> head.unsigned();
    each.end = at;
  }
  return true;
}

function isAllRead(): bool {
  for (let place = 0; place <= Place.Sums; place++) {
    if (column(place).at !== column(place).end) return false;
  }
  return !isOver;
}

function readRecord(): bool {
  const records = column(Place.Record);
  const type = records.unsigned();
  const length = records.unsigned();
  const from = records.take(length);
  if (isOver) return false;
  setFlow(NO_FLOW);
  return record(<f64> type, from, from + <usize> length);
}

/** The flow of a row; none when there is no such flow. */
function readFlow(kind: u64): i32 {
  if (kind === Row.New) return readNewFlow();
  if (kind === Row.Expected) return expectedFlow();
  if (kind === Row.Reverse) {
    if (last === NO_FLOW) return NO_FLOW;
    const flow = flowOf(last);
    return flow.reverse !== NO_FLOW ? flow.reverse : addReverse(shapeOf(flow.shape), last);
  }
  const back = kind - Row.Other;
  return back < <u64> flows ? flows - 1 - <i32> back : NO_FLOW;
}

/** Brings the key to where it is in a header, and adds the flow. */
function readNewFlow(): i32 {
  const key = column(Place.Flow);
  const number = <i32> key.byte();
  if (number >= SHAPES || !shapeOf(number).isThere) return NO_FLOW;
  const shape = shapeOf(number);
  const protocolBytes = shape.protocol === OTHER && shape.ipVersion === 4 ? 1 : 0;
  const addressesBytes = 2 * shape.addressBytes;
  const bytes = shape.linkBytes + addressesBytes + shape.portBytes + protocolBytes;
  const from = key.take(bytes);
  if (isOver) return NO_FLOW;
  const addressesFrom = from + shape.linkBytes;
  const portsFrom = addressesFrom + addressesBytes;
  memory.copy(KEY, from, shape.linkBytes);
  memory.copy(KEY + shape.addressesAt, addressesFrom, addressesBytes);
  memory.copy(KEY + shape.protocolAt, portsFrom, shape.portBytes);
  if (protocolBytes > 0) {
    store<u8>(KEY + shape.linkBytes + 9, load<u8>(portsFrom + shape.portBytes));
  }
  // What is there already would never be found: a writer that adds it is not ours.
  return findFlow(shape, KEY) === NO_FLOW ? addFlow(shape, KEY) : NO_FLOW;
}
