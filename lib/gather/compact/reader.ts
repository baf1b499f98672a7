import { bits32, u16 } from "../../base/bytes/bytes.ts";
import { ICMPV4, TCP, UDP } from "../../decode/taken_headers.ts";
import { ColumnReader, COLUMNS, makeColumns } from "./columns.ts";
import { Flows, MAX_ROWS, NO_FLOW } from "./flows.ts";
import { MAX_HEADER_BYTES, OTHER, shapeOf } from "./headers.ts";
import { COMPACT_TYPES } from "./record_types.ts";
import { ipv4Checksum } from "./ipv4_checksum.ts";
import { Change, Row } from "./writer.ts";

/** Takes what a compact batch holds, in order. */
export interface CompactHandler {
  /**
   * A packet of which the first `layers` headers are at `bytes[at]`, valid during the call. It had the length
   * `end - at`; its other bytes are not there.
   */
  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    linkType: number,
    layers: number,
    shape: number,
  ): void;
  /** A whole record, `bytes[from, to)`. */
  record(type: number, bytes: Uint8Array, from: number, to: number): void;
}

/** No packet of a capture is longer. */
const MAX_FRAME_BYTES = 1 << 24;
const NANOS = 1_000_000_000;

/** Reads compact batches, one after another. */
export class CompactReader {
  readonly #flows = new Flows();
  #shape = shapeOf(0)!;
  #columns = makeColumns(() => new ColumnReader(NOTHING, 0, 0));
  #sums = new ColumnReader(NOTHING, 0, 0);
  #columnBytes: Uint8Array = NOTHING;

