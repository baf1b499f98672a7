import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { readUvarint, uvarintBytes, uvarintEnd, writeUvarint } from "../../base/bytes/uvarint.ts";
import {
  type FieldPath,
  findField,
  missingFields,
  type Unbound,
  type ValueShape,
} from "./field_path.ts";
import { isNotZero } from "./integer_tests.ts";
import { KeyCounts, type KeyLimits } from "./key_counts.ts";
import { type Probe, RecordCursor } from "./record_cursor.ts";

/** Counts the record `bytes[at, end)`; of one that is damaged what can be read before that. */
export type RecordCounter = (bytes: Uint8Array, at: number, end: number) => void;

/** A counter for records of a type, or why there is none. */
export type CounterBinding = { readonly count: RecordCounter } | Unbound;

/** How often some values came together, or what was added up for them. */
export interface ValueCount {
  /** One for each field, as protobuf-es has them; 0 or nothing where the record had none. */
  readonly values: readonly unknown[];
  readonly count: number;
}

/** The most frequent values. */
export interface TopCounts {
  /** The fields whose values they are, as the first type has them. */
  readonly fields: readonly DescField[];
  /** Most frequent first. */
  readonly top: readonly ValueCount[];
  /** How many different ones were told apart. */
  readonly distinct: number;
  /** How often values came that were not, since there were too many before; or their sum. */
  readonly other: number;
}

/** Some 100 MB at most. */
const LIMITS: KeyLimits = { maxKeys: 1 << 20, maxBytes: 1 << 26 };

/**
 * Counts records by the values of one field or several, in bounded memory: the first million
 * different values (64 MiB of them) are counted exactly, all later ones together. A record with
 * several values in a field counts for each, also if they are alike. Where a field is added up, a record
 * counts for what that has.
 *
 * ```ts
 * import { create, toBinary } from "@bufbuild/protobuf";
 * import { TopValues } from "./top_values.ts";
 * import { UDPSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const values = new TopValues(["DstPort"]);
 * const bound = values.bind(UDPSchema);
 * const record = toBinary(UDPSchema, create(UDPSchema, { DstPort: 53 }));
 * if ("count" in bound) bound.count(record, 0, record.length);
 * if (values.top(10).top[0]?.values[0] !== 53) throw new Error("once");
 * ```
 */
export class TopValues {
  readonly #names: readonly string[];
  readonly #sum: string | undefined;
  readonly #counts: KeyCounts;
  /** What the record at hand counts for. */
  #weight = 1;
  #paths: readonly FieldPath[] = [];
  #other = 0;
  /** The values of one record one after the other, each with its length in front. */
  #key = new Uint8Array(256);

  /**
   * Begins with no records.
   *
   * @param names The fields, as expressions name them: `SrcIP`, `Questions.Name`.
   * @param sum A field of numbers that are added up in place of counting records.
   * @param limits How much is told apart.
   */
  constructor(names: readonly string[], sum?: string, limits = LIMITS) {
    this.#names = names;
    this.#sum = sum;
    this.#counts = new KeyCounts(limits);
  }

  /** The counter for records of a type; none where it lacks a field. */
  bind(schema: DescMessage): CounterBinding {
    const lack = missingFields(schema, [
      ...this.#names,
      ...this.#sum === undefined ? [] : [this.#sum],
    ]);
    if (lack !== undefined) return lack;
    const paths: FieldPath[] = [];
    for (const name of this.#names) {
      const found = findField(schema, name);
      if ("problem" in found) return found;
      const { field, shape } = found.path.at(-1)!;
      if (field === undefined || shape.scalar === undefined) {
        return { problem: `${schema.name} has no values in "${name}": wanted a field within it` };
      }
      const known = this.#paths[paths.length]?.at(-1)?.shape;
      if (known !== undefined && known.scalar !== shape.scalar) {
        return { problem: `${schema.name} has values of another type in "${name}"` };
      }
      paths.push(found.path);
    }
    if (this.#paths.length === 0) this.#paths = paths;
    const cursor = new RecordCursor();
    const look = this.#walk(cursor, paths, 0);
    if (this.#sum === undefined) {
      return {
        count: (bytes, at, end) => {
          cursor.begin(bytes, at, end);
          look(0);
        },
      };
    }
    const weigher = this.#weigher(schema, this.#sum);
    return "problem" in weigher ? weigher : {
      count: (bytes, at, end) => {
        this.#weight = weigher.weigh(bytes, at, end);
        cursor.begin(bytes, at, end);
        look(0);
      },
    };
  }

  /** What adds up the values of a field in a record; of a list all of them. */
  #weigher(schema: DescMessage, name: string) {
    const found = findField(schema, name);
    if ("problem" in found) return found;
    const { shape } = found.path.at(-1)!;
    if (!isNumber(shape)) {
      return { problem: `${schema.name} has no numbers in "${name}" that could be added up` };
    }
    const cursor = new RecordCursor();
    let sum = 0;
    const look = cursor.some(found.path, (bytes, from, to) => {
      sum += Number(valueOf(shape, bytes.subarray(from, to)));
      return false; // to see them all
    });
    return {
      weigh: (bytes: Uint8Array, at: number, end: number) => {
        sum = 0;
        cursor.begin(bytes, at, end);
        look();
        return sum;
      },
    };
  }

