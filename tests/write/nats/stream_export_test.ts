/** Exports of what collectors have put into a stream. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { runExport } from "../../../lib/run_export_io.ts";
import { runLedger } from "../../../lib/run_ledger_io.ts";
import type { ExportOptions } from "../../../lib/write/export/export_options.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { until } from "../../until.ts";
import { EXPORTED, FILE_FORMATS } from "../export/exported_connections.ts";
import { connection, ConnectionStore, range } from "../export/stored_connections.ts";
import { inFolder } from "../files/in_folder.ts";
import { asking, messagesOf, openStoreAt } from "./nats_place.ts";
import { copy } from "./record_files.ts";

const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** Exports what is in a server's stream to `out` in a folder. */
async function run(
  server: NatsServer,
  folder: string,
  more: Partial<ExportOptions> = {},
  signal?: AbortSignal,
): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  const said: string[] = [];
  const options: ExportOptions = {
    ...{ format: "ndjson", paths: [server.url], out: `${folder}/out`, follow: false },
    ...{ everyMs: 100, ...more },
  };
  const code = await runExport(options, {
    say: (line) => said.push(line),
    engine: { url: server.url },
    ...(signal && { signal }),
  });
  return { code, said };
}

for (const format of FILE_FORMATS) {
  const exported = async (folder: string) => ascending(await EXPORTED[format](`${folder}/out`));

  Deno.test(
    needs(`${format}: a stream is followed, and gone on with, each record once`, NATS_SERVER),
    () =>
      inFolder(async (folder) => {
        await using server = await NatsServer.start();
        await using store = new ConnectionStore(await openStoreAt(server));
        let stored = 0;
        const add = async (batches: number) => {
          for (let batch = 0; batch < batches; batch++) {
            await store.add(batch % 3 === 0 ? "a" : "b", range(stored + 1, 50).map(connection));
            stored += 50;
          }
        };
        for (let life = 0; life < 2; life++) {
          await add(3);
          const stop = new AbortController();
          const running = run(server, folder, { format, follow: true }, stop.signal);
          const some = async () => (await exported(folder)).length >= stored;
          await until("those are exported", some).finally(() => life === 0 && stop.abort());
          await add(3);
          if (life > 0) await until("all are exported", some).finally(() => stop.abort());
          assertEquals((await running).code, 0);
        }
        await add(1);
        const { code, said } = await run(server, folder, { format });
        assertEquals(code, 0, said.join("\n"));
        assertEquals(await exported(folder), range(1, stored));
        const again = await run(server, folder, { format });
        assertEquals(again.said, [`exported 0 records to ${folder}/out`]);
      }),
  );
}

Deno.test(
  needs("what is exported of a stream is what is of the files made of it", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start({ config: "max_payload: 16384" });
      {
        await using store = new ConnectionStore(await openStoreAt(server));
        const long = "x".repeat(200);
        for (const client of ["a", "b.c/ü", "d"]) {
          const noise = range(1, 300).map((n) => ({
            ...connection(n),
            SrcIP: `2001:db8::${crypto.randomUUID().slice(0, 4)}`,
            ApplicationProto: crypto.randomUUID() + long,
          }));
          await store.add(client, noise);
        }
      }
      const { length } = await messagesOf(server);
      assert(length > 3, "some are in pieces");
      await copy(server, `${folder}/records`, length);
      const linesIn = async (path: string) =>
        (await Deno.readTextFile(path)).trim().split("\n").sort();
      for (const more of [{}, { clients: ["a", "d"] }, { from: connection(150).TimestampFirst }]) {
        const out = await Deno.makeTempDir({ dir: folder });
        const options = {
          format: "ndjson",
          follow: false,
          types: ["Connection"],
          ...more,
        } as const;
        const say = () => {};
        const fromStream = { ...options, paths: [server.url], out: `${out}/stream` };
        const fromFiles = { ...options, paths: [`${folder}/records`], out: `${out}/files` };
        assertEquals(await runExport(fromStream, { say, engine: { url: server.url } }), 0);
        assertEquals(await runExport(fromFiles, { say }), 0);
        const stream = await linesIn(`${out}/stream/records.ndjson`);
        assertEquals(stream, await linesIn(`${out}/files/records.ndjson`));
        assert(stream.length > 300);
      }
    }),
);

