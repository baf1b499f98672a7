import { bytesText, seconds, text } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { isResumed, JOINED_TLS, TLS_PARTS } from "../mapped/record_joins.ts";
import { cipherSuiteName } from "../words/cipher_suites.ts";
import { groupName } from "../words/tls_words.ts";
import { zeekEnds } from "./zeek_fields.ts";

const { of, ofAll } = fieldsOf(TLS_PARTS);

const VERSIONS: Readonly<Record<number, string>> = {
  ...{ 0x0300: "SSLv3", 0x0301: "TLSv10", 0x0302: "TLSv11", 0x0303: "TLSv12", 0x0304: "TLSv13" },
};

/** Handshakes. */
export const sslLog: LineMapping = {
  title: "ssl.log",
  file: "ssl.log",
  about:
    "The hellos of both sides, of TLS and of QUIC; of one side where the other has not said any. With a " +
    "HelloRetryRequest there are two lines.",
  parts: TLS_PARTS,
  join: JOINED_TLS,
  fields: [
    ofAll(
      "ts",
      ["TLSClientHello.Timestamp", "TLSServerHello.Timestamp"],
      (client, server) => seconds(client ?? server ?? 0n),
      "seconds, to the microsecond; of the client's hello, else of the server's",
    ),
    ...zeekEnds(endsOfParts(["TLSClientHello"], ["TLSServerHello"], true)),
    ofAll(
      "version",
      ["TLSServerHello.SupportedVersion", "TLSServerHello.Version"],
      (supported, version = 0) => {
        if (supported === undefined) return undefined;
        const number = supported || version;
        return VERSIONS[number] ?? `unknown-${number}`;
      },
      "what the server has chosen, as `TLSv13`",
    ),
    of(
      "cipher",
      "TLSServerHello.CipherSuite",
      (number) => cipherSuiteName(number) ?? `unknown-${number}`,
      "by IANA's names",
    ),
    of(
      "curve",
      "TLSServerHello.SelectedGroup",
      (number) => number === 0 ? undefined : groupName(number) ?? `unknown-${number}`,
      "by IANA's names; of TLS 1.3 only",
    ),
    of("server_name", "TLSClientHello.SNI", bytesText),
    ofAll(
      "resumed",
      [
        ...["TLSServerHello.SupportedVersion", "TLSServerHello.SelectedIdentityPresent"] as const,
        ...["TLSServerHello.SessionID", "TLSClientHello.SessionID"] as const,
      ],
      isResumed,
      "of TLS 1.3 whether a key was chosen that both knew, before whether both say the same session",
    ),
    of("next_protocol", "TLSServerHello.AlpnProtocol", bytesText),
    of("ja3", "TLSClientHello.Ja3", text),
    of("ja3s", "TLSServerHello.Ja3s", text),
    of("ja4", "TLSClientHello.Ja4", text),
  ],
  missing: [
    ["established, last_alert, ssl_history", "what follows the hellos is not read"],
    [
      "cert_chain_fps, client_cert_chain_fps, sni_matches_cert, validation_status",
      "nor certificates",
    ],
  ],
};