  /** The values that came most often. */
  top(limit: number): TopCounts {
    const ends = this.#paths.map((path) => path.at(-1)!);
    return {
      fields: ends.map(({ field }) => field!),
      top: this.#counts.top(limit).map(({ key, count }) => {
        let at = 0;
        const values = ends.map(({ shape }) => {
          const from = uvarintEnd(key, at, key.length);
          at = from + readUvarint(key, at, from);
          return valueOf(shape, key.subarray(from, at));
        });
        return { values, count };
      }),
      distinct: this.#counts.size,
      other: this.#other,
    };
  }

  /** A function that puts each value of the field behind `used` bytes of the key, and goes on. */
  #walk(cursor: RecordCursor, paths: readonly FieldPath[], depth: number): (used: number) => void {
    if (depth === paths.length) {
      return (used) => {
        if (!this.#counts.add(this.#key, used, this.#weight)) this.#other += this.#weight;
      };
    }
    const next = this.#walk(cursor, paths, depth + 1);
    let begin = 0;
    let hasValue = false;
    const visit: Probe = (bytes, from, to) => {
      hasValue = true;
      const used = begin;
      next(this.#append(used, bytes, from, to));
      return false; // to see them all
    };
    const path = paths[depth]!;
    const look = cursor.some(path, isInteger(path.at(-1)!.shape) ? zeroAsNothing(visit) : visit);
    return (used) => {
      begin = used;
      hasValue = false;
      look();
      if (!hasValue) next(this.#append(used, NOTHING, 0, 0));
    };
  }

  #append(used: number, bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const valueAt = used + uvarintBytes(length);
    if (valueAt + length > this.#key.length) {
      const key = new Uint8Array(2 * (valueAt + length));
      key.set(this.#key);
      this.#key = key;
    }
    writeUvarint(this.#key, used, length);
    for (let at = 0; at < length; at++) this.#key[valueAt + at] = bytes[from + at]!;
    return valueAt + length;
  }
}

const NOTHING = new Uint8Array(0);

function isNumber({ scalar }: ValueShape): boolean {
  return scalar !== undefined && scalar !== ScalarType.STRING && scalar !== ScalarType.BYTES &&
    scalar !== ScalarType.BOOL;
}

function isInteger({ scalar }: ValueShape): boolean {
  return scalar !== ScalarType.STRING && scalar !== ScalarType.BYTES &&
    scalar !== ScalarType.DOUBLE;
}

/** In a list a 0 is written, elsewhere it is not. */
function zeroAsNothing(visit: Probe): Probe {
  return (bytes, from, to) => visit(bytes, from, isNotZero(bytes, from, to) ? to : from);
}

/** A value out of its wire form. */
function valueOf({ scalar }: ValueShape, bytes: Uint8Array): unknown {
  if (scalar === ScalarType.BYTES) return bytes;
  if (scalar === ScalarType.STRING) return UTF8.decode(bytes);
  const reader = new BinaryReader(bytes.length > 0 ? bytes : ZERO);
  switch (scalar) {
    case ScalarType.BOOL:
      return reader.bool();
    case ScalarType.UINT32:
      return reader.uint32();
    case ScalarType.INT64:
      return BigInt(reader.int64());
    case ScalarType.UINT64:
      return BigInt(reader.uint64());
    case ScalarType.DOUBLE:
      return reader.double();
    default:
      return reader.int32();
  }
}

const ZERO = new Uint8Array(8);
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
