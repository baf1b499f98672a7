/**
 * Session Initiation Protocol. RFC 3261, sections 7 (messages) and 25.1 (grammar). Text:
 *
 *     method, space, URI, space, version   or   version, space, code, space, reason
 *     headers
 *     an empty line, body
 */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { SIPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { endOfLine, isBlank, SipHeaders } from "./sip_headers.ts";
import { writeText } from "../text.ts";

export const sip = new Decoder({
  name: "Sip",
  schema: SIPSchema,
  from: { udpPort: [5060] },
  decode,
});

const TAG = tagsOf(SIPSchema);
const HEADERS = new SipHeaders();
const SPACE = 0x20;
const VERSION_BYTES = 7;
const VERSION_1 = ascii("SIP/1.0");
const VERSION_2 = ascii("SIP/2.0");
const CODE_DIGITS = 3;
const CSEQ = ascii("cseq");
/** A method's number in records is its place here, from 1 on; any other method is 0. */
const METHODS = [
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "REGISTER",
  "PRACK",
  "SUBSCRIBE",
  "NOTIFY",
  "PUBLISH",
  "INFO",
  "REFER",
  "MESSAGE",
  "UPDATE",
  "PING",
].map(ascii);

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  const lineEnd = endOfLine(bytes, at, end);
  const isResponse = isStatusLine(bytes, at, lineEnd);
  if (!isResponse && !isRequestLine(bytes, at, lineEnd)) return Outcome.Unsupported;
  if (!HEADERS.parse(bytes, lineEnd, end, p.isCut)) return Outcome.Malformed;
  if (HEADERS.count === 0 && !HEADERS.isEnded) return Outcome.Truncated;
  const version = versionAt(bytes, isResponse ? at : lineEnd - VERSION_BYTES, lineEnd);
  const codeAt = at + VERSION_BYTES + 1;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.Method, isResponse ? methodOfCSeq(bytes) : methodAt(bytes, at, lineEnd));
  HEADERS.write(out, TAG.Headers, bytes);
  out.bool(TAG.IsResponse, isResponse);
  if (isResponse) {
    out.uint32(TAG.ResponseCode, numberAt(bytes, codeAt, CODE_DIGITS));
    writeText(out, TAG.ResponseStatus, bytes, codeAt + CODE_DIGITS + 1, lineEnd);
  }
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  out.bool(TAG.Truncated, p.isCut && !HEADERS.isEnded);
  p.at = end;
  return Outcome.Ok;
}

/** Whether a line is a version, a code of three digits and a reason, which may be empty. */
function isStatusLine(bytes: Uint8Array, at: number, end: number): boolean {
  const codeAt = at + VERSION_BYTES + 1;
  const codeEnd = codeAt + CODE_DIGITS;
  return codeEnd <= end && versionAt(bytes, at, end) > 0 && bytes[codeAt - 1] === SPACE &&
    numberAt(bytes, codeAt, CODE_DIGITS) >= 100 && (codeEnd === end || bytes[codeEnd] === SPACE);
}

/** Whether a line is a method, a URI and a version. */
function isRequestLine(bytes: Uint8Array, at: number, end: number): boolean {
  const uriEnd = end - VERSION_BYTES - 1;
  const methodEnd = endOfToken(bytes, at, end);
  if (methodEnd === at || methodEnd + 1 >= uriEnd) return false;
  return bytes[methodEnd] === SPACE && endOfToken(bytes, methodEnd + 1, end) === uriEnd &&
    bytes[uriEnd] === SPACE && versionAt(bytes, uriEnd + 1, end) > 0;
}

/** The version that begins at `at`: 1, 2, or 0 for none. */
function versionAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + VERSION_BYTES > end) return 0;
  if (equals(bytes, at, at + VERSION_BYTES, VERSION_2)) return 2;
  return equals(bytes, at, at + VERSION_BYTES, VERSION_1) ? 1 : 0;
}

/** The number of the method that begins at `at`. */
function methodAt(bytes: Uint8Array, at: number, end: number): number {
  const methodEnd = endOfToken(bytes, at, end);
  for (let index = 0; index < METHODS.length; index++) {
    if (equals(bytes, at, methodEnd, METHODS[index]!)) return index + 1;
  }
  return 0;
}

/** The number of the method behind the sequence number of the CSeq header; 0 without one. */
function methodOfCSeq(bytes: Uint8Array): number {
  const index = HEADERS.indexOf(bytes, CSEQ);
  if (index < 0) return 0;
  const end = HEADERS.valueEnd(index);
  let at = endOfToken(bytes, HEADERS.valueAt(index), end);
  while (at < end && isBlank(bytes[at]!)) at++;
  return methodAt(bytes, at, end);
}

/** A decimal number of that many digits; -1 when there is something else among them. */
function numberAt(bytes: Uint8Array, at: number, digits: number): number {
  let number = 0;
  for (let index = 0; index < digits; index++) {
    const digit = bytes[at + index]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Where a word without white space and control characters ends. */
function endOfToken(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at]! > SPACE) at++;
  return at;
}

function equals(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at !== text.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text[index]) return false;
  }
  return true;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
