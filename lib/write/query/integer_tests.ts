/** Tests of integers in their wire form, varints. All are exact, and none allocates. */
import { ScalarType } from "@bufbuild/protobuf";
import { readUvarint } from "../../base/bytes/uvarint.ts";
import type { Probe } from "./record_cursor.ts";

/** How two values are compared. `!=` is no test of its own: on lists it is `not ==`. */
export type Order = "==" | "<" | "<=" | ">" | ">=";

/** Whether a value that stands to the wanted one as `difference` to 0 passes. */
export function passes(order: Order, difference: number): boolean {
  switch (order) {
    case "==":
      return difference === 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
  }
}

/** Passes integers of a type that stand in this order to `wanted`. */
export function integerTest(scalar: ScalarType, order: Order, wanted: bigint): Probe {
  switch (scalar) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return wideTest(scalar === ScalarType.INT64, order, wanted);
    case ScalarType.BOOL: {
      const number = Number(wanted);
      return (bytes, from, to) => passes(order, Math.sign(readUvarint(bytes, from, to)) - number);
    }
    default: {
      // Rounding a number beyond 2^53 does not change how those below 2^32 stand to it.
      const number = Number(wanted);
      const isSigned = scalar === ScalarType.INT32;
      return order === "=="
        ? (bytes, from, to) => readInt32(bytes, from, to, isSigned) === number
        : (bytes, from, to) => passes(order, readInt32(bytes, from, to, isSigned) - number);
    }
  }
}

/** Passes integers that are among `wanted`. */
export function integerListTest(scalar: ScalarType, wanted: readonly bigint[]): Probe {
  if (scalar === ScalarType.INT32 || scalar === ScalarType.UINT32) {
    const numbers = new Set(wanted.map(Number));
    const isSigned = scalar === ScalarType.INT32;
    return (bytes, from, to) => numbers.has(readInt32(bytes, from, to, isSigned));
  }
  const tests = wanted.map((number) => integerTest(scalar, "==", number));
  return (bytes, from, to) => tests.some((test) => test(bytes, from, to));
}

const MAX_SMALL_BYTES = 4;

/** The 32 bits of a varint, which may have more. */
export function readInt32(
  bytes: Uint8Array,
  from: number,
  to: number,
  isSigned: boolean,
): number {
  if (to - from <= MAX_SMALL_BYTES) return readUvarint(bytes, from, to);
  const low = readUvarint(bytes, from, from + MAX_SMALL_BYTES);
  const bits = low | (bytes[from + MAX_SMALL_BYTES]! << 28);
  return isSigned ? bits : bits >>> 0;
}

/** 64 bits are compared as the upper 36 and the lower 28, both exact numbers. */
const LOW_BITS = 28n;
const LOW_BYTES = 4;
const HIGH_RANGE = 2 ** 36;

function wideTest(isSigned: boolean, order: Order, wanted: bigint): Probe {
  const wantedHigh = Number(wanted >> LOW_BITS);
  const wantedLow = Number(wanted & ((1n << LOW_BITS) - 1n));
  return (bytes, from, to) => {
    const middle = Math.min(to, from + LOW_BYTES);
    // Ten bytes have 70 bits; the six beyond 64 do not count, and up to here none of them is lost.
    let high = readUvarint(bytes, middle, to) % HIGH_RANGE;
    if (isSigned && high >= HIGH_RANGE / 2) high -= HIGH_RANGE;
    const difference = high - wantedHigh;
    return passes(order, difference || readUvarint(bytes, from, middle) - wantedLow);
  };
}

/** Whether a varint is not 0. */
export function isNotZero(bytes: Uint8Array, from: number, to: number): boolean {
  while (from < to && (bytes[from]! & 0x7f) === 0) from++;
  return from < to;
}
