/** Handshakes of TLS and QUIC in exports, beside what tshark says of the same captures. */
import { assert, assertEquals } from "@std/assert";
import { JQ, needs, TSHARK } from "../../../needs.ts";
import { piped } from "../../../piped.ts";
import { inFolder } from "../../../programs/program.ts";
import {
  exportRecords,
  jqLines,
  recordCaptures,
  sorted,
  tshark,
} from "../../../write/export/recorded_capture.ts";
import { SHARED } from "../../shared.ts";

const CAPTURES = ["tls12.pcap", "tls3.pcapng", "tls-sni.pcapng"]
  .map((name) => new URL(`captures/ja4/${name}`, SHARED).pathname);
const VERSIONS: Readonly<Record<string, string>> = { "0x0303": "TLSv12", "0x0304": "TLSv13" };

/** What tshark says of all captures, each once: it also shows what was sent again. */
async function all(filter: string, ...fields: string[]): Promise<string[][]> {
  const rows = new Map<string, string[]>();
  for (const capture of CAPTURES) {
    for (const row of await tshark(capture, filter, "tcp.stream", "udp.stream", ...fields)) {
      rows.set(JSON.stringify([capture, row]), row.slice(2));
    }
  }
  return [...rows.values()];
}

Deno.test({
  ...needs(
    "zeek-json, eve: both hellos of a handshake are one line that says what tshark does",
    TSHARK,
    JQ,
  ),
  fn: () =>
    inFolder(async (folder) => {
      await recordCaptures(folder, ...CAPTURES);
      const zeek = await exportRecords(folder, "zeek-json");
      const clients = await all(
        "tls.handshake.type == 1",
        ...["tls.handshake.extensions_server_name", "tls.handshake.ja3"],
      );
      assert(clients.length > 3);
      assertEquals(
        sorted(await jqLines(`${zeek}/ssl.log`, 'select(.ja3) | [.server_name // "", .ja3]')),
        sorted(clients),
      );
      const values = new TextDecoder().decode(await piped("tshark", ["-G", "values"], ""));
      const names = new Map(
        [...values.matchAll(/^V\ttls\.handshake\.ciphersuite\t(\w+)\t(.*)$/gm)]
          .map(([, number, name]) => [Number(number), name]),
      );
      const servers = await all(
        "tls.handshake.type == 2",
        ...["tls.handshake.ciphersuite", "tls.handshake.extensions.supported_version"],
        ...["tls.handshake.version", "tls.handshake.ja3s"],
      );
      assertEquals(
        sorted(await jqLines(`${zeek}/ssl.log`, "select(.ja3s) | [.cipher, .version, .ja3s]")),
        sorted(servers.map(([suite, supported, version, ja3s]) => [
          names.get(Number(suite)),
          VERSIONS[supported || version!],
          ja3s,
        ])),
      );
      const both = await jqLines(`${zeek}/ssl.log`, "select(.ja3 and .ja3s) | .uid");
      assertEquals(both.length, servers.length);
      const eve = await exportRecords(folder, "eve");
      const quic = await all(
        "quic and tls.handshake.type == 1",
        "tls.handshake.extensions_server_name",
      );
      assertEquals(
        sorted(
          await jqLines(`${eve}/eve.json`, 'select(.event_type == "quic") | [.quic.sni // ""]'),
        ),
        sorted(quic),
      );
      const joined = await jqLines(
        `${eve}/eve.json`,
        ".tls // .quic // empty | select(.ja3 and .ja3s)",
      );
      assertEquals(joined.length, both.length);
    }),
});
