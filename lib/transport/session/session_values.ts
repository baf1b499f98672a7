/**
 * What sensor and collector tell each other at the beginning of a session of schema 2: values, each
 * `kind u16 ‖ length u16 ‖ value`, one after the other. Kinds that are not known are passed over, so
 * that a newer end can say more.
 */
import { concat, u16le } from "../../base/bytes/bytes.ts";
import { Encoding } from "../../pack/packed_batch.ts";
import { KEY_ID_BYTES } from "../../seal/agreement_key.ts";

/** All values of a message together. */
export const MAX_VALUES_BYTES = 2048;
/** Length of what tells a store from others. */
export const STORE_ID_BYTES = 16;
/** No collector takes less as the body of a batch's message. */
export const LEAST_LARGEST_BATCH_BYTES = 64 << 10;

/** What a value is. */
export const ValueKind = {
  /** Bytes, one for each. */
  Encodings: 1,
  /** 16 bytes. */
  StoreId: 2,
  /** u32. */
  LargestBatch: 3,
  /** u32 for each. */
  WantedTypes: 4,
  /** i64. */
  Time: 5,
  /** 4 bytes for each. */
  SealedKeys: 6,
  /** Empty. */
  TakesNextKey: 7,
  /** Empty. */
  TellsTime: 8,
} as const;

/** What a sensor offers. */
export interface SensorValues {
  /** Encodings of batches that it can send; delimited records are always among them. */
  readonly encodings: readonly number[];
  /** Whether it can be told of the collector's next key. */
  readonly takesNextKey?: boolean;
  /** Whether it answers when the collector asks for its time. */
  readonly tellsTime?: boolean;
}

/** What a collector answers. */
export interface CollectorValues {
  /** Of these, the ones that it takes, in the order in which it would rather have them. */
  readonly encodings: readonly number[];
  /** Tells where it stores from other places. */
  readonly storeId: Uint8Array;
  /** Longest body of a batch's message. */
  readonly largestBatch: number;
  /** Record types that it wants; all of them if undefined. */
  readonly wantedTypes?: readonly number[];
  /** Ids of the keys for which batches may be sealed, one behind the other; undefined for none. */
  readonly sealedKeys?: Uint8Array;
  /** Its clock, nanoseconds since 1970. */
  readonly time: bigint;
}

/** Encodes a sensor's values. */
export function encodeSensorValues(
  { encodings, takesNextKey, tellsTime }: SensorValues,
): Uint8Array {
  return concat([
    ...valueOf(ValueKind.Encodings, Uint8Array.from(encodings)),
    ...(takesNextKey ? valueOf(ValueKind.TakesNextKey, new Uint8Array(0)) : []),
    ...(tellsTime ? valueOf(ValueKind.TellsTime, new Uint8Array(0)) : []),
  ]);
}

/** Parses them; undefined when they are none. */
export function parseSensorValues(bytes: Uint8Array): SensorValues | undefined {
  const values = parseValues(bytes);
  const encodings = values && parseEncodings(values);
  const takesNextKey = values?.get(ValueKind.TakesNextKey);
  const tellsTime = values?.get(ValueKind.TellsTime);
  const areEmpty = [takesNextKey, tellsTime].every((value) => (value?.length ?? 0) === 0);
  if (!encodings || !areEmpty) return undefined;
  return {
    encodings,
    ...(takesNextKey && { takesNextKey: true }),
    ...(tellsTime && { tellsTime: true }),
  };
}

/** Encodes a collector's values. @throws RangeError For more wanted types than there is room for. */
export function encodeCollectorValues(values: CollectorValues): Uint8Array {
  const { encodings, storeId, largestBatch, wantedTypes, sealedKeys, time } = values;
  const bytes = concat([
    ...valueOf(ValueKind.Encodings, Uint8Array.from(encodings)),
    ...valueOf(ValueKind.StoreId, storeId),
    ...valueOf(ValueKind.LargestBatch, u32s([largestBatch])),
    ...(wantedTypes ? valueOf(ValueKind.WantedTypes, u32s(wantedTypes)) : []),
    ...(sealedKeys ? valueOf(ValueKind.SealedKeys, sealedKeys) : []),
    ...valueOf(ValueKind.Time, i64(time)),
  ]);
  if (bytes.length > MAX_VALUES_BYTES) {
    throw new RangeError(`Values take ${bytes.length} bytes: the limit is ${MAX_VALUES_BYTES}`);
  }
  return bytes;
}

/** Parses them; undefined when they are none, or one that must be there is not. */
export function parseCollectorValues(bytes: Uint8Array): CollectorValues | undefined {
  const values = parseValues(bytes);
  const encodings = values && parseEncodings(values);
  if (!values || !encodings) return undefined;
  const storeId = values.get(ValueKind.StoreId);
  const largest = values.get(ValueKind.LargestBatch);
  const wanted = values.get(ValueKind.WantedTypes);
  const time = values.get(ValueKind.Time);
  if (storeId?.length !== STORE_ID_BYTES || largest?.length !== 4 || time?.length !== 8) {
    return undefined;
  }
  const sealed = values.get(ValueKind.SealedKeys);
  if ((wanted?.length ?? 0) % 4 !== 0 || (sealed?.length ?? 0) % KEY_ID_BYTES !== 0) {
    return undefined;
  }
  const largestBatch = parseU32s(largest)[0]!;
  if (largestBatch < LEAST_LARGEST_BATCH_BYTES) return undefined;
  return {
    encodings,
    storeId: storeId.slice(),
    largestBatch,
    ...(wanted && { wantedTypes: parseU32s(wanted) }),
    ...(sealed && { sealedKeys: sealed.slice() }),
    time: viewOf(time).getBigInt64(0, true),
  };
}

/** By kind; undefined when lengths do not add up or a kind is there twice. */
function parseValues(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  if (bytes.length > MAX_VALUES_BYTES) return undefined;
  const values = new Map<number, Uint8Array>();
  let at = 0;
  while (at + VALUE_HEAD_BYTES <= bytes.length) {
    const kind = u16le(bytes, at);
    const end = at + VALUE_HEAD_BYTES + u16le(bytes, at + 2);
    if (end > bytes.length || values.has(kind)) return undefined;
    values.set(kind, bytes.subarray(at + VALUE_HEAD_BYTES, end));
    at = end;
  }
  return at === bytes.length ? values : undefined;
}

const VALUE_HEAD_BYTES = 4;

function parseEncodings(values: ReadonlyMap<number, Uint8Array>): readonly number[] | undefined {
  const encodings = [...values.get(ValueKind.Encodings) ?? []];
  return encodings.includes(Encoding.Delimited) ? encodings : undefined;
}

function valueOf(kind: number, value: Uint8Array): Uint8Array[] {
  const head = new DataView(new ArrayBuffer(VALUE_HEAD_BYTES));
  head.setUint16(0, kind, true);
  head.setUint16(2, value.length, true);
  return [new Uint8Array(head.buffer), value];
}

function u32s(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [n, number] of numbers.entries()) view.setUint32(4 * n, number, true);
  return new Uint8Array(view.buffer);
}

function i64(number: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, number, true);
  return new Uint8Array(view.buffer);
}

function parseU32s(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  return Array.from({ length: bytes.length / 4 }, (_, n) => view.getUint32(4 * n, true));
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
