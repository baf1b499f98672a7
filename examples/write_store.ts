/**
 * A store of one's own: a collector that keeps records in SQLite, a row each. What it acknowledges is in
 * the database for good, once.
 *
 *     deno run --allow-net --allow-read --allow-write examples/write_store.ts FOLDER
 */
import { DatabaseSync } from "node:sqlite";
import { type BatchTable, formatAddress, runCollector, writeKeyPair } from "@farcap/farcap";

/** What another program may read meanwhile: `select type, count(*) from records group by type`. */
const TABLES = `
  create table if not exists place (id);
  create table if not exists sessions (client, session, settled, primary key (client, session));
  create table if not exists batches (
    client, session, sequence, digest, reason, primary key (client, session, sequence));
  create table if not exists records (client, session, sequence, type, record);`;

export function openTable(path: string): BatchTable {
  const db = new DatabaseSync(path);
  db.exec(TABLES);
  const fresh = crypto.getRandomValues(new Uint8Array(16));
  db.prepare("insert into place select ? where not exists (select * from place)").run(fresh);
  const settledOf = db.prepare("select settled from sessions where client = ? and session = ?");
  const above = db.prepare(
    "select sequence, digest from batches where client = ? and session = ? and sequence > ?",
  );
  const settle = db.prepare("replace into sessions values (?, ?, ?)");
  const batchRow = db.prepare("insert into batches values (?, ?, ?, ?, ?)");
  const recordRow = db.prepare("insert into records values (?, ?, ?, ?, ?)");
  return {
    id: db.prepare("select id from place").get()!.id as Uint8Array,
    read(client, session) {
      const key = [client, `${session}`] as const; // more than SQLite's integers hold
      const settled = (settledOf.get(...key)?.settled ?? 0) as number;
      const rows = above.all(...key, settled) as { sequence: number; digest: Uint8Array }[];
      return Promise.resolve({
        settled: BigInt(settled),
        above: new Map(rows.map(({ sequence, digest }) => [BigInt(sequence), digest])),
      });
    },
    write({ client, session, settled, batches }) {
      const key = [client, `${session}`] as const;
      db.exec("begin");
      for (const { sequence, digest, reason, records } of batches) {
        batchRow.run(...key, sequence, digest, reason);
        for (const { type, records: each } of records) {
          for (const record of each) recordRow.run(...key, sequence, type, record);
        }
      }
      settle.run(...key, settled);
      return Promise.resolve(db.exec("commit"));
    },
    add(client, { type, records }) {
      db.exec("begin");
      for (const record of records) recordRow.run(client, "", 0, type, record);
      return Promise.resolve(db.exec("commit"));
    },
    close: () => Promise.resolve(db.close()),
  };
}

if (import.meta.main) {
  const [folder = "."] = Deno.args;
  const { privateKey } = await writeKeyPair(folder, false);
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  await runCollector({
    address: { hostname: "127.0.0.1", port: 0 },
    privateKey,
    out: `${folder}/records`, // for what it knows of its sensors
    table: openTable(`${folder}/records.db`),
    onListening: (address) => console.log(formatAddress(address)),
  }, stop.signal);
}