Deno.test(
  needs("where there is no stream, or none that this user may read, one line says so", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      const permissions = `{ publish: { deny: ["$JS.API.STREAM.INFO.FARCAP"] } }`;
      const user = `{ user: reader, password: secret, permissions: ${permissions} }`;
      await using server = await NatsServer.start({
        config: `accounts { A { jetstream: enabled, users: [${user}, { user: all, password: x }] } }
no_auth_user: all`,
      });
      const engine = { url: server.url };
      const readers = async (who: { readonly user?: string; readonly password?: string }) => {
        const said: string[] = [];
        const surroundings = {
          say: (line: string) => said.push(line),
          engine: { ...engine, ...who },
        };
        const options = { follow: false, paths: [server.url] } as const;
        const out = await Deno.makeTempDir({ dir: folder });
        await runExport({ ...options, format: "ndjson", out: `${out}/out` }, surroundings);
        const ledger = {
          now: 1n,
          folders: [],
          wanted: {},
          isJson: true,
          hasTable: false,
          zone: "utc",
        } as const;
        await runLedger(ledger, { write: (bytes) => Promise.resolve(bytes.length) }, surroundings);
        return said.map((line) => line.replace(server.url, "URL"));
      };
      assertEquals(await readers({}), [
        "Cannot read the stream FARCAP_STATE of URL: there is no stream FARCAP_STATE",
        "Cannot read the stream FARCAP of URL: stream not found",
      ]);
      await (await openStoreAt(server))[Symbol.asyncDispose]();
      const denied = "Cannot read the stream FARCAP of URL: this user may not publish " +
        "$JS.API.STREAM.INFO.FARCAP";
      assertEquals(await readers({ user: "reader", password: "secret" }), [denied, denied]);
      await asking(server, (ask) => ask("STREAM.DELETE.FARCAP", {}));
      const gone = "Cannot read the stream FARCAP of URL: stream not found";
      assertEquals(await readers({}), [gone, gone]);
    }),
);

Deno.test(
  needs("what was discarded before it was exported, or cannot be read, is said", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start();
      await using store = new ConnectionStore(await openStoreAt(server));
      const add = (first: number) => store.add("a", range(first, 10).map(connection));
      await add(1);
      await run(server, folder);
      await add(11);
      await add(21);
      await asking(server, (ask) => ask("STREAM.PURGE.FARCAP", { seq: 3 }));
      const others = await connect({ servers: `127.0.0.1:${server.port}` });
      await others.request("farcap.1.07.alice.1", "what?", { timeout: 5000 });
      await others.close();
      const { code, said } = await run(server, folder);
      assertEquals(code, 1);
      assertEquals(said[0], "FARCAP: 1 message discarded before it was read");
      assertMatch(said[1]!, /^Cannot read message 4 of farcap.1.07.alice.1: its headers are none/);
      assertEquals(ascending(await EXPORTED.ndjson(`${folder}/out`)), [
        ...range(1, 10),
        ...range(21, 10),
      ]);
      await asking(server, (ask) => ask("STREAM.DELETE.FARCAP", {}));
      {
        await using again = new ConnectionStore(await openStoreAt(server));
        for (const first of [41, 51, 61, 71, 81]) {
          await again.add("b", range(first, 10).map(connection));
        }
      }
      const anew = await run(server, folder);
      assertMatch(anew.said[0]!, /^FARCAP: the stream that was read is gone/);
      assertEquals((await EXPORTED.ndjson(`${folder}/out`)).length, 70);
      await using other = await NatsServer.start();
      await using another = new ConnectionStore(await openStoreAt(other));
      await another.add("a", range(31, 10).map(connection));
      const elsewhere = await run(other, folder);
      assertMatch(elsewhere.said[0]!, /^FARCAP: the stream that was read is gone/);
      assertEquals((await EXPORTED.ndjson(`${folder}/out`)).length, 80);
    }),
);

Deno.test(
  needs("who follows a stream that is deleted and made anew ends with a line", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start();
      await using store = new ConnectionStore(await openStoreAt(server));
      await store.add("a", range(1, 10).map(connection));
      const running = run(server, folder, { follow: true });
      const exported = async () => (await EXPORTED.ndjson(`${folder}/out`)).length;
      await until("it is exported", async () => await exported() === 10);
      await asking(server, (ask) => ask("STREAM.DELETE.FARCAP", {}));
      await using _again = await openStoreAt(server);
      const { code, said } = await running;
      assertEquals(code, 1);
      assertMatch(
        said.at(-1)!,
        /^Cannot read the stream FARCAP of \S+: (it was made anew; wanted: |stream not found)/,
      );
    }),
);
