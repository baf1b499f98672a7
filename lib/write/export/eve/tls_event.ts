import type { TLSClientHello, TLSServerHello } from "../../../../proto/gen/netcap_pb.ts";
import { textOf } from "../../read/field_kind.ts";
import { bytesText, text } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf, type LineRecords, type MappedField } from "../mapped/mapped_field.ts";
import { isResumed, JOINED_TLS, TLS_PARTS } from "../mapped/record_joins.ts";
import { EVE_FILE, eveHead } from "./eve_fields.ts";

const { of, ofAll } = fieldsOf(TLS_PARTS);

const [TCP, UDP] = [6, 17];
const QUIC_2 = 0x6b3343cf;

const VERSIONS: Readonly<Record<number, string>> = {
  ...{ 0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3" },
};
const versionName = (version: number) => VERSIONS[version] ?? `0x${version.toString(16)}`;

/** The version of QUIC; 0 over TCP. */
function quicOf({ parts }: LineRecords): number {
  const { TLSClientHello: client, TLSServerHello: server } = parts as {
    readonly TLSClientHello?: TLSClientHello;
    readonly TLSServerHello?: TLSServerHello;
  };
  return (client ?? server)!.QUICVersion;
}

const isQuic = (line: LineRecords) => quicOf(line) !== 0;

/** The same fields where what they say holds. */
function where(
  holds: (line: LineRecords) => boolean,
  fields: readonly MappedField[],
): MappedField[] {
  return fields.map(({ valueOf, ...field }) => ({
    ...field,
    valueOf: (line) => holds(line) ? valueOf(line) : undefined,
  }));
}

const listed = <T extends number | string>(values: readonly T[]) =>
  values.length === 0 ? undefined : values;

/** Fingerprints, below either name. */
const fingerprints = (under: string) => [
  of(`${under}.ja3.hash`, "TLSClientHello.Ja3", text),
  of(`${under}.ja3s.hash`, "TLSServerHello.Ja3s", text),
  of(`${under}.ja4`, "TLSClientHello.Ja4", text),
];

/** Handshakes. */
export const tlsEvent: LineMapping = {
  title: "tls, quic",
  file: EVE_FILE,
  about:
    "The hellos of both sides: `tls` over TCP, `quic` in QUIC; of one side where the other has " +
    "not said any. With a HelloRetryRequest there are two events.",
  parts: TLS_PARTS,
  join: JOINED_TLS,
  fields: [
    ...eveHead({
      type: (line) => isQuic(line) ? "quic" : "tls",
      times: ["TLSClientHello.Timestamp", "TLSServerHello.Timestamp"],
      ends: endsOfParts(["TLSClientHello"], ["TLSServerHello"], true),
      protocol: (line) => isQuic(line) ? UDP : TCP,
      application: (line) => isQuic(line) ? "quic" : "tls",
    }),
    ...where((line) => !isQuic(line), [
      of("tls.sni", "TLSClientHello.SNI", bytesText),
      ofAll(
        "tls.version",
        ["TLSServerHello.SupportedVersion", "TLSServerHello.Version"],
        (supported, version = 0) =>
          supported === undefined ? undefined : versionName(supported || version),
        "what the server has chosen, as `TLS 1.3`",
      ),
      ofAll(
        "tls.session_resumed",
        [
          ...["TLSServerHello.SupportedVersion", "TLSServerHello.SelectedIdentityPresent"] as const,
          ...["TLSServerHello.SessionID", "TLSClientHello.SessionID"] as const,
        ],
        (...values) => isResumed(...values) || undefined,
        "where it is so, as in Zeek's `resumed`",
      ),
      ...fingerprints("tls"),
      of(
        "tls.client_alpns",
        "TLSClientHello.ALPNs",
        (names) => listed(names.map((name) => textOf(name))),
      ),
      of(
        "tls.server_alpns",
        "TLSServerHello.AlpnProtocol",
        (name) => listed(name.length > 0 ? [textOf(name)] : []),
        "a list of one",
      ),
      of(
        "tls.client_handshake.version",
        "TLSClientHello.HandshakeVersion",
        versionName,
        "as above",
      ),
      of("tls.client_handshake.ciphers", "TLSClientHello.CipherSuites", listed),
      of("tls.client_handshake.exts", "TLSClientHello.Extensions", listed),
      of("tls.client_handshake.sig_algs", "TLSClientHello.SignatureAlgs", listed),
      of("tls.server_handshake.version", "TLSServerHello.Version", versionName, "as above"),
      of("tls.server_handshake.cipher", "TLSServerHello.CipherSuite", (number) => number),
      of("tls.server_handshake.exts", "TLSServerHello.Extensions", listed),
    ]),
    ...where(isQuic, [
      ofAll(
        "quic.version",
        ["TLSClientHello.QUICVersion", "TLSServerHello.QUICVersion"],
        (client, server) => {
          const version = client ?? server ?? 0;
          return version === QUIC_2 ? "v2" : version.toString(16);
        },
        "`1` or `v2`",
      ),
      of("quic.sni", "TLSClientHello.SNI", bytesText),
      ...fingerprints("quic"),
    ]),
  ],
  missing: [
    [
      "tls.subject, tls.issuerdn, tls.serial, tls.fingerprint, tls.notbefore, tls.notafter, tls.subjectaltname, tls.certificate, tls.chain",
      "certificates are not read",
    ],
    ["tls.ja3.string, tls.ja3s.string", "records have the hashes"],
    ["quic.ua, quic.cyu, quic.extensions", "records have what TLS says"],
  ],
};
