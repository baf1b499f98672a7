/** The collector as an exporter of IPFIX over TCP, killed and started again. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../until.ts";
import { flowIds, IpfixReader, messagesOf } from "../write/export/ipfix_reader.ts";
import { connection, ConnectionStore, range } from "../write/export/stored_connections.ts";
import { TcpCollector } from "../write/export/tcp_collector.ts";
import { inFolder, Program, runProgram } from "./program.ts";

const PERMISSIONS = {
  permissions: ["--allow-read", "--allow-write", "--allow-net=127.0.0.1,0.0.0.0", "--no-prompt"],
};
const BATCH = 50;
const BATCHES_PER_LIFE = 40;
/** How many flows more than so many of those of a life have come when it is killed. */
const KILLED_AT = [0.2, 0.9, 0.5];

/** The connections of flows, a direction each, that a connection of TCP has brought. */
function idsOf(stream: Uint8Array): number[] {
  const reader = new IpfixReader();
  return flowIds(messagesOf(stream).map((bytes) => reader.read(bytes)));
}

Deno.test("ipfix over TCP: nothing is missing after an export was killed again and again, and there twice is only what its position did not tell yet", () =>
  inFolder(async (folder) => {
    await using collector = new TcpCollector();
    await using store = await ConnectionStore.open(`${folder}/records`, { rotateBytes: 20_000 });
    const out = `tcp://127.0.0.1:${collector.port}`;
    const args = ["-export", "ipfix", "-read", `${folder}/records`, "-out", out];
    args.push("-position", `${folder}/position`);
    const position = async () => {
      const path = `${folder}/position/.export/position.json`;
      return JSON.parse(await Deno.readTextFile(path)).records as number;
    };
    let stored = 0;
    let told = 0;
    for (const [life, part] of KILLED_AT.entries()) {
      const before = stored;
      const following = [...args, "-follow", "-every", "300ms"];
      await using program = new Program("collector.ts", following, PERMISSIONS);
      for (let batch = 0; batch < BATCHES_PER_LIFE; batch++) {
        await store.add(batch % 3 === 0 ? "a" : "b", range(stored + 1, BATCH).map(connection));
        stored += BATCH;
      }
      const enough = 2 * (before + part * (stored - before));
      await until("enough has come", () => {
        const now = collector.streams[life];
        return now !== undefined && 2 * told + idsOf(now).length > enough;
      });
      program.kill("SIGKILL");
      await program.end();
      await until("the connection has ended", () => collector.open === 0);
      // What the position tells has come in this life or was told before it.
      const next = await position();
      assert(2 * told + idsOf(collector.streams[life]!).length >= 2 * next);
      told = next;
    }
    const last = await runProgram("collector.ts", args, PERMISSIONS);
    assertEquals(last.code, 0, last.stderr);
    const ids = collector.streams.map(idsOf);
    // On a slow machine all may have been told before the last kill was due.
    assertEquals(ids.length, KILLED_AT.length + Number(told < stored));
    assertEquals([...new Set(ids.flat())].sort((a, b) => a - b), range(1, stored));
    if (told < stored) assertEquals(ids.at(-1)!.length, 2 * (stored - told));
    const again = await runProgram("collector.ts", args, PERMISSIONS);
    assertEquals([again.code, again.stderr.trim()], [0, `exported 0 records to ${out}`]);
  }));
