/**
 * The matcher on wire bytes against an evaluation over decoded messages: values as protobuf-es
 * decodes them, compared as JavaScript and Node's BlockList compare.
 */
import { assert, assertEquals } from "@std/assert";
import { BlockList, isIPv4, isIPv6 } from "node:net";
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { kindOf, nanosPerUnit } from "../../../lib/base/record/field_kinds.ts";
import { Where } from "../../../lib/write/query/where.ts";
import {
  BFDSchema,
  ConnectionSchema,
  DNSSchema,
  IGMPSchema,
  IPv6Schema,
  Kind,
  NTPSchema,
  OSPFv2Schema,
  TCPSchema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../../base/random_numbers.ts";

const SCHEMAS: readonly DescMessage[] = [
  BFDSchema,
  ConnectionSchema,
  DNSSchema,
  IGMPSchema,
  IPv6Schema,
  NTPSchema,
  OSPFv2Schema,
  TCPSchema,
  UDPSchema,
];

const below = randomNumbers(20200913);
const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)]!;

const ADDRESSES = ["192.0.2.1", "192.0.2.77", "10.1.2.3", "2001:db8::1", "2001:db8:1::1", "::1"];
const NETWORKS = ["192.0.2.0/24", "192.0.2.64/26", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1/128"];
const WIDE = [0n, 1n, 53n, 2n ** 28n, 2n ** 53n + 1n, 1600000000123456789n, 2n ** 63n - 1n];
const TEXTS = ["", "53", "www.example.com", "WWW", "it's", "ü\\n"];

/** Values that a field can have, by its type and kind; some of them are its default. */
function valueOf(field: DescField): unknown {
  switch (field.scalar) {
    case ScalarType.BOOL:
      return below(2) === 1;
    case ScalarType.INT32:
      return oneOf([0, 0, 1, 53, 853, 65535, 2 ** 31 - 1, -1, -(2 ** 31)]);
    case ScalarType.UINT32:
      return oneOf([0, 1, 53, 0xc0000201, 2 ** 32 - 1]);
    case ScalarType.INT64:
      return oneOf([...WIDE, -1n, -(2n ** 63n)]);
    case ScalarType.UINT64:
      return oneOf([...WIDE, 2n ** 64n - 1n]);
    case ScalarType.DOUBLE:
      return oneOf([0, 7.5, -1, 1e300]);
    case ScalarType.STRING:
      if (kindOf(field) === Kind.ADDRESS) return oneOf(["", "?", ...ADDRESSES]);
      return kindOf(field) === Kind.PORT ? oneOf(["", "53", "853", "http"]) : oneOf(TEXTS);
    default:
      return new TextEncoder().encode(oneOf(TEXTS));
  }
}

function randomMessage(schema: DescMessage, depth = 0): Message {
  const message = create(schema) as Message & Record<string, unknown>;
  for (const field of schema.fields) {
    if (below(3) === 0) continue;
    const one = () =>
      field.message && depth < 3 ? randomMessage(field.message, depth + 1) : valueOf(field);
    if (field.message && depth === 3) continue;
    message[field.localName] = field.fieldKind === "list"
      ? Array.from({ length: below(4) }, one)
      : one();
  }
  return message;
}

/** A random field of the schema, by the names on the way to it. */
function randomPath(schema: DescMessage): DescField[] {
  const field = oneOf(schema.fields);
  return field.message ? [field, ...randomPath(field.message)] : [field];
}

/** All values at the end of a path; messages that are absent have the defaults in them. */
function valuesAt(message: Message | undefined, path: readonly DescField[]): unknown[] {
  const [field, ...rest] = path as [DescField, ...DescField[]];
  const value = (message ?? create(field.parent)) as unknown as Record<string, unknown>;
  const found = value[field.localName];
  const all = field.fieldKind === "list" ? found as unknown[] : [found];
  return rest.length === 0 ? all : all.flatMap((inner) => valuesAt(inner as Message, rest));
}

/** A comparison as text, and what it says of one decoded value. */
interface Comparison {
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
  readonly isNegated?: boolean;
}

const ORDERS: Readonly<Record<string, (a: number | bigint, b: number | bigint) => boolean>> = {
  "==": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function comparisonOf(field: DescField): Comparison {
  const kind = kindOf(field);
  const order = oneOf(Object.keys(ORDERS));
  const compare = ORDERS[order]!;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      if (kind === Kind.ADDRESS && field.scalar === ScalarType.STRING) return inNetworks();
      if (kind === Kind.PORT) {
        const port = oneOf([0, 53, 853]);
        const holds = (text: unknown) =>
          /^\d*$/.test(text as string) && compare(Number(text), port);
        return { text: `${order} ${port}`, holds };
      }
      return kind === Kind.MAC || kind === Kind.ADDRESS ? inPattern(kind) : ofText(kind);
    case ScalarType.DOUBLE: {
      const wanted = oneOf([0, 7.5, -1]);
      return { text: `${order} ${wanted}`, holds: (value) => compare(value as number, wanted) };
    }
    default: {
      if (kind === Kind.ADDRESS) return inNetworks(numberAddress);
      const wanted = kind === Kind.PORT
        ? BigInt(oneOf([0, 53, 65535]))
        : oneOf([...WIDE, 2n ** 31n - 1n, 2n ** 32n - 1n]);
      const unit = kind === Kind.DURATION ? nanosPerUnit(field) : 1n;
      const text = kind === Kind.DURATION && below(2) === 1 ? `${wanted}ns` : `${wanted}`;
      const nanos = text.endsWith("ns") ? wanted : wanted * unit;
      if (text.length > 14 && text.endsWith("ns")) return comparisonOf(field); // 12 digits at most
      if (below(4) === 0 && kind !== Kind.DURATION && kind !== Kind.TIME) {
        const list = kind === Kind.PORT ? "53, 65535" : "1, 0x35, 9007199254740993";
        const numbers = list.split(", ").map(BigInt);
        return { text: `in (${list})`, holds: (value) => numbers.includes(bigintOf(value)) };
      }
      return {
        text: `${order} ${text}`,
        holds: (value) => compare(bigintOf(value) * unit, nanos),
      };
    }
  }
}

function bigintOf(value: unknown): bigint {
  return BigInt(value as number | bigint | boolean);
}

function numberAddress(value: unknown): string {
  return [24, 16, 8, 0].map((shift) => (value as number) >>> shift & 0xff).join(".");
}

function inNetworks(toText: (value: unknown) => string = String): Comparison {
  const networks = [oneOf(NETWORKS), oneOf(NETWORKS)];
  const list = new BlockList();
  for (const network of networks) {
    const [address, bits] = network.split("/") as [string, string];
    list.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
  }
  const holds = (value: unknown) => {
    const text = toText(value);
    return isIPv4(text) ? list.check(text, "ipv4") : isIPv6(text) && list.check(text, "ipv6");
  };
  return { text: `in (${networks.join(", ")})`, holds };
}

function inPattern(kind: Kind): Comparison {
  const pattern = kind === Kind.MAC ? "^..$" : "5";
  return { text: `~ "${pattern}"`, holds: (value) => new RegExp(pattern).test(textOf(value)) };
}

function ofText(kind: Kind): Comparison {
  if (kind === Kind.BYTES || kind === Kind.CHECKSUM) {
    return {
      text: "== 0x3533",
      holds: (value) => (value as Uint8Array).toHex() === "3533",
    };
  }
  if (below(2) === 0) return inPattern(kind);
  const wanted = oneOf(TEXTS);
  return {
    text: `== "${wanted.replaceAll("\\", "\\\\")}"`,
    holds: (value) => textOf(value) === wanted,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : new TextDecoder().decode(value as Uint8Array);
}

/** A random expression, and what it says of a decoded record. */
function randomExpression(schema: DescMessage, depth = 0): [string, (record: Message) => boolean] {
  const choice = below(depth > 3 ? 1 : 4);
  if (choice === 0 || choice === 3) {
    const path = randomPath(schema);
    const { text, holds } = comparisonOf(path.at(-1)!);
    const name = path.map(({ name }) => name).join(".");
    const isUnlike = text.startsWith("==") && below(2) === 1;
    const some = (record: Message) => valuesAt(record, path).some(holds);
    return isUnlike
      ? [`${name} !${text.slice(1)}`, (record) => !some(record)]
      : [`${name} ${text}`, some];
  }
  const [left, holdsLeft] = randomExpression(schema, depth + 1);
  const [right, holdsRight] = randomExpression(schema, depth + 1);
  return choice === 1
    ? [`(${left} or ${right})`, (record) => holdsLeft(record) || holdsRight(record)]
    : [`not (${left} and ${right})`, (record) => !(holdsLeft(record) && holdsRight(record))];
}

Deno.test("a filter passes the records that the same expression over decoded ones passes", () => {
  let passed = 0;
  let all = 0;
  for (let round = 0; round < 3000; round++) {
    const schema = oneOf(SCHEMAS);
    const [text, holds] = randomExpression(schema);
    const binding = new Where(text).bind(schema);
    assert("filter" in binding, `${text}: ${"problem" in binding && binding.problem}`);
    for (let record = 0; record < 10; record++) {
      const wire = toBinary(schema, randomMessage(schema));
      const framed = new Uint8Array(wire.length + 9);
      framed.set(wire, 5);
      const expected = holds(fromBinary(schema, wire));
      const passes = binding.filter(framed, 5, 5 + wire.length);
      assertEquals(passes, expected, `${schema.name}: ${text}: ${wire.toHex()}`);
      passed += Number(passes);
      all++;
    }
  }
  assert(passed > all / 10 && passed < all * 9 / 10, `${passed} of ${all} passed`);
});

Deno.test("a filter never throws on damaged records, and reads nothing behind them", () => {
  for (let round = 0; round < 2000; round++) {
    const schema = oneOf(SCHEMAS);
    const [text] = randomExpression(schema);
    const binding = new Where(text).bind(schema);
    assert("filter" in binding);
    const wire = toBinary(schema, randomMessage(schema));
    if (wire.length === 0) continue;
    const end = below(wire.length + 1);
    const alone = binding.filter(wire.slice(0, end), 0, end);
    assertEquals(binding.filter(wire, 0, end), alone, "what is behind the record does not count");
    for (let damage = 0; damage < 5; damage++) {
      wire[below(wire.length)] = below(256);
      binding.filter(wire, 0, wire.length);
    }
  }
});
