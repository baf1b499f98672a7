/** The ledger of a stream, beside that of the files made of it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runCollector } from "../../../lib/run_collector_io.ts";
import { runLedger } from "../../../lib/run_ledger_io.ts";
import { runSensor } from "../../../lib/run_sensor_io.ts";
import type { Address } from "../../../lib/transport/address.ts";
import { PageReader } from "../../../lib/www/page_reader_io.ts";
import type { LedgerOptions } from "../../../lib/write/ledger/ledger_options.ts";
import { isLedgerType, typeName } from "../../../lib/base/record/record_types.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { until } from "../../until.ts";
import { PRIVATE_KEY, PUBLIC_KEY } from "../../programs/program.ts";
import { inFolder } from "../files/in_folder.ts";
import { sessionBatch, TCP, UDP } from "../files/session_sensor.ts";
import { asking, messagesOf, openStoreAt, type RawMessage } from "./nats_place.ts";
import { copy } from "./record_files.ts";

const CAPTURES = `${import.meta.dirname}/../../captures`;

/** Has a sensor read captures, whose collector stores at a server. */
async function record(server: NatsServer, folder: string): Promise<void> {
  const stop = new AbortController();
  const listening = Promise.withResolvers<Address>();
  const collecting = runCollector({
    address: { hostname: "127.0.0.1", port: 0 },
    privateKey: Uint8Array.fromHex(PRIVATE_KEY),
    out: `${folder}/collector`,
    engine: { url: server.url },
    onListening: listening.resolve,
  }, stop.signal);
  await runSensor({
    collector: await listening.promise,
    collectorKey: Uint8Array.fromHex(PUBLIC_KEY),
    clientId: "plant",
    sources: ["office.pcap", "dns.pcap"].map((name) => `${CAPTURES}/${name}`),
    maxBatchBytes: 2000,
    flushIntervalMs: 10,
    rowMs: 50, // a busy machine takes longer than 5 ms to store one, and never has all of them
  });
  await until(
    "the end of the session is told",
    async () =>
      (await messagesOf(server)).some(({ headers }) => headers.get("Farcap-End") === "bye"),
  );
  stop.abort();
  await collecting;
}

/** What the ledger prints as JSON, an object a line. */
async function ledger(
  of: NatsServer | string,
  more: Partial<LedgerOptions> = {},
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  let text = "";
  const decoder = new TextDecoder();
  const write = (bytes: Uint8Array) => {
    text += decoder.decode(bytes);
    return Promise.resolve(bytes.length);
  };
  const options = {
    ...{ folders: typeof of === "string" ? [of] : [of.url], wanted: {}, now: NOW },
    ...{ isJson: true, hasTable: true, zone: "UTC", ...more },
  };
  const surroundings = {
    say: (line: string) => text += `${line}\n`,
    ...(typeof of !== "string" && { engine: { url: of.url } }),
  };
  const code = await runLedger(options, { write }, surroundings);
  return { code, lines: text.trim().split("\n") };
}

/** Whether a message of the plant has others than rows of its books. */
function hasRecords({ subject, headers }: RawMessage): boolean {
  const types = [...headers.get("Farcap-Members")!.matchAll(/[:+](\d+)=/g)]
    .map(([, type]) => typeName(Number(type)));
  return subject.split(".")[3] === "plant" && types.some((type) => !isLedgerType(type));
}

/** When it is asked, ns since 1970: soon after all of it. */
const NOW = BigInt(Date.now() + 60_000) * 1_000_000n;

Deno.test(
  needs("the ledger of a stream is that of the files made of it", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start();
      await record(server, folder);
      const made = (sequence: bigint, options = {}) =>
        sessionBatch(sequence, `alice/1/${sequence}`, options);
      for (const sequences of [[1n, 2n], [3n, 7n]]) {
        // A collector, and another one that goes on; the sensor has lost what lies between.
        await using store = await openStoreAt(server, undefined, { spanMs: 60_000 });
        const session = await store.openSession("alice", 1n, () => {});
        session.append(made(sequences[0]!));
        await session.drained();
        if (sequences[1] === 7n) session.skipTo(7n);
        session.append(made(sequences[1]!, { reason: 4, types: [UDP, TCP] }));
        await session.drained();
        session.close();
      }
      const { length } = await messagesOf(server);
      const files = `${folder}/files`;
      await copy(server, files, length);
      const [ofStream, ofFiles] = [await ledger(server), await ledger(files)];
      assertEquals(ofStream, ofFiles);
      const rows = ofStream.lines.map((line) => JSON.parse(line));
      const kinds = rows.filter(({ row, client }) => row === "cause" && client === "alice")
        .map(({ kind }) => kind);
      assert(kinds.includes("refused") && kinds.includes("lost"), `${kinds}`);
      const types = rows.filter(({ row, client }) => row === "type" && client === "plant");
      assert(types.length > 10 && types.every(({ made, stored }) => made === stored));
      assertEquals((await ledger(server, { clients: ["plant"] })).code, 0);
      const wanted = { from: NOW - 600_000_000_000n, to: NOW };
      assertEquals(
        await ledger(server, { wanted, clients: ["plant"] }),
        await ledger(files, { wanted, clients: ["plant"] }),
      );
      const { seq } = (await messagesOf(server)).find(hasRecords)!;
      await asking(server, (ask) => ask("STREAM.PURGE.FARCAP", { seq: seq + 1 }));
      using page = new PageReader(`${folder}/nowhere`, { url: server.url });
      const told = await page.ask({ kind: "ledger", client: "plant", span: wanted });
      assert("text" in told, JSON.stringify(told));
      const { ledgers: [shown] } = JSON.parse(told.text);
      assertEquals(
        Object.entries(shown.types as Record<string, { stored: number }>)
          .map(([type, { stored }]) => [type, stored]),
        types.map(({ type, stored }) => [type, stored]),
        "the page tells the same",
      );
      const left = await ledger(server, { clients: ["plant"] });
      const typesLeft = left.lines.map((line) => JSON.parse(line))
        .filter(({ row }) => row === "type");
      assert(typesLeft.some(({ expired }) => expired > 0));
      const stored = (of: typeof types) => of.map(({ type, stored }) => [type, stored]);
      assertEquals(stored(typesLeft), stored(types));
      assertEquals(left.code, 0, "what limits discard is not missing");
    }),
);

Deno.test(
  needs("what is missing in a stream, or in the files, is told as lost", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start();
      await record(server, folder);
      const { seq } = (await messagesOf(server)).find(({ subject, headers }) =>
        subject.includes(".plant.") && headers.get("Farcap-Members")!.includes(`:${TCP}=`)
      )!;
      await asking(server, (ask) => ask("STREAM.MSG.DELETE.FARCAP", { seq }));
      await copy(server, `${folder}/files`, (await messagesOf(server)).length);
      for (const  of of[server, `${folder}/files`]) {
        const { code, lines } = await ledger(of);
        assertEquals(code, 3);
        assertMatch(lines.join("\n"), /"kind":"lost"/);
      }
    }),
);
