import { bits32, u16 } from "../../base/bytes/bytes.ts";
import { ICMPV4, TCP, UDP } from "../../decode/taken_headers.ts";
import { COLUMNS, ColumnWriter, makeColumns, makeNumbers, NUMBERS } from "./columns.ts";
import { Flows, MAX_ROWS, NO_FLOW } from "./flows.ts";
import { findShape, MAX_HEADER_BYTES, OTHER, type Shape, shapeOf } from "./headers.ts";
import { ipv4Checksum } from "./ipv4_checksum.ts";

/** What stands in the column `row`; from `Row.Other` on, how far back in the table the flow is. */
export const Row = { Record: 0, Expected: 1, Reverse: 2, New: 3, Other: 4 } as const;

/** Bits of the column `change`. What they announce is in `rest`, in this order. */
export const Change = {
  /** Another form of TCP options: 0 and a new one (length, bytes), or its number plus 1. */
  Options: 1,
  /** Bytes of the header that seldom change: a bit for each that does, then these. */
  Habits: 2,
  /** Another checksum of IPv4 than the header has: 2 bytes. */
  Checksum: 4,
  /** Another length of UDP than that of the IP packet. */
  UdpLength: 8,
  /** Length of the frame. */
  Frame: 16,
} as const;

/** Of what stands in front of the columns. */
const MAX_HEAD_BYTES = 8 * (5 + COLUMNS.length);
/** Farther apart, differences of nanoseconds are no exact numbers. */
const MAX_STEP_SECONDS = 4_000_000;
/** The coarsest unit of time, in nanoseconds; where a step does not allow it, a thousandth, or that of that. */
const COARSEST_UNIT = 1_000_000;

/** The columns of one compact batch, packet by packet. */
export class CompactWriter {
  readonly #flows = new Flows();
  #shape = shapeOf(0)!;
  readonly #columns = makeColumns(() => new ColumnWriter());
  readonly #numbers = makeNumbers(MAX_ROWS);
  /** Checksums behind IP, which nothing predicts. */
  readonly #sums = new ColumnWriter();
  readonly #steps = new Float64Array(MAX_ROWS);
  #rows = 0;
  #packets = 0;
  #baseSec = 0;
  #baseNsec = 0;
  #lastSec = 0;
  #lastNsec = 0;
  #unit = COARSEST_UNIT;

  constructor() {
    this.#flows.clear();
  }

  /** The shape of the packet that was last taken. */
  get taken(): Shape {
    return this.#shape;
  }

  get isFull(): boolean {
    return this.#rows === MAX_ROWS;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get rows(): number {
    return this.#rows;
  }

  /** What whole records take. */
  get recordBytes(): number {
    return this.#columns.record.at;
  }

  /** Whether a packet of that time can be in this batch. */
  isNear(sec: number): boolean {
    return this.#packets === 0 || Math.abs(sec - this.#lastSec) < MAX_STEP_SECONDS;
  }

  /** Puts a whole record at this place. */
  record(type: number, bytes: Uint8Array, from: number, to: number): void {
    const { record } = this.#columns;
    this.#rows++;
    this.#numbers.row.unsigned(Row.Record);
    record.unsigned(type);
    record.unsigned(to - from);
    record.copy(bytes, from, to);
  }

  /**
   * Takes the headers of the packet `bytes[at, end)`. False when they are none that are coded: then
   * nothing has happened.
   */
  take(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): boolean {
    const shape = findShape(bytes, at, end, linkType);
    if (shape === undefined) return false;
    this.#shape = shape;
    this.#rows++;
    this.#time(sec, nsec);
    const flow = this.#row(shape, bytes, at);
    this.#fields(flow, shape, bytes, at, end);
    this.#flows.pass(flow);
    return true;
  }

