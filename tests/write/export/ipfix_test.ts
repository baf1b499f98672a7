/** What goes to collectors of IPFIX, message by message. */
import { create } from "@bufbuild/protobuf";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runExport } from "../../../lib/run_export_io.ts";
import type { ExportOptions } from "../../../lib/write/export/export_options.ts";
import { ipfixFlow } from "../../../lib/write/export/ipfix_flow.ts";
import { IpfixSink } from "../../../lib/write/export/ipfix_sink_io.ts";
import { IpfixMessages, IpfixSession } from "../../../lib/write/export/ipfix_message.ts";
import { ConnectionSchema } from "../../../proto/gen/netcap_pb.ts";
import { needs, TSHARK } from "../../needs.ts";
import { piped } from "../../piped.ts";
import { until } from "../../until.ts";
import { inFolder } from "../files/in_folder.ts";
import { flowIds, IpfixReader, messagesOf, type ReadMessage } from "./ipfix_reader.ts";
import { connection, type ConnectionInit, ConnectionStore, range } from "./stored_connections.ts";
import { TcpCollector } from "./tcp_collector.ts";

/** Connections of two clients, every tenth of IPv6. */
async function store(folder: string, count: number): Promise<void> {
  await using store = await ConnectionStore.open(folder);
  for (const [at, client] of ["a", "b"].entries()) {
    await store.add(client, range(1 + at * count, count).map(mixed));
  }
}

function mixed(id: number): ConnectionInit {
  const ipv6 = { NetworkProto: "IPv6", SrcIP: "2001:db8::1", DstIP: "2001:db8::2" };
  return { ...connection(id), ...(id % 10 === 0 && ipv6) };
}

async function send(
  folder: string,
  out: string,
  more: Partial<ExportOptions> = {},
): Promise<{ code: number; said: string[] }> {
  const said: string[] = [];
  const options = { format: "ipfix", paths: [`${folder}/records`], out, follow: false } as const;
  const code = await runExport({ ...options, ...more }, { say: (line) => said.push(line) });
  return { code, said };
}

/** Both directions of each. */
const twice = (ids: readonly number[]) => ids.flatMap((id) => [id, id]);
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** A capture of these payloads, as text2pcap reads it. */
function hexDump(payloads: readonly Uint8Array[]): string {
  return payloads.map((bytes) => {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += 16) {
      const hex = [...bytes.subarray(at, at + 16)].map((byte) =>
        byte.toString(16).padStart(2, "0")
      );
      lines.push(`${at.toString(16).padStart(6, "0")} ${hex.join(" ")}`);
    }
    return lines.join("\n");
  }).join("\n") + "\n";
}

const FIELDS = [
  "frame.number",
  "cflow.sequence",
  "cflow.od_id",
  "cflow.template_id",
  "cflow.octets",
];

/** What tshark says of messages: nothing that it complains of, and records and templates of each frame. */
async function dissected(folder: string, transport: "udp" | "tcp", payloads: Uint8Array[]) {
  const file = `${folder}/${transport}.pcap`;
  const ports = [transport === "udp" ? "-u" : "-T", "5000,4739"];
  await piped("text2pcap", [...ports, "-", file], hexDump(payloads));
  const tshark = async (...args: string[]) => {
    const text = await piped("tshark", ["-n", "-r", file, ...args], "");
    return new TextDecoder().decode(text).trim().split("\n").filter((line) => line !== "");
  };
  assertEquals(await tshark("-Y", "_ws.expert or _ws.malformed"), []);
  const lines = await tshark("-T", "fields", ...FIELDS.flatMap((field) => ["-e", field]));
  return lines.map((line) => {
    const [, sequence, domain, templates, octets] = line.split("\t").map((cell) =>
      cell.split(",").filter((value) => value !== "")
    );
    return { sequence, domain, templates: templates!, records: octets!.length };
  });
}

