/** Records of every type with values that formats are wrong about, the same for the same seed. */
import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES } from "../../../lib/base/record/record_types.ts";
import { randomNumbers } from "../../base/random_numbers.ts";

const TEXTS = [
  ...["", "a", "example.com", "\x1b[2J", "a\nb\tc\r", "\x9b\x7f\0", "\u202e\u2066\u200b\ufeff"],
  ...["\u2028\u2029", "\u{e0041}", '"\\\\x1b', "=1+1", "漢字 é 😀", "<&>", ",;'", "192.0.2.1"],
];
const INTEGERS = [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 1600000000123456789n];
const NUMBERS = [0, 1, 80, 65535, 2 ** 31 - 1];
const DOUBLES = [0, 1.5, -1e-7, 1e21, NaN, Infinity, -Infinity];

/** `count` records of each type. */
export function randomRecords(
  seed: number,
  count: number,
): { schema: DescMessage; message: Message }[] {
  const random = randomNumbers(seed);
  const one = <T>(values: readonly T[]) => values[random(values.length)]!;

  function message(schema: DescMessage, depth: number): Message {
    const fields = schema.fields.flatMap((field) => {
      if (random(3) === 0 || (field.message !== undefined && depth > 3)) return [];
      return [[field.localName, value(field, depth)]];
    });
    return create(schema, Object.fromEntries(fields));
  }

  function value(field: DescField, depth: number): unknown {
    switch (field.fieldKind) {
      case "list":
        return Array.from({ length: random(3) }, () => element(field, depth));
      case "map":
        return Object.fromEntries(
          Array.from({ length: random(3) }, () => [one(TEXTS), element(field, depth)]),
        );
      default:
        return element(field, depth);
    }
  }

  function element(field: DescField, depth: number): unknown {
    if (field.message !== undefined) return message(field.message, depth + 1);
    switch (field.scalar) {
      case undefined:
        return 0;
      case ScalarType.BOOL:
        return random(2) === 1;
      case ScalarType.STRING:
        return one(TEXTS);
      case ScalarType.DOUBLE:
        return one(DOUBLES);
      case ScalarType.BYTES:
        return random(2) === 0
          ? new TextEncoder().encode(one(TEXTS))
          : Uint8Array.from({ length: one([1, 4, 6, 16]) }, () => random(256));
      case ScalarType.INT64:
        return one(INTEGERS);
      case ScalarType.UINT64:
        return BigInt.asUintN(64, one(INTEGERS));
      default:
        return one(NUMBERS);
    }
  }

  return RECORD_TYPES.flatMap((type) => {
    const schema = recordSchema(type)!;
    return Array.from({ length: count }, () => ({ schema, message: message(schema, 0) }));
  });
}
