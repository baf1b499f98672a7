/** Tells applications by the first bytes of both sides of a connection. */
import { latin1 } from "../../base/bytes/latin1.ts";
import { looksLikeDns } from "./looks_like_dns.ts";

/** What talks, and who of both is the client. An application of no name is none that is known here. */
export interface Detection {
  readonly application: string;
  readonly clientSide: 0 | 1;
}

/** What the first bytes of one side say by themselves. */
type Hint =
  | { readonly kind: "more" | "none" | "220" }
  | { readonly kind: "+OK"; readonly isGreeting: boolean }
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "known"; readonly application: string; readonly isClient?: boolean };

const MORE: Hint = { kind: "more" };
const NONE: Hint = { kind: "none" };
/** A first line that is longer is none of an application that is known here. */
const MAX_LINE_BYTES = 8 << 10;
const UNKNOWN: Detection = { application: "", clientSide: 0 };

/** Commands with which an SMTP client begins. RFC 5321, section 4.1.1.1; RFC 2033. */
const SMTP_WORDS = ["EHLO", "HELO", "LHLO"];
/** Commands with which a POP3 client begins. RFC 1939; RFC 2449; RFC 2595; RFC 5034. */
const POP3_WORDS = ["USER", "APOP", "AUTH", "CAPA", "STLS", "QUIT"];
/** Commands with which an FTP client begins. RFC 959; RFC 4217. */
const FTP_WORDS = ["USER", "AUTH", "FEAT", "HOST", "SYST", "QUIT"];

/**
 * @param bytes What each side has said so far, that of the connection's client first.
 * @param isDnsPort Whether one of the ports is DNS's.
 * @returns undefined while more must be seen.
 */
export function detect(
  forward: Uint8Array,
  backward: Uint8Array,
  isDnsPort: boolean,
): Detection | undefined {
  const hints = [hintOf(forward, isDnsPort), hintOf(backward, isDnsPort)] as const;
  for (const side of [0, 1] as const) {
    const other = side === 0 ? 1 : 0;
    const found = together(hints[side], hints[other]);
    if (found !== undefined) {
      return { application: found.application, clientSide: found.isClient ? side : other };
    }
  }
  return hints.some(({ kind }) => kind === "none") || hints.every(({ kind }) => kind !== "more")
    ? UNKNOWN
    : undefined;
}

/** What one side says in the light of what the other does. */
function together(
  hint: Hint,
  other: Hint,
): { application: string; isClient: boolean } | undefined {
  switch (hint.kind) {
    case "known":
      // Both sides of SSH begin alike: the client is who opened the connection, until it is known better.
      return { application: hint.application, isClient: hint.isClient ?? true };
    case "word":
      if (SMTP_WORDS.includes(hint.word)) return { application: "SMTP", isClient: true };
      if (other.kind === "+OK" && POP3_WORDS.includes(hint.word)) {
        return { application: "POP3", isClient: true };
      }
      if (other.kind === "220" && FTP_WORDS.includes(hint.word)) {
        return { application: "FTP", isClient: true };
      }
      return undefined;
    case "+OK":
      // Whose first word it is, with something behind it, before anybody has asked.
      return hint.isGreeting && other.kind === "more"
        ? { application: "POP3", isClient: false }
        : undefined;
    default:
      return undefined;
  }
}

function hintOf(bytes: Uint8Array, isDnsPort: boolean): Hint {
  const first = bytes[0];
  if (first === undefined) return MORE;
  if (first === 0x16) return tlsHint(bytes);
  if (first === 0x2b) return greetingHint(bytes, "+OK");
  if (first === 0x32) return greetingHint(bytes, "220");
  if (isLetter(first)) {
    const hint = textHint(bytes);
    if (hint !== NONE) return hint;
  }
  return looksLikeDns(bytes, isDnsPort);
}

/** A record of the handshake, and in it a hello. RFC 8446, sections 4 and 5.1. */
function tlsHint(bytes: Uint8Array): Hint {
  if (bytes.length < 6) return MORE;
  const isHello = bytes[1] === 3 && bytes[2]! <= 4 && (bytes[5] === 1 || bytes[5] === 2);
  return isHello ? { kind: "known", application: "TLS", isClient: bytes[5] === 1 } : NONE;
}

function greetingHint(bytes: Uint8Array, greeting: "220" | "+OK"): Hint {
  if (bytes.length <= greeting.length) return MORE;
  const text = beginOf(bytes, greeting.length + 1);
  if (!text.startsWith(greeting) || !" -\r\n".includes(text.at(-1)!)) return NONE;
  return greeting === "220"
    ? { kind: greeting }
    : { kind: greeting, isGreeting: text.endsWith(" ") };
}

function textHint(bytes: Uint8Array): Hint {
  const begin = beginOf(bytes, 7);
  if (begin.startsWith("SSH-")) return { kind: "known", application: "SSH" };
  if (begin === "HTTP/1.") return { kind: "known", application: "HTTP", isClient: false };
  if (bytes.length < 7 && ("SSH-".startsWith(begin) || "HTTP/1.".startsWith(begin))) return MORE;
  const lineEnd = bytes.indexOf(0x0a);
  if (lineEnd < 0 && bytes.length <= MAX_LINE_BYTES && isText(bytes, bytes.length)) return MORE;
  if (lineEnd < 0 || !isText(bytes, lineEnd)) return NONE;
  const line = latin1(bytes, 0, lineEnd).trimEnd();
  const protocol = /^[A-Z-]+ .* (HTTP\/1|HTTP\/2|RTSP|SIP)[/.][\d.]+$/.exec(line)?.[1];
  if (protocol !== undefined) {
    const application = protocol === "HTTP/1" ? "HTTP" : protocol.replace("/", "");
    return { kind: "known", application, isClient: true };
  }
  const word = /^[A-Za-z]{3,10}(?=$| )/.exec(line)?.[0];
  return word === undefined ? NONE : { kind: "word", word: word.toUpperCase() };
}

function beginOf(bytes: Uint8Array, length: number): string {
  return latin1(bytes, 0, Math.min(length, bytes.length));
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isText(bytes: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 && byte !== 0x0d && byte !== 0x09) return false;
  }
  return true;
}