  /**
   * Hands over what is in the batch. False when it is damaged; what was before that has been handed
   * over.
   */
  read(
    data: Uint8Array,
    sumBytes: number,
    begin: (isWanted: readonly boolean[], hasContext: boolean) => CompactHandler,
  ): boolean {
    const end = data.length - sumBytes;
    const head = new ColumnReader(data, 0, end);
    const rows = head.unsigned();
    const options = head.unsigned();
    const unit = head.unsigned();
    let sec = head.wide();
    let nsec = head.unsigned();
    if (rows > MAX_ROWS || unit < 1 || unit > NANOS || nsec >= NANOS) return false;
    const lengths = COLUMNS.map(() => head.unsigned());
    let at = head.at;
    if (at + lengths.reduce((sum, length) => sum + length, 0) !== end) return false;
    this.#columns = makeColumns((place) => new ColumnReader(data, at, at += lengths[place]!));
    this.#columnBytes = data;
    this.#sums = new ColumnReader(data, end, data.length);
    this.#flows.clear();

    if (options >= 2 << COMPACT_TYPES.length) return false;
    const isWanted = COMPACT_TYPES.map((_, place) => (options & (2 << place)) !== 0);
    const handler = begin(isWanted, (options & 1) !== 0);
    const { row, time } = this.#columns;
    const { headers } = this.#flows;
    for (let left = rows; left > 0; left--) {
      const kind = row.unsigned();
      if (kind === Row.Record) {
        if (!this.#record(handler)) return false;
        continue;
      }
      const step = time.wide() * unit;
      const seconds = Math.floor((nsec + step) / NANOS);
      sec += seconds;
      nsec += step - seconds * NANOS;
      const flow = this.#flow(kind);
      if (flow === NO_FLOW || !Number.isSafeInteger(step)) return false;
      const frameBytes = this.#fields(flow);
      if (frameBytes < 0) return false;
      this.#flows.pass(flow);
      const from = flow * MAX_HEADER_BYTES;
      const { linkType, layers, number } = this.#shape;
      handler.packet(headers, from, from + frameBytes, sec, nsec, linkType, layers, number);
    }
    return COLUMNS.every((name) => this.#columns[name].isAtEnd && !this.#columns[name].isOver) &&
      this.#sums.isAtEnd && !this.#sums.isOver;
  }

  #record(handler: CompactHandler): boolean {
    const { record } = this.#columns;
    const type = record.unsigned();
    const length = record.unsigned();
    const from = record.take(length);
    if (record.isOver) return false;
    handler.record(type, this.#columnBytes, from, from + length);
    return true;
  }

  /** The flow of a row, with its shape; none when there is no such flow. */
  #flow(kind: number): number {
    const flows = this.#flows;
    if (kind === Row.New) return this.#newFlow();
    let flow: number = NO_FLOW;
    if (kind === Row.Expected) flow = flows.expected;
    else if (kind === Row.Reverse) flow = flows.reverseOf(flows.last);
    else flow = flows.count - 1 - (kind - Row.Other);
    const isFirst = flow === NO_FLOW && kind === Row.Reverse && flows.last !== NO_FLOW;
    if (flow < 0 && !isFirst) return NO_FLOW;
    this.#shape = shapeOf(flows.shapeOf(isFirst ? flows.last : flow))!;
    return isFirst ? flows.addReverse(this.#shape, flows.last) : flow;
  }

  /** Brings the key to where it is in a header, and adds the flow. */
  #newFlow(): number {
    const flows = this.#flows;
    const { flow: key } = this.#columns;
    const shape = shapeOf(key.byte());
    if (shape === undefined) return NO_FLOW;
    this.#shape = shape;
    const { portBytes } = shape;
    const protocolBytes = shape.protocol === OTHER && shape.ipVersion === 4 ? 1 : 0;
    const addressesBytes = 2 * shape.addressBytes;
    const from = key.take(shape.linkBytes + addressesBytes + portBytes + protocolBytes);
    if (key.isOver) return NO_FLOW;
    const header = KEY_HEADER;
    const bytes = this.#columnBytes;
    const addressesFrom = from + shape.linkBytes;
    const portsFrom = addressesFrom + addressesBytes;
    for (let i = 0; i < shape.linkBytes; i++) header[i] = bytes[from + i]!;
    for (let i = 0; i < addressesBytes; i++) {
      header[shape.addressesAt + i] = bytes[addressesFrom + i]!;
    }
    for (let i = 0; i < portBytes; i++) header[shape.protocolAt + i] = bytes[portsFrom + i]!;
    if (protocolBytes > 0) header[shape.linkBytes + 9] = bytes[portsFrom + portBytes]!;
    // What is there already would never be found: a writer that adds it is not ours.
    return flows.find(shape, header, 0) === NO_FLOW ? flows.add(shape, header, 0) : NO_FLOW;
  }

  /** Makes the flow's header that of this packet; returns the length of the frame, -1 for damage. */
  #fields(flow: number): number {
    const flows = this.#flows;
    const shape = this.#shape;
    const { change, length, id, flags, seq, ack, window, stamp, echo, rest } = this.#columns;
    const { headers } = flows;
    const to = flow * MAX_HEADER_BYTES;
    const { linkBytes: ipAt, protocolAt, ipVersion } = shape;
    const changes = change.byte();
    let headerBytes = shape.minBytes;

    if (ipVersion !== 0) put2(headers, to + ipAt + (ipVersion === 6 ? 4 : 2), length.unsigned());
    const wireBytes = shape.wireBytes(headers, to);
    if (ipVersion === 4) {
      const step = (id.signed() + flows.idStep(flow)) & 0xffff;
      put2(headers, to + ipAt + 4, u16(headers, to + ipAt + 4) + step);
      flows.learnIdStep(flow, step);
    }

    if (shape.protocol === TCP) {
      const optionsAt = protocolAt + 20;
      const before = flows.forms.stampAt(flows.optionsOf(flow));
      const last = before > 0 ? bits32(headers, to + optionsAt + before) : 0;
      const expectedEcho = flows.expectedEcho(flow, shape);
      let form = flows.optionsOf(flow);
      if ((changes & Change.Options) !== 0) {
        form = this.#form();
        if (form < 0) return -1;
      }
      headerBytes = optionsAt + flows.forms.bytesOf(form);
      const stampAt = flows.forms.stampAt(form) > 0 ? optionsAt + flows.forms.stampAt(form) : 0;
      flows.setForm(flow, form, optionsAt);
      if (stampAt > 0) {
        put4(headers, to + stampAt, last + stamp.signed() | 0);
        put4(headers, to + stampAt + 4, expectedEcho + echo.signed() | 0);
      }
      const flagBits = flags.byte();
      headers[to + protocolAt + 13] = flagBits;
      const number = seq.signed() + flows.expectedSeq(flow) | 0;
      const acked = ack.signed() + flows.expectedAck(flow, shape) | 0;
      flows.learnSeq(flow, number, wireBytes - headerBytes, flagBits);
      put4(headers, to + protocolAt + 4, number);
      put4(headers, to + protocolAt + 8, acked);
      put2(headers, to + protocolAt + 14, u16(headers, to + protocolAt + 14) + window.signed());
      this.#sum(to + protocolAt + 16);
      const wordsAt = to + protocolAt + 12;
      headers[wordsAt] = (headers[wordsAt]! & 0xf) | (((headerBytes - protocolAt) >> 2) << 4);
    } else if (shape.protocol === UDP) {
      put2(headers, to + protocolAt + 4, wireBytes - protocolAt);
      this.#sum(to + protocolAt + 6);
    } else if (shape.protocol !== OTHER) {
      if (shape.protocol === ICMPV4) {
        const seqAt = to + protocolAt + 6;
        put2(headers, seqAt, u16(headers, seqAt) + 1 + seq.signed());
      }
      this.#sum(to + protocolAt + 2);
    }

    if ((changes & Change.Habits) !== 0) this.#habits(to);
    if (ipVersion === 4) put2(headers, to + ipAt + 10, ipv4Checksum(headers, to + ipAt));
    if ((changes & Change.Checksum) !== 0) {
      headers[to + ipAt + 10] = rest.byte();
      headers[to + ipAt + 11] = rest.byte();
    }
    if ((changes & Change.UdpLength) !== 0) put2(headers, to + protocolAt + 4, rest.unsigned());
    if ((changes & Change.Frame) === 0) return flows.expectedFrame(flow, wireBytes);
    const frameBytes = rest.unsigned();
    if (frameBytes < headerBytes || frameBytes > MAX_FRAME_BYTES) return -1;
    flows.learnFrame(flow, wireBytes, frameBytes);
    return frameBytes;
  }

  #form(): number {
    const flows = this.#flows;
    const { rest } = this.#columns;
    const number = rest.unsigned();
    if (number > 0) return number - 1 < flows.forms.count ? number - 1 : -1;
    const length = rest.byte();
    if (length > MAX_OPTION_BYTES || length % 4 !== 0) return -1;
    const from = rest.take(length);
    if (rest.isOver) return -1;
    return flows.forms.add(this.#columnBytes, from, from + length);
  }

  #sum(at: number): void {
    this.#flows.headers[at] = this.#sums.byte();
    this.#flows.headers[at + 1] = this.#sums.byte();
  }

  #habits(to: number): void {
    const { habits } = this.#shape;
    const { rest } = this.#columns;
    const changed = rest.byte();
    for (let i = 0; i < habits.length; i++) {
      if ((changed & (1 << i)) !== 0) this.#flows.headers[to + habits[i]!] = rest.byte();
    }
  }
}

const NOTHING = new Uint8Array(0);
const KEY_HEADER = new Uint8Array(MAX_HEADER_BYTES);
const MAX_OPTION_BYTES = 40;

function put2(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function put4(bytes: Uint8Array, at: number, value: number): void {
  put2(bytes, at, value >>> 16);
  put2(bytes, at + 2, value);
}
