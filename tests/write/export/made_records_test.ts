/** Lines of records that the recorded captures do not have. */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import {
  MailSchema,
  SMTPSchema,
  TLSClientHelloSchema,
  TLSServerHelloSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { needs } from "../../needs.ts";
import { frame } from "../files/record_file_bytes.ts";
import { inFolder } from "../files/in_folder.ts";
import { EVE_SCHEMA, eveErrors } from "./eve_errors.ts";
import { exportRecords, READERS } from "./recorded_capture.ts";

const Timestamp = 1_600_000_000_123_456_789n;
const bytes = (text: string) => new TextEncoder().encode(text);

async function store(folder: string, records: readonly Made[]): Promise<void> {
  await using to = await RecordStore.open(`${folder}/records`, { version: "v1" });
  for (const { schema, encoding } of records) {
    await to.append({
      ...{ clientId: "x", type: typeNumber(schema.name), count: 1, containsPayloads: false },
      ...{ records: frame(encoding), firstTime: Timestamp, lastTime: Timestamp },
    });
  }
  await to.commit();
}

interface Made {
  readonly schema: DescMessage;
  readonly encoding: Uint8Array;
}

function made<Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): Made {
  return { schema, encoding: toBinary(schema, create(schema, init)) };
}

const CLIENT = { SrcIP: "192.0.2.1", SrcPort: 4711, DstIP: "192.0.2.9", DstPort: 443 };
const SERVER = { SrcIP: "192.0.2.9", SrcPort: 443, DstIP: "192.0.2.1", DstPort: 4711 };

function hellos(ConnectionID: bigint, QUICVersion: number): Made[] {
  return [
    made(TLSClientHelloSchema, {
      ...{ Timestamp, ConnectionID, QUICVersion, ...CLIENT, SNI: bytes("a.example") },
      ...{ CipherSuites: [0x0a0a, 0x1301], Extensions: [0], SignatureAlgs: [0x0403] },
      ...{
        ALPNs: [bytes("h2")],
        HandshakeVersion: 0x0303,
        Ja3: "aa",
        Ja4: "t13d",
        SessionID: bytes("s"),
      },
    }),
    made(TLSServerHelloSchema, {
      ...{ Timestamp: Timestamp + 1_000_000n, ConnectionID, QUICVersion, ...SERVER },
      ...{ Version: 0x0303, SupportedVersion: 0x0304, CipherSuite: 0x1301, SelectedGroup: 29 },
      ...{ AlpnProtocol: bytes("h2"), Ja3s: "bb", SessionID: bytes("s"), Extensions: [43] },
    }),
  ];
}

const MAILS = [
  made(MailSchema, {
    ...{ Timestamp, ConnectionID: 7n, ClientIP: "192.0.2.1", ServerIP: "192.0.2.25" },
    ...{
      Origin: "SMTP",
      ReturnPath: "ann@example.org",
      EnvelopeTo: "bob@example.org,cy@example.org",
    },
    ...{ From: '"Ann, A." <ann@example.org>', To: '"Bee, Bob" <bob@example.org>, cy@example.org' },
    ...{ Subject: "x", MessageID: "<1@example.org>", Date: "Thu, 1 Jan 1970 00:00:00 +0000" },
  }),
  made(SMTPSchema, { Timestamp, ConnectionID: 7n, MailIDs: ["1"], ...CLIENT, DstPort: 25 }),
  made(SMTPSchema, { Timestamp, ConnectionID: 8n, IsEncrypted: true, ...CLIENT, DstPort: 25 }),
];

const lines = async (path: string) =>
  (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) => JSON.parse(line));