  /**
   * The batch as it is stored before compression, and begins another: number of rows, options, unit
   * and base of the times, length of each column, the columns, and in the last `sumBytes` what cannot
   * be compressed.
   */
  finish(
    isWanted: readonly boolean[],
    hasContext: boolean,
  ): { data: Uint8Array<ArrayBuffer>; sumBytes: number } {
    const unit = this.#unit;
    const { time } = this.#columns;
    for (let i = 0; i < this.#packets; i++) time.wide(this.#steps[i]! / unit);
    for (const name of NUMBERS) this.#numbers[name].moveTo(this.#columns[name]);
    const bytes = COLUMNS.reduce((sum, name) => sum + this.#columns[name].at, this.#sums.at);
    const out = new ColumnWriter(MAX_HEAD_BYTES + bytes);
    out.unsigned(this.#rows);
    out.unsigned(optionBits(isWanted, hasContext));
    out.unsigned(unit);
    out.wide(this.#baseSec);
    out.unsigned(this.#baseNsec);
    for (const name of COLUMNS) out.unsigned(this.#columns[name].at);
    for (const name of COLUMNS) out.copy(this.#columns[name].bytes, 0, this.#columns[name].at);
    out.copy(this.#sums.bytes, 0, this.#sums.at);
    const finished = { data: out.bytes.subarray(0, out.at), sumBytes: this.#sums.at };
    for (const name of COLUMNS) this.#columns[name].at = 0;
    this.#sums.at = this.#rows = this.#packets = 0;
    this.#unit = COARSEST_UNIT;
    this.#flows.clear();
    return finished;
  }

  #time(sec: number, nsec: number): void {
    if (this.#packets === 0) {
      this.#baseSec = this.#lastSec = sec;
      this.#baseNsec = this.#lastNsec = nsec;
    }
    const nanos = nsec - this.#lastNsec;
    while (nanos % this.#unit !== 0) this.#unit /= 1000;
    this.#steps[this.#packets++] = (sec - this.#lastSec) * 1e9 + nanos;
    this.#lastSec = sec;
    this.#lastNsec = nsec;
  }

  /** Writes which flow it is; returns it. */
  #row(shape: Shape, bytes: Uint8Array, at: number): number {
    const flows = this.#flows;
    const { row } = this.#numbers;
    const found = flows.find(shape, bytes, at);
    const reverse = flows.reverseOf(flows.last);
    if (found !== NO_FLOW) {
      row.unsigned(
        found === flows.expected
          ? Row.Expected
          : found === reverse
          ? Row.Reverse
          : Row.Other + flows.count - 1 - found,
      );
      return found;
    }
    if (flows.last !== NO_FLOW && reverse === NO_FLOW) {
      if (flows.isReverse(flows.last, shape, bytes, at)) {
        row.unsigned(Row.Reverse);
        return flows.addReverse(shape, flows.last);
      }
    }
    row.unsigned(Row.New);
    const { flow: key } = this.#columns;
    key.byte(shape.number);
    key.copy(bytes, at, at + shape.linkBytes);
    const addressesAt = at + shape.addressesAt;
    key.copy(bytes, addressesAt, addressesAt + 2 * shape.addressBytes);
    key.copy(bytes, at + shape.protocolAt, at + shape.protocolAt + shape.portBytes);
    if (shape.protocol === OTHER && shape.ipVersion === 4) {
      key.byte(bytes[at + shape.linkBytes + 9]!);
    }
    return flows.add(shape, bytes, at);
  }

  /** Writes what the flow does not tell, and makes its header this one. */
  #fields(flow: number, shape: Shape, bytes: Uint8Array, at: number, end: number): void {
    const flows = this.#flows;
    const { change, length, id, seq, ack, window, stamp, echo } = this.#numbers;
    const { flags, rest } = this.#columns;
    const { headers } = flows;
    const to = flow * MAX_HEADER_BYTES;
    const ipAt = shape.linkBytes;
    const { protocolAt, ipVersion } = shape;
    const headerBytes = shape.headerBytes(bytes, at);
    let changes = 0;

    const wireBytes = shape.wireBytes(bytes, at);
    if (ipVersion !== 0) {
      const lengthAt = ipAt + (ipVersion === 6 ? 4 : 2);
      length.unsigned(u16(bytes, at + lengthAt));
      copy2(headers, to + lengthAt, bytes, at + lengthAt);
    }
    if (ipVersion === 4) {
      const idAt = ipAt + 4;
      const step = (u16(bytes, at + idAt) - u16(headers, to + idAt)) & 0xffff;
      id.signed(((step - flows.idStep(flow)) << 16) >> 16);
      flows.learnIdStep(flow, step);
      copy2(headers, to + idAt, bytes, at + idAt);
    }

    const restAt = rest.at;
    if (shape.protocol === TCP) {
      const optionsAt = protocolAt + 20;
      let form = flows.optionsOf(flow);
      const before = flows.forms.stampAt(form);
      const last = before > 0 ? bits32(headers, to + optionsAt + before) : 0;
      const expectedEcho = flows.expectedEcho(flow, shape);
      if (!flows.forms.isOf(form, bytes, at + optionsAt, at + headerBytes)) {
        changes |= Change.Options;
        form = flows.forms.find(bytes, at + optionsAt, at + headerBytes);
        if (form < flows.forms.count) {
          rest.unsigned(form + 1);
        } else {
          rest.unsigned(0);
          rest.byte(headerBytes - optionsAt);
          rest.copy(bytes, at + optionsAt, at + headerBytes);
          form = flows.forms.add(bytes, at + optionsAt, at + headerBytes);
        }
      }
      const stampAt = optionsAt + flows.forms.stampAt(form);
      if (stampAt > optionsAt) {
        stamp.signed(bits32(bytes, at + stampAt) - last | 0);
        echo.signed(bits32(bytes, at + stampAt + 4) - expectedEcho | 0);
      }
      flows.setForm(flow, form, optionsAt);
      if (stampAt > optionsAt) {
        copy4(headers, to + stampAt, bytes, at + stampAt);
        copy4(headers, to + stampAt + 4, bytes, at + stampAt + 4);
      }
      const flagBits = bytes[at + protocolAt + 13]!;
      flags.byte(flagBits);
      headers[to + protocolAt + 13] = flagBits;
      const number = bits32(bytes, at + protocolAt + 4);
      seq.signed(number - flows.expectedSeq(flow) | 0);
      ack.signed(bits32(bytes, at + protocolAt + 8) - flows.expectedAck(flow, shape) | 0);
      flows.learnSeq(flow, number, wireBytes - headerBytes, flagBits);
      copy4(headers, to + protocolAt + 4, bytes, at + protocolAt + 4);
      copy4(headers, to + protocolAt + 8, bytes, at + protocolAt + 8);
      window.signed(u16(bytes, at + protocolAt + 14) - u16(headers, to + protocolAt + 14));
      copy2(headers, to + protocolAt + 14, bytes, at + protocolAt + 14);
      this.#sum(flow, bytes, at, protocolAt + 16);
      // The words of the header, in the upper half of its byte, follow from the options.
      const wordsAt = to + protocolAt + 12;
      headers[wordsAt] = (headers[wordsAt]! & 0xf) | (((headerBytes - protocolAt) >> 2) << 4);
    } else if (shape.protocol === UDP) {
      const udpBytes = u16(bytes, at + protocolAt + 4);
      if (udpBytes !== wireBytes - protocolAt) {
        changes |= Change.UdpLength;
      }
      copy2(headers, to + protocolAt + 4, bytes, at + protocolAt + 4);
      this.#sum(flow, bytes, at, protocolAt + 6);
    } else if (shape.protocol !== OTHER) {
      if (shape.protocol === ICMPV4) {
        const seqAt = protocolAt + 6;
        seq.signed(((u16(bytes, at + seqAt) - u16(headers, to + seqAt) - 1) << 16) >> 16);
        copy2(headers, to + seqAt, bytes, at + seqAt);
      }
      this.#sum(flow, bytes, at, protocolAt + 2);
    }

    const habits = this.#habits(shape, to, bytes, at);
    if (habits !== 0) changes |= Change.Habits;
    if (ipVersion === 4) {
      const checksum = ipv4Checksum(bytes, at + ipAt);
      if (checksum !== u16(bytes, at + ipAt + 10)) {
        changes |= Change.Checksum;
        rest.copy(bytes, at + ipAt + 10, at + ipAt + 12);
      }
    }
    if ((changes & Change.UdpLength) !== 0) rest.unsigned(u16(bytes, at + protocolAt + 4));
    if (end - at !== flows.expectedFrame(flow, wireBytes)) {
      changes |= Change.Frame;
      rest.unsigned(end - at);
      flows.learnFrame(flow, wireBytes, end - at);
    }
    if (restAt === rest.at && changes !== 0) throw new TypeError("A change without its bytes");
    change.unsigned(changes);
  }

  /** The checksum behind IP, as it is. */
  #sum(flow: number, bytes: Uint8Array, at: number, sumAt: number): void {
    this.#sums.byte(bytes[at + sumAt]!);
    this.#sums.byte(bytes[at + sumAt + 1]!);
    copy2(this.#flows.headers, flow * MAX_HEADER_BYTES + sumAt, bytes, at + sumAt);
  }

  /** Writes which bytes are other ones than before, and these; 0 when none are. */
  #habits(shape: Shape, to: number, bytes: Uint8Array, at: number): number {
    const { habits } = shape;
    const { headers } = this.#flows;
    let changed = 0;
    for (let i = 0; i < habits.length; i++) {
      if (bytes[at + habits[i]!] !== headers[to + habits[i]!]) changed |= 1 << i;
    }
    if (changed === 0) return 0;
    const { rest } = this.#columns;
    rest.byte(changed);
    for (let i = 0; i < habits.length; i++) {
      if ((changed & (1 << i)) === 0) continue;
      const byte = bytes[at + habits[i]!]!;
      rest.byte(byte);
      headers[to + habits[i]!] = byte;
    }
    return changed;
  }
}

/** What records hold and which are made: bit 0 for the context, then one for each type. */
function optionBits(isWanted: readonly boolean[], hasContext: boolean): number {
  return isWanted.reduce((bits, is, place) => is ? bits | (2 << place) : bits, hasContext ? 1 : 0);
}

function copy2(to: Uint8Array, toAt: number, from: Uint8Array, at: number): void {
  to[toAt] = from[at]!;
  to[toAt + 1] = from[at + 1]!;
}

function copy4(to: Uint8Array, toAt: number, from: Uint8Array, at: number): void {
  copy2(to, toAt, from, at);
  copy2(to, toAt + 2, from, at + 2);
}
