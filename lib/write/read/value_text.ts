import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { Kind } from "../../../proto/gen/netcap_pb.ts";
import {
  MAX_IPV6_TEXT_BYTES,
  writeIpv4Text,
  writeIpv6Text,
  writeMacText,
} from "../../base/text/address_text.ts";
import { encodeHex } from "../../base/bytes/bytes.ts";
import { kindOf } from "../../base/record/field_kinds.ts";
import { fieldKind, textOf } from "./field_kind.ts";

/** How the values of a field are written, in lists those of its elements, by what they are. */
export interface ValueText {
  /**
   * `literal`: a number or a truth value, as JSON has them. `plain`: text of ours, of printable ASCII
   * without quotes and backslashes. `free`: anything that somebody may have sent.
   */
  readonly form: "literal" | "plain" | "free";
  print(value: unknown): string;
}

/**
 * How the values of a field that is no message are written in our formats: times by `time`, raw
 * addresses as addresses, names and texts as text, other bytes as hex digits, integers of 64 bits as
 * text since many programs round them. What is no UTF-8 in a text becomes U+FFFD.
 */
export function valueText(field: DescField, time: (nanos: bigint) => string): ValueText {
  const kind = kindOf(field);
  switch (fieldKind(field)) {
    case "boolean":
      return LITERAL;
    case "double":
      return { form: "literal", print: doubleText };
    case "string":
      return { form: "free", print: (value) => value as string };
    case "text":
      return kind === Kind.ADDRESS || kind === Kind.MAC ? bytesText(kind) : FREE_BYTES;
    case "bytes":
      return bytesText(kind);
    case "enum":
      return {
        form: "plain",
        print: (value) => field.enum!.value[value as number]?.name ?? String(value),
      };
    case "message":
      throw new TypeError(`${field} is a message: its fields have texts`);
    case "integer":
      return integerText(field, kind, time);
  }
}

const LITERAL: ValueText = { form: "literal", print: String };
const FREE_BYTES: ValueText = { form: "free", print: (value) => textOf(value as Uint8Array) };

function integerText(field: DescField, kind: Kind, time: (nanos: bigint) => string): ValueText {
  if (kind === Kind.TIME) return { form: "plain", print: (value) => time(value as bigint) };
  if (kind === Kind.ADDRESS) return { form: "plain", print: (value) => dotted(value as number) };
  return is64Bit(field) ? { form: "plain", print: String } : LITERAL;
}

function is64Bit(field: DescField): boolean {
  switch (field.scalar) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return true;
    default:
      return false;
  }
}

function bytesText(kind: Kind): ValueText {
  switch (kind) {
    case Kind.ADDRESS:
      return { form: "plain", print: (value) => addressText(value as Uint8Array) };
    case Kind.MAC:
      return { form: "plain", print: (value) => macText(value as Uint8Array) };
    case Kind.NAME:
    case Kind.TEXT:
      return FREE_BYTES;
    default:
      return { form: "plain", print: (value) => encodeHex(value as Uint8Array) };
  }
}

/** Protobuf's JSON mapping has these as strings, which quotes of their own make of them. */
function doubleText(value: unknown): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** An address of 4 or 16 bytes, or one that is text already; of other bytes the hex digits. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return textOf(SCRATCH.subarray(0, writeIpv4Text(SCRATCH, 0, bytes, 0)));
  const text = textOf(bytes);
  if (/^[0-9a-f]*[.:][0-9a-f.:]*$/i.test(text)) return text;
  if (bytes.length !== 16) return encodeHex(bytes);
  return textOf(SCRATCH.subarray(0, writeIpv6Text(SCRATCH, 0, bytes, 0)));
}

function macText(bytes: Uint8Array): string {
  const text = new Uint8Array(3 * bytes.length);
  return textOf(text.subarray(0, writeMacText(text, 0, bytes, 0, bytes.length)));
}

function dotted(address: number): string {
  return `${address >>> 24}.${address >>> 16 & 255}.${address >>> 8 & 255}.${address & 255}`;
}

const SCRATCH = new Uint8Array(MAX_IPV6_TEXT_BYTES);
