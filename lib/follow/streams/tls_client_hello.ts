/** A TLS ClientHello. RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2. */
import { u24 } from "../../base/bytes/bytes.ts";
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { TLSClientHelloSchema } from "../../../proto/netcap_tags.ts";
import { ja3 } from "./ja3.ts";
import { ja4 } from "./ja4.ts";
import { type Ends, type StreamRecords, writeString } from "./stream_records.ts";
import { SpanReader, type TlsCarrier } from "./tls_spans.ts";

const TAG = tagsOf(TLSClientHelloSchema);
const TYPE = typeNumber(TLSClientHelloSchema.name);

/** What a ClientHello says. Byte ranges are of the message, which is not copied. */
export interface ClientHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly ciphers: readonly number[];
  readonly compressions: readonly number[];
  /** Bytes of all extensions. */
  readonly extensionBytes: number;
  /** Types in the order in which they came, GREASE included. */
  readonly extensions: readonly number[];
  readonly serverName: Uint8Array;
  readonly hasStatusRequest: boolean;
  readonly signatures: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly protocols: readonly Uint8Array[];
  readonly versions: readonly number[];
}

const EXTENSION = {
  serverName: 0,
  statusRequest: 5,
  groups: 10,
  pointFormats: 11,
  signatures: 13,
  protocols: 16,
  versions: 43,
} as const;

const RANDOM_BYTES = 32;
const HOST_NAME = 0;
const OCSP = 1;
const NOTHING = new Uint8Array(0);

/** The message behind the handshake header, or undefined where it contradicts itself. */
export function parseClientHello(body: Uint8Array): ClientHello | undefined {
  const from = new SpanReader(body);
  const version = from.u16();
  const random = from.bytes(RANDOM_BYTES);
  const sessionId = from.vector8();
  const ciphers = from.vector16().u16s();
  const compressions = [...from.vector8().rest()];
  const hello = {
    version,
    random,
    sessionId: sessionId.rest(),
    ciphers,
    compressions,
    extensionBytes: 0,
    extensions: [] as number[],
    serverName: NOTHING,
    hasStatusRequest: false,
    signatures: [] as readonly number[],
    groups: [] as readonly number[],
    pointFormats: [] as readonly number[],
    protocols: [] as readonly Uint8Array[],
    versions: [] as readonly number[],
  };
  if (from.left > 0) {
    const all = from.vector16();
    hello.extensionBytes = all.left;
    while (all.left > 0 && !all.hasFailed) {
      const type = all.u16();
      const data = all.vector16();
      hello.extensions.push(type);
      takeExtension(hello, type, data);
    }
    if (all.hasFailed) return undefined;
  }
  return from.hasFailed ? undefined : hello;
}

/** What an extension says; one that contradicts itself says nothing. */
function takeExtension(
  hello: { -readonly [Name in keyof ClientHello]: ClientHello[Name] },
  type: number,
  data: SpanReader,
): void {
  switch (type) {
    case EXTENSION.serverName: {
      const names = data.vector16();
      while (names.left > 0) {
        const isHostName = names.u8() === HOST_NAME;
        const name = names.vector16().rest();
        if (names.hasFailed) break;
        if (isHostName) hello.serverName = name;
      }
      break;
    }
    case EXTENSION.statusRequest:
      hello.hasStatusRequest = data.u8() === OCSP;
      break;
    case EXTENSION.groups:
      hello.groups = data.vector16().u16s();
      break;
    case EXTENSION.pointFormats:
      hello.pointFormats = [...data.vector8().rest()];
      break;
    case EXTENSION.signatures:
      hello.signatures = data.vector16().u16s();
      break;
    case EXTENSION.protocols: {
      const names = data.vector16();
      const protocols: Uint8Array[] = [];
      while (names.left > 0) {
        const name = names.vector8().rest();
        if (names.hasFailed) break;
        protocols.push(name);
      }
      hello.protocols = protocols;
      break;
    }
    case EXTENSION.versions:
      hello.versions = data.vector8().u16s();
      break;
  }
}

/** Writes the record of a hello. */
export function writeClientHello(
  records: StreamRecords,
  ends: Ends,
  hello: ClientHello,
  message: Uint8Array,
  carrier: TlsCarrier,
): void {
  const { hellos } = records.connections;
  const fingerprint = ja3(hello);
  hellos?.clientHello(ends.row, ends.clientSide, fingerprint, hello.serverName);
  const out = records.begin(TYPE, TAG.Timestamp);
  if (out === undefined) return;
  out.uint32(TAG.Type, carrier.recordType);
  out.uint32(TAG.Version, carrier.recordVersion);
  out.uint32(TAG.MessageLen, carrier.recordBytes);
  out.uint32(TAG.HandshakeType, message[0]!);
  out.uint32(TAG.HandshakeLen, u24(message, 1));
  out.uint32(TAG.HandshakeVersion, hello.version);
  out.bytesOf(TAG.Random, hello.random, 0, RANDOM_BYTES);
  out.uint32(TAG.SessionIDLen, hello.sessionId.length);
  out.bytesOf(TAG.SessionID, hello.sessionId, 0, hello.sessionId.length);
  out.uint32(TAG.CipherSuiteLen, 2 * hello.ciphers.length);
  out.uint32(TAG.ExtensionLen, hello.extensionBytes);
  out.bytesOf(TAG.SNI, hello.serverName, 0, hello.serverName.length);
  out.bool(TAG.OSCP, hello.hasStatusRequest);
  out.uint32s(TAG.CipherSuites, hello.ciphers);
  out.uint32s(TAG.CompressMethods, hello.compressions);
  out.uint32s(TAG.SignatureAlgs, hello.signatures);
  out.uint32s(TAG.SupportedGroups, hello.groups);
  out.uint32s(TAG.SupportedPoints, hello.pointFormats);
  for (const name of hello.protocols) out.bytesOf(TAG.ALPNs, name, 0, name.length);
  writeString(out, TAG.Ja3, fingerprint);
  records.address(out, TAG.SrcIP, ends, true);
  records.address(out, TAG.DstIP, ends, false);
  records.mac(out, TAG.SrcMAC, ends, true);
  records.mac(out, TAG.DstMAC, ends, false);
  out.uint32(TAG.SrcPort, records.port(ends, true));
  out.uint32(TAG.DstPort, records.port(ends, false));
  out.uint32s(TAG.Extensions, hello.extensions);
  records.id(out, TAG.ConnectionID, ends);
  writeString(out, TAG.Ja4, ja4(hello, carrier.quicVersion !== 0));
  out.uint32s(TAG.SupportedVersions, hello.versions);
  out.uint32(TAG.QUICVersion, carrier.quicVersion);
  records.commit(TYPE);
}
