/** Who connects by a file of credentials, or a token, may do what docs/protocol.md says that is needed. */
import { assertEquals, assertMatch } from "@std/assert";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import { runExport } from "../../../lib/run_export_io.ts";
import { engineOptions } from "../../../lib/write/nats/engine_options_io.ts";
import { openNatsStore } from "../../../lib/write/nats/open_store_io.ts";
import { parsePartitions } from "../../../lib/write/nats/partitions.ts";
import { readStreamLedger } from "../../../lib/write/nats/read_stream_ledger_io.ts";
import { runStreamFiles } from "../../../lib/write/nats/stream_files_io.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { until } from "../../until.ts";
import { connection, ConnectionStore, range } from "../export/stored_connections.ts";
import { inFolder } from "../files/in_folder.ts";
import { NatsOperator, type UserRights } from "./nats_credentials.ts";

/** The rights in docs/protocol.md, by the words in front of them. */
async function rightsFor(words: string): Promise<UserRights> {
  const text = await Deno.readTextFile(new URL("../../../docs/protocol.md", import.meta.url));
  const [, block = ""] = text.slice(text.indexOf(words)).split("```");
  const lists = block.split("subscribe").map((part) => part.replaceAll(/#.*/g, ""));
  const [publish, subscribe] = lists.map((list) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, subject]) => subject!)
  );
  return { publish: publish!, subscribe: subscribe! };
}

Deno.test(
  needs("by credentials each may do what is said to be needed, and nobody else", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      const operator = new NatsOperator();
      await using server = await NatsServer.start({ config: operator.config });
      const accessOf = async (credentials: string) => {
        const path = await Deno.makeTempFile({ dir: folder });
        await Deno.writeTextFile(path, credentials);
        return await engineOptions(server.url, { "nats-creds": path });
      };
      const access = async (words: string) =>
        await accessOf(operator.credentials(await rightsFor(words)));
      {
        const asCollector = await access("What a collector needs");
        await using store = new ConnectionStore(
          await openNatsStore({ ...asCollector, spanMs: 0 }, SILENT),
        );
        await store.add("a", range(1, 10).map(connection));
      }
      const stop = new AbortController();
      let isRead = Promise.resolve();
      const report = await runStreamFiles({
        engine: await access("and what `collector -from` needs"),
        partitions: parsePartitions("0-63")!,
        out: `${folder}/files`,
        onReadable: (read) => {
          const isDone = () => read().stream!.messages > 0;
          isRead = until("it is in files", isDone).finally(() => stop.abort());
        },
      }, stop.signal);
      await isRead;
      assertEquals([...report.stored.values()].map(({ records }) => records), [10]);
      const asReader = await access("and what reads the stream needs");
      const said: string[] = [];
      const code = await runExport({
        ...{ format: "ndjson", paths: [server.url], out: `${folder}/out`, follow: false },
      }, { engine: asReader, say: (line) => said.push(line) });
      assertEquals([code, said], [0, [`exported 10 records to ${folder}/out`]]);
      const ledgers = await Array.fromAsync(readStreamLedger(asReader));
      assertEquals(ledgers.map(({ client, types }) => [client, types.get("Connection")!.stored]), [
        ["a", 10],
      ]);
      for (const wrong of [asReader, await accessOf(new NatsOperator().credentials())]) {
        const opening = openNatsStore(wrong, SILENT).then(() => "", ({ message }) => message);
        assertMatch(await opening, /^Cannot [^\n]*(may not|uthoriz|uthentic)[^\n]*$/);
      }
    }),
);

Deno.test(
  needs("by a token, of which a file has the first line", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start({ config: "authorization: { token: s3cret }" });
      await Deno.writeTextFile(`${folder}/token`, "s3cret\nnobody reads this\n");
      const access = await engineOptions(server.url, { "nats-token": `${folder}/token` });
      await using store = new ConnectionStore(await openNatsStore(access, SILENT));
      await store.add("a", [connection(1)]);
    }),
);
