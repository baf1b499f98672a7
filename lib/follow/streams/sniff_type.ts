/** The media type of content by its first bytes. WHATWG, MIME Sniffing, sections 6 and 7. */

import { latin1 } from "../../base/bytes/latin1.ts";

/** So many are looked at. */
export const MAX_SNIFFED_BYTES = 512;

/** Beginnings of types, with `?` for any byte, in Latin-1; text ones are told apart by case below. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ["%PDF-", "application/pdf"],
  ["%!PS-Adobe-", "application/postscript"],
  ["\xfe\xff", "text/plain; charset=utf-16be"],
  ["\xff\xfe", "text/plain; charset=utf-16le"],
  ["\xef\xbb\xbf", "text/plain; charset=utf-8"],
  ["\x00\x00\x01\x00", "image/x-icon"],
  ["\x00\x00\x02\x00", "image/x-icon"],
  ["BM", "image/bmp"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
  ["RIFF????WEBPVP", "image/webp"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["FORM????AIFF", "audio/aiff"],
  ["ID3", "audio/mpeg"],
  ["OggS\0", "application/ogg"],
  ["MThd\0\0\0\x06", "audio/midi"],
  ["RIFF????AVI ", "video/avi"],
  ["RIFF????WAVE", "audio/wave"],
  ["\x1a\x45\xdf\xa3", "video/webm"],
  ["\x00\x01\x00\x00", "font/ttf"],
  ["OTTO", "font/otf"],
  ["ttcf", "font/collection"],
  ["wOFF", "font/woff"],
  ["wOF2", "font/woff2"],
  ["\x1f\x8b\x08", "application/x-gzip"],
  ["PK\x03\x04", "application/zip"],
  ["Rar!\x1a\x07\x00", "application/x-rar-compressed"],
  ["Rar!\x1a\x07\x01\x00", "application/x-rar-compressed"],
  ["\0asm", "application/wasm"],
];

/** Behind white space, and before a space or `>`. */
const HTML =
  /^<(?:!DOCTYPE HTML|HTML|HEAD|SCRIPT|IFRAME|H1|DIV|FONT|TABLE|A|STYLE|TITLE|B|BODY|BR|P)[ >]|^<!--/i;
/** Bytes that no text has. Section 7, "binary data byte". */
// deno-lint-ignore no-control-regex
const BINARY = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** @param content The first bytes, at least one. */
export function sniffType(content: Uint8Array): string {
  const head = latin1(content, 0, Math.min(content.length, MAX_SNIFFED_BYTES));
  const text = head.replace(/^[\t\n\f\r ]+/, "");
  if (HTML.test(text)) return "text/html; charset=utf-8";
  if (text.startsWith("<?xml")) return "text/xml; charset=utf-8";
  const found = SIGNATURES.find(([signature]) => begins(head, signature));
  if (found !== undefined) return found[1];
  if (isMp4(head)) return "video/mp4";
  return BINARY.test(head) ? "application/octet-stream" : "text/plain; charset=utf-8";
}

function begins(head: string, signature: string): boolean {
  if (head.length < signature.length) return false;
  for (let at = 0; at < signature.length; at++) {
    if (signature[at] !== "?" && signature[at] !== head[at]) return false;
  }
  return true;
}

/** A first box of type `ftyp` that names a brand of MP4. Section 6.2.1. */
function isMp4(head: string): boolean {
  if (head.length < 12 || head.slice(4, 8) !== "ftyp") return false;
  const box = (head.charCodeAt(2) << 8) | head.charCodeAt(3);
  if (head.charCodeAt(0) !== 0 || head.charCodeAt(1) !== 0 || box % 4 !== 0) return false;
  if (head.startsWith("mp4", 8)) return true;
  for (let at = 16; at + 4 <= Math.min(box, head.length); at += 4) {
    if (head.startsWith("mp4", at)) return true;
  }
  return false;
}
