import { ScalarType } from "@bufbuild/protobuf";
import { latin1 } from "../../base/bytes/latin1.ts";
import { parseIp } from "../../base/text/parse_ip.ts";
import { Kind } from "../../../proto/gen/netcap_pb.ts";
import type { ValueShape } from "./field_path.ts";
import {
  integerListTest,
  integerTest,
  isNotZero,
  type Order,
  passes,
  readInt32,
} from "./integer_tests.ts";
import {
  hexOf,
  integerOf,
  nanosOf,
  networkOf,
  patternOf,
  type Prefix,
  readHexPairs,
  textOf,
} from "./literals.ts";
import type { Probe } from "./record_cursor.ts";
import type { Operator } from "./where_syntax.ts";
import { type Token, wrongWhere } from "./where_tokens.ts";

/** Nanoseconds since 1970 of a time that somebody has written; undefined for what is none. */
export type ParseTime = (text: string) => bigint | undefined;

/**
 * The test of a value against those that an expression has, by what the field holds.
 *
 * @throws {ConfigError} "usage" when they do not fit each other.
 */
export function valueTest(
  shape: ValueShape,
  operator: Operator,
  values: readonly Token[],
  parseTime: ParseTime,
): Probe {
  if (operator === "~") return patternTest(shape, values[0]!);
  if (operator !== "in") return singleTest(shape, operator, values[0]!, parseTime);
  if (isPlainInteger(shape)) {
    return integerListTest(shape.scalar!, values.map((value) => integerOf(value, shape.kind)));
  }
  const tests = values.map((value) => singleTest(shape, operator, value, parseTime));
  if (tests.length === 1) return tests[0]!;
  return (bytes, from, to) => tests.some((test) => test(bytes, from, to));
}

/** The test of a field's name alone: not 0, not empty. */
export function setTest({ scalar }: ValueShape, isRepeated: boolean): Probe {
  if (isRepeated) return () => true;
  switch (scalar) {
    case undefined:
      return (_, from) => from > 0; // no value stands at 0: its tag is before it
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return (_, from, to) => to > from;
    case ScalarType.DOUBLE: {
      const read = doubleReader();
      return (bytes, from, to) => read(bytes, from, to) !== 0;
    }
    default:
      return isNotZero;
  }
}

function isText({ scalar }: ValueShape): boolean {
  return scalar === ScalarType.STRING || scalar === ScalarType.BYTES;
}

/** Whether the values are whole numbers that mean themselves. */
function isPlainInteger(shape: ValueShape): boolean {
  const { kind, scalar } = shape;
  return scalar !== undefined && !isText(shape) && scalar !== ScalarType.DOUBLE &&
    kind !== Kind.ADDRESS && kind !== Kind.TIME && kind !== Kind.DURATION;
}

function singleTest(
  shape: ValueShape,
  operator: Order | "in",
  value: Token,
  parseTime: ParseTime,
): Probe {
  const { kind, scalar, nanosPerUnit } = shape;
  const order = operator === "in" ? "==" : operator;
  if (scalar === undefined) throw wrongWhere("a field within this message, not all of it", value);
  if (scalar === ScalarType.DOUBLE) return doubleTest(order, value);
  if (isPlainInteger(shape)) return integerTest(scalar, order, integerOf(value, kind));
  if (kind === Kind.TIME) {
    const nanos = parseTime(value.text);
    if (nanos === undefined) throw wrongWhere("a time such as 2020-09-13T12:26:40Z", value);
    return integerTest(scalar, order, nanos);
  }
  if (kind === Kind.DURATION) {
    return durationTest(scalar, order, nanosOf(value, nanosPerUnit), nanosPerUnit);
  }
  if (kind === Kind.PORT) return digitsTest(order, Number(integerOf(value, kind)));
  if (order !== "==") {
    throw wrongWhere('"==", "!=" or "in" before a value that has no order', value);
  }
  switch (kind) {
    case Kind.ADDRESS:
      return addressTest(scalar, networkOf(value, operator === "in"));
    case Kind.MAC: {
      const wanted = "a hardware address such as 00:00:5e:00:53:01";
      return hexTest(scalar, hexOf(value, wanted, operator === "in"));
    }
    case Kind.BYTES:
    case Kind.CHECKSUM:
      return hexTest(scalar, hexOf(value, "bytes as hex digits such as 00ff", false));
    default:
      return textTest(scalar, textOf(value));
  }
}

