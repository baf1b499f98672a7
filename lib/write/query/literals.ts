/** What the values of an expression stand for, each read as what its field holds. */
import { durationNanos } from "../../base/text/duration_nanos.ts";
import { hexDigit } from "../../base/bytes/hex_digit.ts";
import { parseIp } from "../../base/text/parse_ip.ts";
import { Kind } from "../../../proto/gen/netcap_pb.ts";
import { type Token, wrongWhere } from "./where_tokens.ts";

/** Bytes of which the first bits count: an address, or a network. */
export interface Prefix {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

const MAX_PORT = 0xffff;

/** A whole number, decimal or hex (`0x1f`); of flags also `true` and `false`. */
export function integerOf(value: Token, kind: Kind): bigint {
  const { text } = value;
  if (kind === Kind.FLAGS && (text === "true" || text === "false")) {
    return text === "true" ? 1n : 0n;
  }
  const isInteger = /^(?:-?\d{1,20}|0x[\da-fA-F]{1,16})$/.test(text);
  const isPort = kind === Kind.PORT;
  if (!isInteger || (isPort && !(Number(text) >= 0 && Number(text) <= MAX_PORT))) {
    throw wrongWhere(
      isPort
        ? "a port, a number such as 53"
        : kind === Kind.FLAGS
        ? "true, false or a whole number"
        : "a whole number such as 64 or 0x40",
      value,
    );
  }
  return BigInt(text);
}

/** Nanoseconds of a duration (`1.5s`, `1h30m`), or of a number in the field's own unit. */
export function nanosOf(value: Token, nanosPerUnit: bigint): bigint {
  const { text } = value;
  if (/^-?\d{1,20}$/.test(text)) return BigInt(text) * nanosPerUnit;
  const nanos = durationNanos(text);
  if (nanos === undefined) {
    throw wrongWhere(
      "a duration such as 1.5s or 1h30m, or a whole number in the field's unit",
      value,
    );
  }
  return nanos;
}

/** A network address; where prefixes are allowed also a network such as `192.0.2.0/24`. */
export function networkOf(value: Token, allowsPrefix: boolean): Prefix {
  const [text, length] = splitPrefix(value.text, allowsPrefix);
  const ascii = new TextEncoder().encode(text);
  const address = new Uint8Array(16);
  const bytes = address.subarray(0, parseIp(ascii, 0, ascii.length, address));
  const bits = bitsOf(length, bytes);
  if (bits === undefined) {
    throw wrongWhere(
      allowsPrefix
        ? "an address or a network such as 192.0.2.0/24 or 2001:db8::/32"
        : 'an address such as 192.0.2.1 or 2001:db8::1 (networks: with "in")',
      value,
    );
  }
  return { bytes, bits };
}

/** Bytes as hex digits, in pairs with or without `:`, `-` or `.` between them. */
export function hexOf(value: Token, wanted: string, allowsPrefix: boolean): Prefix {
  const [text, length] = splitPrefix(value.text.replace(/^0x/, ""), allowsPrefix);
  const ascii = new TextEncoder().encode(text);
  const buffer = new Uint8Array(ascii.length);
  const bytes = buffer.subarray(0, Math.max(0, readHexPairs(ascii, 0, ascii.length, buffer)));
  const bits = bitsOf(length, bytes);
  if (bits === undefined) throw wrongWhere(wanted, value);
  return { bytes, bits };
}

function splitPrefix(text: string, allowsPrefix: boolean): [string, string | undefined] {
  const slash = allowsPrefix ? text.indexOf("/") : -1;
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)];
}

/** Undefined where there are not as many, or no bytes. */
function bitsOf(length: string | undefined, { length: bytes }: Uint8Array): number | undefined {
  if (bytes === 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const bits = length === undefined ? 8 * bytes : Number(length);
  return bits <= 8 * bytes ? bits : undefined;
}

/**
 * Reads the bytes that the hex digits `text[from, to)` stand for, up to the room that `out` has.
 * Returns how many; -1 where it is something else, or more.
 */
export function readHexPairs(text: Uint8Array, from: number, to: number, out: Uint8Array): number {
  let count = 0;
  for (let at = from; at < to; at += 2) {
    const isBetween = count > 0 && SEPARATORS.includes(text[at]!);
    if (isBetween) at++;
    if (at + 2 > to || count === out.length) return -1;
    const high = hexDigit(text[at]!);
    const low = hexDigit(text[at + 1]!);
    if (high < 0 || low < 0) return -1;
    out[count++] = high * 16 + low;
  }
  return count;
}

/** `:`, `-` and `.`. */
const SEPARATORS = [0x3a, 0x2d, 0x2e];

/** A text: a word as it is, one in quotes with the escapes of JavaScript. */
export function textOf(value: Token): Uint8Array {
  if (value.is === "word") return new TextEncoder().encode(value.text);
  const text = value.text.replaceAll(/\\(?:x([\da-fA-F]{2})|u\{([\da-fA-F]{1,6})\}|[^])/g, (
    escape,
    byte: string | undefined,
    point: string | undefined,
  ) => {
    const code = byte ?? point;
    if (code !== undefined && parseInt(code, 16) <= 0x10ffff) {
      return String.fromCodePoint(parseInt(code, 16));
    }
    const plain = ESCAPES[escape[1]!];
    if (plain === undefined) {
      throw wrongWhere("a text whose \\ is one of \\\\ \\n \\r \\t \\0 \\x0a \\u{20ac}", value);
    }
    return plain;
  });
  return new TextEncoder().encode(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
};

/** A regular expression of JavaScript, by code points. */
export function patternOf(value: Token): RegExp {
  try {
    return new RegExp(value.text, "u");
  } catch (error) {
    const why = (error as Error).message.replace(/^.*: /, "");
    throw wrongWhere(`a regular expression (${why})`, value);
  }
}
