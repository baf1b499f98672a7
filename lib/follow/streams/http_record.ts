/** Records of HTTP transactions and of the files that they carry. */
import { typeNumber } from "../../base/record/record_types.ts";
import { ENTRY_KEY, ENTRY_VALUE, type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { FileSchema, HTTPCookieSchema, HTTPSchema } from "../../../proto/netcap_tags.ts";
import type { HttpBody } from "./http_body.ts";
import type { HttpHeaders } from "./http_head.ts";
import { type Ends, type Moment, type StreamRecords, writeString } from "./stream_records.ts";

const TAG = tagsOf(HTTPSchema);
const TYPE = typeNumber(HTTPSchema.name);
const COOKIE_TAG = tagsOf(HTTPCookieSchema);
const FILE_TAG = tagsOf(FileSchema);
const FILE = typeNumber(FileSchema.name);
const MAX_INT32 = 0x7fffffff;

/** Headers that are left out: records have cookies' names. */
const COOKIE_HEADERS = ["cookie", "set-cookie"];
/** Headers of which only the scheme is kept, as `Basic`. RFC 9110, section 11.6. */
const LOGIN_HEADERS = ["authorization", "proxy-authorization"];
/** In names of headers whose values may let in whoever has them: these are left out. */
const SECRET_NAME = /auth|cookie|credential|csrf|key|passw|secret|session|signature|token/;
/** The user and password of a URL, behind the scheme. RFC 3986, section 3.2.1. */
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i;

export interface HttpRequest {
  readonly at: Moment;
  readonly method: string;
  /** As on the first line. */
  readonly target: string;
  readonly protocol: string;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  /** What it costs until it is written, roughly. */
  readonly keptBytes: number;
}

export interface HttpResponse {
  readonly at: Moment;
  readonly protocol: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  /** What it and its request cost until they are written, roughly. */
  readonly keptBytes: number;
}

/** Whether records of files are wanted, for which bodies are hashed. */
export function wantsFiles(records: StreamRecords): boolean {
  return records.isWanted(FILE);
}

/** Writes the record of a transaction, of which the capture may lack either part. */
export function writeTransaction(
  records: StreamRecords,
  ends: Ends,
  request: HttpRequest | undefined,
  response: HttpResponse | undefined,
): void {
  const out = records.begin(TYPE, TAG.Timestamp, (request ?? response)!.at);
  if (out === undefined) return;
  const asked = (key: string) => request?.headers.of(key) ?? "";
  const answered = (key: string) => response?.headers.of(key) ?? "";
  writeString(out, TAG.Proto, (request ?? response)!.protocol);
  writeString(out, TAG.Method, request?.method ?? "");
  writeString(out, TAG.Host, hostOf(request));
  writeString(out, TAG.UserAgent, asked("user-agent"));
  writeString(out, TAG.Referer, withoutUser(asked("referer")));
  for (const name of cookieNames(asked("cookie"))) {
    const cookie = out.open(TAG.ReqCookies);
    writeString(out, COOKIE_TAG.Name, name);
    out.close(cookie);
  }
  out.uint32(TAG.ReqContentLength, contentLength(request));
  writeString(out, TAG.URL, withoutUser(request?.target ?? ""));
  out.uint32(TAG.ResContentLength, contentLength(response));
  writeString(out, TAG.ContentType, asked("content-type"));
  out.uint32(TAG.StatusCode, response?.status ?? 0);
  records.address(out, TAG.SrcIP, ends, true);
  records.address(out, TAG.DstIP, ends, false);
  writeString(out, TAG.ReqContentEncoding, asked("content-encoding"));
  writeString(out, TAG.ResContentEncoding, answered("content-encoding"));
  writeString(out, TAG.ServerName, answered("server"));
  for (const text of response?.headers.cookies ?? []) writeCookie(out, text);
  writeString(out, TAG.ResContentType, answered("content-type"));
  writeString(out, TAG.ContentTypeDetected, request?.body.detectedType() ?? "");
  writeString(out, TAG.ResContentTypeDetected, response?.body.detectedType() ?? "");
  writeHeaders(out, TAG.RequestHeader as Tag<unknown> as Tag<Uint8Array>, request?.headers);
  writeHeaders(out, TAG.ResponseHeader as Tag<unknown> as Tag<Uint8Array>, response?.headers);
  records.id(out, TAG.ConnectionID, ends);
  out.uint32(TAG.SrcPort, records.port(ends, true));
  out.uint32(TAG.DstPort, records.port(ends, false));
  records.commit(TYPE);
}

/** Writes the record of a body that has passed whole, if it was not empty. */
export function writeFile(
  records: StreamRecords,
  ends: Ends,
  request: HttpRequest | undefined,
  { headers, body }: HttpRequest | HttpResponse,
  isResponse: boolean,
): void {
  if (body.length === 0 || !body.isEnded) return;
  const out = records.begin(FILE, FILE_TAG.Timestamp);
  if (out === undefined) return;
  const path = pathOf(request?.target ?? "");
  const host = hostOf(request);
  writeString(out, FILE_TAG.Name, path.split("/").at(-1)!);
  out.int64(FILE_TAG.Length, BigInt(body.length));
  writeString(out, FILE_TAG.Hash, body.digest());
  writeString(out, FILE_TAG.Ident, records.flowText(ends));
  const source = isResponse
    ? `HTTP RESPONSE${request === undefined ? "" : ` from ${host}${path}`}`
    : `HTTP ${request!.method} REQUEST to ${path}`;
  writeString(out, FILE_TAG.Source, source);
  writeString(out, FILE_TAG.ContentType, headers.of("content-type"));
  writeString(out, FILE_TAG.Host, host);
  writeString(out, FILE_TAG.ContentTypeDetected, body.detectedType());
  records.address(out, FILE_TAG.SrcIP, ends, true);
  records.address(out, FILE_TAG.DstIP, ends, false);
  out.uint32(FILE_TAG.SrcPort, records.port(ends, true));
  out.uint32(FILE_TAG.DstPort, records.port(ends, false));
  records.id(out, FILE_TAG.ConnectionID, ends);
  out.int64(FILE_TAG.HashedLength, BigInt(body.hashed));
  records.commit(FILE);
}

/** Whose the target is: by itself, or by the header. RFC 9112, section 3.2. */
function hostOf(request: HttpRequest | undefined): string {
  if (request === undefined) return "";
  const { method, target, headers } = request;
  if (method === "CONNECT") return target;
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(withoutUser(target))?.[1] ?? headers.of("host");
}

function withoutUser(url: string): string {
  return url.replace(USER_INFO, "$1");
}

function pathOf(target: string): string {
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
}

/** As the header says, else what has passed. */
function contentLength(message: HttpRequest | HttpResponse | undefined): number {
  if (message === undefined) return 0;
  const { headers, body } = message;
  const said = /^\d{1,15}$/.test(headers.of("content-length"));
  return Math.min(MAX_INT32, said ? Number(headers.of("content-length")) : body.length);
}

function cookieNames(header: string): string[] {
  return header.split(";").map((pair) => pair.split("=")[0]!.trim()).filter(Boolean);
}

/** What a server sets, without its value. RFC 6265, section 5.2. */
function writeCookie(out: WireWriter, text: string): void {
  const [pair = "", ...attributes] = text.split(";");
  const of = new Map(attributes.map((attribute) => {
    const [name = "", ...value] = attribute.split("=");
    return [name.trim().toLowerCase(), value.join("=").trim()];
  }));
  const cookie = out.open(TAG.ResCookies);
  writeString(out, COOKIE_TAG.Name, pair.split("=")[0]!.trim());
  writeString(out, COOKIE_TAG.Path, of.get("path") ?? "");
  writeString(out, COOKIE_TAG.Domain, of.get("domain") ?? "");
  const expires = Date.parse(of.get("expires") ?? "") / 1000;
  if (expires > 0) out.int64(COOKIE_TAG.Expires, BigInt(Math.floor(expires)));
  const maxAge = /^-?\d{1,15}$/.test(of.get("max-age") ?? "")
    ? Number(of.get("max-age"))
    : undefined;
  if (maxAge !== undefined) {
    out.int32(COOKIE_TAG.MaxAge, maxAge <= 0 ? -1 : Math.min(MAX_INT32, maxAge));
  }
  out.bool(COOKIE_TAG.Secure, of.has("secure"));
  out.bool(COOKIE_TAG.HttpOnly, of.has("httponly"));
  if (of.has("samesite")) out.uint32(COOKIE_TAG.SameSite, sameSite(of.get("samesite")!));
  out.close(cookie);
}

/** The original's numbers: 1 for what is no such word. */
function sameSite(value: string): number {
  const at = ["lax", "strict", "none"].indexOf(value.toLowerCase());
  return at < 0 ? 1 : at + 2;
}

function writeHeaders(
  out: WireWriter,
  tag: Tag<Uint8Array>,
  headers: HttpHeaders | undefined,
): void {
  for (const { key, name, value } of headers?.entries() ?? []) {
    if (COOKIE_HEADERS.includes(key)) continue;
    const entry = out.open(tag);
    writeString(out, ENTRY_KEY, name);
    writeString(out, ENTRY_VALUE, shownValue(key, value));
    out.close(entry);
  }
}

function shownValue(key: string, value: string): string {
  if (LOGIN_HEADERS.includes(key)) return value.split(" ")[0]!;
  if (key === "referer") return withoutUser(value);
  return SECRET_NAME.test(key) ? "" : value;
}