Deno.test({
  ...needs("tshark reads all messages over UDP and TCP without a complaint", TSHARK),
  fn: () =>
    inFolder(async (folder) => {
      await store(`${folder}/records`, 400);
      const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
      const datagrams: Uint8Array[] = [];
      const reading = (async () => {
        for await (const [bytes] of socket) datagrams.push(bytes);
      })();
      const { port } = socket.addr as Deno.NetAddr;
      const sent = await send(folder, `udp://127.0.0.1:${port}`, { rate: 5000 });
      assertEquals(sent, { code: 0, said: [`exported 800 records to udp://127.0.0.1:${port}`] });
      const reader = new IpfixReader();
      const read: ReadMessage[] = [];
      await until("all has come", () => {
        read.push(...datagrams.slice(read.length).map((bytes) => reader.read(bytes)));
        return flowIds(read).length === 1600;
      });
      socket.close();
      await reading;
      assert(datagrams.every(({ length }) => length <= 1232));
      const shown = await dissected(folder, "udp", datagrams);
      assertEquals(shown.reduce((sum, { records }) => sum + records, 0), 1600);
      const perDomain = new Map<string, number>();
      for (const { sequence, domain, records } of shown) {
        const before = perDomain.get(domain![0]!) ?? 0;
        assertEquals(Number(sequence![0]), before);
        perDomain.set(domain![0]!, before + records);
      }
      assertEquals([...perDomain.values()], [800, 800]);
      // Python: zlib.crc32(b"a"), zlib.crc32(b"b")
      assertEquals([...perDomain.keys()].map(Number), [0xe8b7be43, 0x71beeff9]);
      await using collector = new TcpCollector();
      assertEquals((await send(folder, `tcp://127.0.0.1:${collector.port}`)).code, 0);
      const [stream] = collector.streams;
      const segments = Array.from(
        { length: Math.ceil(stream!.length / 1400) },
        (_, at) => stream!.slice(1400 * at, 1400 * (at + 1)),
      );
      const shownOfTcp = await dissected(folder, "tcp", segments);
      assertEquals(shownOfTcp.reduce((sum, { records }) => sum + records, 0), 1600);
      assertEquals(shownOfTcp.flatMap(({ templates }) => templates).length, 4);
    }),
});

Deno.test("templates come in front of the first message of a domain, and over UDP again by number and time", () => {
  const flow = ipfixFlow(create(ConnectionSchema, connection(1)))!;
  const sentOf = (session: IpfixSession, domain: number, nowMs: number) => {
    const messages = new IpfixMessages(1232);
    messages.add(domain, flow, 0);
    return session.sendable(messages.takeAll()[0]!, nowMs).map((bytes) => bytes.slice());
  };
  const sets = (messages: readonly Uint8Array[]) =>
    messages.map((bytes) => new DataView(bytes.buffer).getUint16(16));
  const again = new IpfixSession({ messages: 3, ms: 1000 });
  const at = [0, 1, 2, 3, 4, 1003].map((nowMs) => sets(sentOf(again, 7, nowMs)));
  assertEquals(at, [[2, 256], [256], [256], [2, 256], [256], [2, 256]]);
  assertEquals(sets(sentOf(again, 8, 1003)), [2, 256]);
  const once = new IpfixSession();
  assertEquals([0, 1e9].map((nowMs) => sets(sentOf(once, 7, nowMs))), [[2, 256], [256]]);
});

Deno.test("over TCP all comes to a collector that is late, and again what a connection that broke has had since the last commit", () =>
  inFolder(async (folder) => {
    await store(`${folder}/records`, 1000);
    const port = 20_000 + Math.floor(10_000 * Math.random());
    const said: string[] = [];
    const out = `tcp://127.0.0.1:${port}`;
    const options = { format: "ipfix", paths: [`${folder}/records`], out, follow: false } as const;
    const everyMs = 3_600_000;
    const running = runExport({ ...options, everyMs }, { say: (line) => said.push(line) });
    await until("it has tried", () => said.length > 0);
    assertStringIncludes(
      said[0]!,
      `Cannot send to ${out}: nothing listens at that port; trying again`,
    );
    await using collector = new TcpCollector(port, 100_000);
    assertEquals(await running, 0, said.join("\n"));
    const streams = collector.streams;
    assertEquals(streams.length, 2, said.join("\n"));
    for (const [at, stream] of streams.entries()) {
      const reader = new IpfixReader();
      const messages = messagesOf(stream).map((bytes) => reader.read(bytes));
      assert(messages[0]!.hasTemplates);
      const ids = flowIds(messages);
      if (at === 0) assertEquals(ids, twice(range(1, 2000)).slice(0, ids.length));
      else assertEquals(ascending(ids), twice(range(1, 2000)));
    }
  }));

Deno.test("what is kept to be sent again over TCP is 1 MiB, then a commit is due", async () => {
  await using collector = new TcpCollector();
  const address = { hostname: "127.0.0.1", port: collector.port };
  const target = { kind: "collector", transport: "tcp", address } as const;
  const sink = new IpfixSink(target, { rate: 1, isPatient: false, say: () => {} });
  const message = create(ConnectionSchema, connection(1));
  const record = { schema: ConnectionSchema, client: "a", message };
  for (let round = 0; round < 3; round++) {
    let records = 0;
    for (; !sink.isFull && records < 100_000; records++) if (sink.add(record)) await sink.flush();
    const bytes = 2 * 73 * records; // two flows of 73 octets
    assert(bytes > 2 ** 20 - 2 ** 15 && bytes < 2 ** 20 + 2 ** 19, `${records}`);
    await sink.commit();
    await sink.committed();
    assert(!sink.isFull);
  }
  await sink.finish();
  sink.close();
});