/** A duration is compared with values in a unit of their own, of which it may be no multiple. */
function durationTest(scalar: ScalarType, order: Order, nanos: bigint, unit: bigint): Probe {
  const whole = nanos / unit;
  if (whole * unit === nanos) return integerTest(scalar, order, whole);
  if (order === "==") return () => false;
  return integerTest(scalar, order.startsWith("<") ? "<=" : ">", whole);
}

/** Passes ports that are written as digits. */
function digitsTest(order: Order, wanted: number): Probe {
  return (bytes, from, to) => {
    let port = 0;
    for (let at = from; at < to; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return false;
      port = port * 10 + digit;
    }
    return passes(order, port - wanted);
  };
}

function doubleTest(order: Order, value: Token): Probe {
  const wanted = value.text.trim() === "" ? NaN : Number(value.text);
  if (Number.isNaN(wanted)) throw wrongWhere("a number such as 7.5", value);
  const read = doubleReader();
  return (bytes, from, to) => passes(order, read(bytes, from, to) - wanted);
}

/** Reads doubles without allocating; 0 where there are no bytes. */
function doubleReader(): (bytes: Uint8Array, from: number, to: number) => number {
  const view = new DataView(new ArrayBuffer(8));
  return (bytes, from, to) => {
    for (let at = 0; at < 8; at++) view.setUint8(at, from + at < to ? bytes[from + at]! : 0);
    return view.getFloat64(0, true);
  };
}

/** Passes addresses of a network, in any form that records have: number, text or raw bytes. */
function addressTest(scalar: ScalarType, { bytes: wanted, bits }: Prefix): Probe {
  const address = new Uint8Array(16);
  if (scalar === ScalarType.UINT32) {
    return (bytes, from, to) => {
      const number = readInt32(bytes, from, to, true);
      for (let at = 0; at < 4; at++) address[at] = number >> (24 - 8 * at);
      return wanted.length === 4 && beginsWith(address, 0, wanted, bits);
    };
  }
  return (bytes, from, to) => {
    const length = parseIp(bytes, from, to, address);
    if (length > 0) return length === wanted.length && beginsWith(address, 0, wanted, bits);
    return scalar === ScalarType.BYTES && to - from === wanted.length &&
      beginsWith(bytes, from, wanted, bits);
  };
}

/** Passes values of as many bytes, as they are or as hex digits in a text. */
function hexTest(scalar: ScalarType, { bytes: wanted, bits }: Prefix): Probe {
  const value = new Uint8Array(wanted.length);
  return (bytes, from, to) => {
    if (scalar === ScalarType.BYTES) {
      return to - from === wanted.length && beginsWith(bytes, from, wanted, bits);
    }
    return readHexPairs(bytes, from, to, value) === wanted.length &&
      beginsWith(value, 0, wanted, bits);
  };
}

/** Whether the first bits at `bytes[at]` are those of `wanted`. */
function beginsWith(bytes: Uint8Array, at: number, wanted: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[at + i] !== wanted[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (bytes[at + whole]! ^ wanted[whole]!) >> (8 - rest) === 0;
}

function textTest(scalar: ScalarType, wanted: Uint8Array): Probe {
  return (bytes, from, to) => {
    const end = scalar === ScalarType.BYTES ? textEnd(bytes, from, to) : to;
    if (end - from !== wanted.length) return false;
    for (let i = 0; i < wanted.length; i++) if (bytes[from + i] !== wanted[i]) return false;
    return true;
  };
}

/** Texts in fields of a fixed length have zeros behind. */
function textEnd(bytes: Uint8Array, from: number, to: number): number {
  while (to > from && bytes[to - 1] === 0) to--;
  return to;
}

function patternTest(shape: ValueShape, value: Token): Probe {
  const { kind, scalar } = shape;
  if (!isText(shape)) throw wrongWhere('a comparison of a number, "~" is for text', value);
  const pattern = patternOf(value);
  // Each byte is a character of its own where they are no text.
  if (kind === Kind.BYTES) return (bytes, from, to) => pattern.test(latin1(bytes, from, to));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (bytes, from, to) => {
    const end = scalar === ScalarType.BYTES ? textEnd(bytes, from, to) : to;
    return pattern.test(decoder.decode(bytes.subarray(from, end)));
  };
}
