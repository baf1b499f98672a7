/** A TLS ServerHello, HelloRetryRequest included. RFC 8446, section 4.1.3; RFC 5246, section 7.4.1.3. */
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { TLSServerHelloSchema } from "../../../proto/netcap_tags.ts";
import { ja3s } from "./ja3.ts";
import { type Ends, type StreamRecords, writeString } from "./stream_records.ts";
import { SpanReader, type TlsCarrier } from "./tls_spans.ts";

const TAG = tagsOf(TLSServerHelloSchema);
const TYPE = typeNumber(TLSServerHelloSchema.name);
const RANDOM_BYTES = 32;

/** What a ServerHello says. Byte ranges are of the message, which is not copied. */
export interface ServerHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipher: number;
  readonly compression: number;
  /** In the order in which they came. */
  readonly extensions: readonly { readonly type: number; readonly data: Uint8Array }[];
}

const EXTENSION = {
  statusRequest: 5,
  protocols: 16,
  timestamps: 18,
  extendedMasterSecret: 23,
  ticket: 35,
  preSharedKey: 41,
  versions: 43,
  cookie: 44,
  keyShare: 51,
  nextProtocol: 13172,
  renegotiation: 0xff01,
} as const;

/** The message behind the handshake header, or undefined where it contradicts itself. */
export function parseServerHello(body: Uint8Array): ServerHello | undefined {
  const from = new SpanReader(body);
  const version = from.u16();
  const random = from.bytes(RANDOM_BYTES);
  const sessionId = from.vector8().rest();
  const cipher = from.u16();
  const compression = from.u8();
  const extensions: { type: number; data: Uint8Array }[] = [];
  if (from.left > 0) {
    const all = from.vector16();
    while (all.left > 0) extensions.push({ type: all.u16(), data: all.vector16().rest() });
    if (all.hasFailed) return undefined;
  }
  return from.hasFailed
    ? undefined
    : { version, random, sessionId, cipher, compression, extensions };
}

/** The random of a ServerHello that asks for another ClientHello. RFC 8446, section 4.1.3. */
const RETRY = Uint8Array.fromHex(
  "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
);

/** Whether another ClientHello and ServerHello follow. */
export function isRetryRequest({ random }: ServerHello): boolean {
  return random.every((byte, at) => byte === RETRY[at]);
}

/** Writes the record of a hello. */
export function writeServerHello(
  records: StreamRecords,
  ends: Ends,
  hello: ServerHello,
  carrier: TlsCarrier,
): void {
  const types = hello.extensions.map(({ type }) => type);
  const fingerprint = ja3s(hello.version, hello.cipher, types);
  records.connections.hellos?.serverHello(ends.row, ends.clientSide === 0 ? 1 : 0, fingerprint);
  const out = records.begin(TYPE, TAG.Timestamp);
  if (out === undefined) return;
  const has = (type: number) => types.includes(type);
  const dataOf = (type: number) =>
    new SpanReader(hello.extensions.find((each) => each.type === type)?.data ?? NOTHING);
  out.uint32(TAG.Version, hello.version);
  out.bytesOf(TAG.Random, hello.random, 0, RANDOM_BYTES);
  out.bytesOf(TAG.SessionID, hello.sessionId, 0, hello.sessionId.length);
  out.uint32(TAG.CipherSuite, hello.cipher);
  out.uint32(TAG.CompressionMethod, hello.compression);
  out.bool(TAG.NextProtoNeg, has(EXTENSION.nextProtocol));
  for (const name of namesOf(dataOf(EXTENSION.nextProtocol))) {
    out.bytesOf(TAG.NextProtos, name, 0, name.length);
  }
  out.bool(TAG.OCSPStapling, has(EXTENSION.statusRequest));
  out.bool(TAG.TicketSupported, has(EXTENSION.ticket));
  out.bool(TAG.SecureRenegotiationSupported, has(EXTENSION.renegotiation));
  const renegotiation = dataOf(EXTENSION.renegotiation).vector8().rest();
  out.bytesOf(TAG.SecureRenegotiation, renegotiation, 0, renegotiation.length);
  const [protocol] = namesOf(dataOf(EXTENSION.protocols).vector16());
  if (protocol !== undefined) out.bytesOf(TAG.AlpnProtocol, protocol, 0, protocol.length);
  out.bool(TAG.Ems, has(EXTENSION.extendedMasterSecret));
  const timestamps = dataOf(EXTENSION.timestamps).vector16();
  while (timestamps.left > 0) {
    const each = timestamps.vector16().rest();
    out.bytesOf(TAG.Scts, each, 0, each.length);
  }
  out.uint32(TAG.SupportedVersion, dataOf(EXTENSION.versions).u16());
  out.bool(TAG.SelectedIdentityPresent, has(EXTENSION.preSharedKey));
  out.uint32(TAG.SelectedIdentity, dataOf(EXTENSION.preSharedKey).u16());
  const cookie = dataOf(EXTENSION.cookie).vector16().rest();
  out.bytesOf(TAG.Cookie, cookie, 0, cookie.length);
  out.uint32(TAG.SelectedGroup, dataOf(EXTENSION.keyShare).u16());
  out.uint32s(TAG.Extensions, types);
  records.address(out, TAG.SrcIP, ends, false);
  records.address(out, TAG.DstIP, ends, true);
  records.mac(out, TAG.SrcMAC, ends, false);
  records.mac(out, TAG.DstMAC, ends, true);
  out.uint32(TAG.SrcPort, records.port(ends, false));
  out.uint32(TAG.DstPort, records.port(ends, true));
  writeString(out, TAG.Ja3s, fingerprint);
  records.id(out, TAG.ConnectionID, ends);
  out.uint32(TAG.QUICVersion, carrier.quicVersion);
  records.commit(TYPE);
}

const NOTHING = new Uint8Array(0);

function namesOf(list: SpanReader): Uint8Array[] {
  const names: Uint8Array[] = [];
  while (list.left > 0) names.push(list.vector8().rest());
  return names;
}
