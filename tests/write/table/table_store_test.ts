/** A store in a table of one's own: that of the example, in SQLite. */
import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertRejects } from "@std/assert";
import { openTable } from "../../../examples/write_store.ts";
import { StoreError } from "../../../lib/base/errors.ts";
import { TableStore } from "../../../lib/write/table/table_store.ts";
import { inFolder } from "../files/in_folder.ts";
import { sessionBatch } from "../files/session_sensor.ts";
import { storeCases } from "../store_cases.ts";

storeCases("a table in SQLite", (test) =>
  inFolder(async (folder) => {
    const path = `${folder}/records.db`;
    await test({
      open: () => Promise.resolve(new TableStore(openTable(path))),
      contents: () => Promise.resolve(contentsOf(path)),
    });
  }));

/** How often each batch is there, by the names of `StorePlace.contents`, read by queries of its own. */
function contentsOf(path: string): Map<string, number> {
  using db = new DatabaseSync(path);
  const text = new TextDecoder();
  const rows = db.prepare(`select session, record, count(*) as times,
    row_number() over (partition by client, session, sequence order by type) as part,
    count(*) over (partition by client, session, sequence) as parts
    from records group by client, session, sequence, type, record`).all();
  return new Map(rows.map(({ session, record, times, part, parts }) => {
    const name = text.decode(record as Uint8Array);
    return [session === "" || parts === 1 ? name : `${name} ${part}/${parts}`, times as number];
  }));
}

Deno.test("what a table throws ends its store, and nothing more is settled", () =>
  inFolder(async (folder) => {
    const table = openTable(`${folder}/records.db`);
    let failures = 0;
    await using store = new TableStore({
      ...table,
      write: () => Promise.reject(new Error("no room")),
    }, { onFailure: () => failures++ });
    const told: bigint[] = [];
    const session = await store.openSession("alice", 1n, (settled) => told.push(settled));
    session.append(sessionBatch(1n, "one"));
    await assertRejects(() => session.drained(), StoreError, "Cannot store: no room");
    await assertRejects(() => store.commit(), StoreError, "Cannot store: no room");
    await assertRejects(() => store.openSession("bob", 1n, () => {}), StoreError);
    assertEquals([session.settled, told, failures], [0n, [], 1]);
  }));

Deno.test("of two that open a session at a time the second knows what the first has appended", () =>
  inFolder(async (folder) => {
    await using store = new TableStore(openTable(`${folder}/records.db`));
    const batch = sessionBatch(1n, "alice/1/1");
    const first = store.openSession("alice", 1n, () => {}).then((use) => use.append(batch));
    const second = await store.openSession("alice", 1n, () => {});
    assertEquals([await first, second.settled], [1, 1n]);
  }));