Deno.test("zeek-json, ecs: hellos and mails have the values that Zeek and Elastic have for them", () =>
  inFolder(async (folder) => {
    await store(folder, [...hellos(1n, 0), ...hellos(2n, 1), ...MAILS]);
    const zeek = await exportRecords(folder, "zeek-json");
    const ssl = await lines(`${zeek}/ssl.log`);
    assertEquals(ssl.length, 2);
    const { uid, ts, ...rest } = ssl[0];
    assertEquals([uid[0], ts], ["C", 1_600_000_000.123456]);
    assertEquals(rest, {
      ...{
        "id.orig_h": "192.0.2.1",
        "id.orig_p": 4711,
        "id.resp_h": "192.0.2.9",
        "id.resp_p": 443,
        _system_name: "x",
      },
      ...{ version: "TLSv13", cipher: "TLS_AES_128_GCM_SHA256", curve: "x25519" },
      ...{ server_name: "a.example", resumed: false, next_protocol: "h2" },
      ...{ ja3: "aa", ja3s: "bb", ja4: "t13d" },
    });
    const [mail, connection] = await lines(`${zeek}/smtp.log`);
    // As split_mime_email_addresses() in Zeek's base/utils/email.zeek.
    assertEquals(mail.to, ['"Bee, Bob" <bob@example.org>', "cy@example.org"]);
    assertEquals([mail.mailfrom, mail.rcptto, mail.msg_id], [
      "ann@example.org",
      ["bob@example.org", "cy@example.org"],
      "<1@example.org>",
    ]);
    assertEquals([connection.tls, connection["id.resp_p"], "mailfrom" in connection], [
      true,
      25,
      false,
    ]);
    const ecs = await lines(`${await exportRecords(folder, "ecs")}/ecs.ndjson`);
    const tls = ecs.filter(({ event }) => event.dataset === "farcap.tls");
    assertEquals(tls.map(({ network }) => network.transport), ["tcp", "udp"]);
    assertEquals(tls[0].tls, {
      ...{ version_protocol: "tls", version: "1.3", cipher: "TLS_AES_128_GCM_SHA256" },
      ...{ curve: "x25519", resumed: false, next_protocol: "h2", server: { ja3s: "bb" } },
      client: {
        server_name: "a.example",
        ja3: "aa",
        supported_ciphers: ["TLS_AES_128_GCM_SHA256"],
      },
    });
    assertEquals(ecs.find(({ email }) => email)!.email, {
      ...{ sender: { address: "ann@example.org" }, from: { address: ["ann@example.org"] } },
      ...{ to: { address: ["bob@example.org", "cy@example.org"] }, subject: "x" },
      message_id: "<1@example.org>",
    });
  }));

Deno.test({
  ...needs("eve: events of hellos and mails are valid by Suricata's schema", READERS, EVE_SCHEMA),
  fn: () =>
    inFolder(async (folder) => {
      await store(folder, [...hellos(1n, 0), ...hellos(2n, 0x6b3343cf), ...MAILS]);
      const out = await exportRecords(folder, "eve");
      assertEquals(await eveErrors(`${out}/eve.json`), []);
      const events = await lines(`${out}/eve.json`);
      assertEquals(events.map(({ event_type }) => event_type).sort(), [
        "quic",
        "smtp",
        "smtp",
        "tls",
      ]);
      assertEquals(events.find(({ quic }) => quic)!.quic, {
        ...{ version: "v2", sni: "a.example", ja4: "t13d" },
        ...{ ja3: { hash: "aa" }, ja3s: { hash: "bb" } },
      });
    }),
});

Deno.test("zeek-json: hellos in files of many more than may wait for one another are joined all the same", () =>
  inFolder(async (folder) => {
    const [pairs, batch] = [20_000, 1000];
    {
      await using to = await RecordStore.open(`${folder}/records`, { version: "v1", gatherMs: 0 });
      for (let first = 1; first <= pairs; first += batch) {
        for (const schema of [TLSClientHelloSchema, TLSServerHelloSchema]) {
          const records = Array.from({ length: batch }, (_, at) => {
            const id = BigInt(first + at);
            const init = { ConnectionID: id, Timestamp: Timestamp + id * 1_000_000_000n };
            return frame(made(schema, { ...init, Ja3: "aa", Ja3s: "bb" }).encoding);
          });
          await to.append({
            ...{
              clientId: "x",
              type: typeNumber(schema.name),
              count: batch,
              records: concat(records),
            },
            ...{ firstTime: Timestamp, lastTime: Timestamp, containsPayloads: false },
          });
          await to.commit();
        }
      }
    }
    const ssl = await lines(`${await exportRecords(folder, "zeek-json")}/ssl.log`);
    assertEquals([ssl.length, ssl.filter(({ ja3, ja3s }) => ja3 && ja3s).length], [pairs, pairs]);
  }));
