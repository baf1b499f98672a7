import { bytesText, text } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf, type LineRecords } from "../mapped/mapped_field.ts";
import { isResumed, JOINED_TLS, TLS_PARTS } from "../mapped/record_joins.ts";
import type { TLSClientHello, TLSServerHello } from "../../../../proto/gen/netcap_pb.ts";
import { cipherSuiteName } from "../words/cipher_suites.ts";
import { groupName } from "../words/tls_words.ts";
import { ECS_FILE, ecsHead } from "./ecs_fields.ts";

const { of, ofAll, always } = fieldsOf(TLS_PARTS);

const VERSIONS: Readonly<Record<number, string>> = {
  ...{ 0x0300: "3.0", 0x0301: "1.0", 0x0302: "1.1", 0x0303: "1.2", 0x0304: "1.3" },
};
const suiteName = (number: number) => cipherSuiteName(number) ?? `0x${number.toString(16)}`;
/** Numbers that mean nothing, so that servers get used to numbers that they do not know. RFC 8701. */
const isGrease = (number: number) =>
  (number & 0x0f0f) === 0x0a0a && number >> 8 === (number & 0xff);

function transport({ parts }: LineRecords): "tcp" | "udp" {
  const { TLSClientHello: client, TLSServerHello: server } = parts as {
    readonly TLSClientHello?: TLSClientHello;
    readonly TLSServerHello?: TLSServerHello;
  };
  return (client ?? server)!.QUICVersion === 0 ? "tcp" : "udp";
}

/** Handshakes. */
export const tlsEvent: LineMapping = {
  title: "farcap.tls",
  file: ECS_FILE,
  about:
    "The hellos of both sides, of TLS and of QUIC; of one side where the other has not said any. With a " +
    "HelloRetryRequest there are two events.",
  parts: TLS_PARTS,
  join: JOINED_TLS,
  fields: [
    ...ecsHead({
      ...{ dataset: "tls", category: ["network"], type: ["protocol", "info"], protocol: "tls" },
      times: ["TLSClientHello.Timestamp", "TLSServerHello.Timestamp"],
      ends: endsOfParts(["TLSClientHello"], ["TLSServerHello"], true),
      transport,
    }),
    always("tls.version_protocol", "tls"),
    ofAll(
      "tls.version",
      ["TLSServerHello.SupportedVersion", "TLSServerHello.Version"],
      (supported, version = 0) =>
        supported === undefined ? undefined : VERSIONS[supported || version],
      "what the server has chosen, as `1.3`",
    ),
    of("tls.cipher", "TLSServerHello.CipherSuite", suiteName, "by IANA's names"),
    of(
      "tls.curve",
      "TLSServerHello.SelectedGroup",
      (number) => groupName(number),
      "by IANA's names; of TLS 1.3 only",
    ),
    ofAll(
      "tls.resumed",
      [
        ...["TLSServerHello.SupportedVersion", "TLSServerHello.SelectedIdentityPresent"] as const,
        ...["TLSServerHello.SessionID", "TLSClientHello.SessionID"] as const,
      ],
      isResumed,
      "as Zeek's `resumed`",
    ),
    of("tls.next_protocol", "TLSServerHello.AlpnProtocol", bytesText),
    of("tls.client.server_name", "TLSClientHello.SNI", bytesText),
    of("tls.client.ja3", "TLSClientHello.Ja3", text),
    of(
      "tls.client.supported_ciphers",
      "TLSClientHello.CipherSuites",
      (numbers) => numbers.filter((number) => !isGrease(number)).map(suiteName),
      "by IANA's names, without GREASE",
    ),
    of("tls.server.ja3s", "TLSServerHello.Ja3s", text),
    of("farcap.tls.client.ja4", "TLSClientHello.Ja4", text),
  ],
  missing: [
    ["tls.established", "what follows the hellos is not read"],
    [
      "tls.client.x509, tls.server.x509, tls.client.certificate, tls.server.certificate",
      "nor certificates",
    ],
  ],
};
