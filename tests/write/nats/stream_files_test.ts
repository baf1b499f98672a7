/** Record files that are made of streams: each batch once, whatever happens meanwhile. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connect, headers } from "@nats-io/transport-node";
import { parsePartitions } from "../../../lib/write/nats/partitions.ts";
import { partitionName, partitionOf } from "../../../lib/write/nats/subjects.ts";
import { frameRows } from "../../../lib/write/framed_rows.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { until } from "../../until.ts";
import { inFolder } from "../files/in_folder.ts";
import { batchesIn, sessionBatch, TCP, UDP } from "../files/session_sensor.ts";
import { batchOf } from "../files/text_batches.ts";
import { asking, messagesOf, openStoreAt } from "./nats_place.ts";
import { copy, filesIn } from "./record_files.ts";

const text = (sequence: bigint) => `alice/1/${sequence}`;
const batch = (sequence: bigint) => sessionBatch(sequence, text(sequence));

function withServer(
  name: string,
  test: (server: NatsServer, folder: string) => Promise<void>,
  config = "",
): void {
  Deno.test(needs(name, NATS_SERVER), () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start({ config });
      await test(server, folder);
    }));
}

/** Appends batches to alice's session 1. */
async function append(server: NatsServer, ...batches: ReturnType<typeof batch>[]): Promise<void> {
  await using store = await openStoreAt(server);
  const session = await store.openSession("alice", 1n, () => {});
  for (const each of batches) session.append(each);
  await session.drained();
}

const found = async (folder: string) =>
  Object.fromEntries(batchesIn(await filesIn(folder), (_type, records) => {
    assertMatch(new TextDecoder().decode(records), /alice/);
  }));

withServer(
  "files hold each batch once, of sessions and without, refused and of several types",
  async (server, folder) => {
    const out = `${folder}/out`;
    {
      await using store = await openStoreAt(server);
      const session = await store.openSession("alice", 1n, () => {});
      session.append(batch(1n));
      session.append(sessionBatch(2n, text(2n), { types: [UDP, TCP] }));
      session.append(sessionBatch(3n, text(3n), { reason: 4, types: [UDP, TCP] }));
      await session.drained();
      await store.append(batchOf("bob", TCP, "one"));
      await store.keep("bob", frameRows("SensorAlarm", 0n, [new TextEncoder().encode("two")]));
      await store.commit();
      session.close(true);
      await until(
        "the end is told",
        async () =>
          (await messagesOf(server)).some(({ headers }) => headers.get("Farcap-End") === "bye"),
      );
    }
    const { length } = await messagesOf(server);
    const report = await copy(server, out, length);
    const { batches, duplicates, refused, lost } = report.session;
    assertEquals([batches, duplicates, refused, lost], [4, 0, 1, 0n]);
    const once = await found(out);
    const { "bob/0/0": _, ...rest } = once;
    assertEquals(rest, {
      "alice/1/1": 1,
      "alice/1/2 1/2": 1,
      "alice/1/2 2/2": 1,
      "alice/1/3": 1,
      "one": 1,
      "two": 1,
    });
    await append(server, batch(4n));
    const again = await copy(server, out, 1);
    assertEquals([again.session.batches, again.session.duplicates], [1, 0], "it goes on");
    assertEquals(await found(out), { ...once, "alice/1/4": 1 });
  },
);

withServer(
  "what was read and not acknowledged comes again, and is there once",
  async (server, folder) => {
    await append(server, batch(1n), batch(2n));
    await copy(server, `${folder}/out`, 1);
    for (const { subject, seq } of await messagesOf(server, "FARCAP_STATE")) {
      if (subject.startsWith("farcap.state.1.reader.")) {
        await asking(server, (ask) => ask("STREAM.MSG.DELETE.FARCAP_STATE", { seq }));
      }
    }
    await asking(server, (ask) => ask("CONSUMER.DELETE.FARCAP.farcap-files-07", {}));
    const report = await copy(server, `${folder}/out`, 1);
    assertEquals([report.session.batches, report.session.duplicates], [2, 2]);
    assertEquals(await found(`${folder}/out`), { "alice/1/1": 1, "alice/1/2": 1 });
  },
);

withServer("batches of a message may be in any order", async (server, folder) => {
  await append(server, batch(3n), batch(1n), batch(2n));
  assertEquals((await messagesOf(server)).length, 1);
  const { session } = await copy(server, `${folder}/out`, 1);
  assertEquals([session.batches, session.duplicates, session.lost], [3, 0, 0n]);
  assertEquals(await found(`${folder}/out`), {
    "alice/1/1": 1,
    "alice/1/2": 1,
    "alice/1/3": 1,
  });
});

withServer("a batch in pieces is put together", async (server, folder) => {
  const noise = Array.from(crypto.getRandomValues(new Uint8Array(30_000)), (n) => n.toString(36));
  const long = `alice ${noise.join("")}`;
  await append(server, sessionBatch(1n, long, { types: [UDP, TCP] }), batch(2n));
  const { length } = await messagesOf(server);
  assert(length > 3);
  await copy(server, `${folder}/out`, length);
  assertEquals(await found(`${folder}/out`), {
    "alice/1/1 1/2": 1,
    "alice/1/1 2/2": 1,
    "alice/1/2": 1,
  });
}, "max_payload: 16384");

withServer(
  "what nobody can read goes to a stream of its own, and nothing else is lost by it",
  async (server, folder) => {
    await append(server, batch(1n));
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const [right] = await messagesOf(server);
    const bad = right!.payload.slice();
    bad[bad.length - 12]! ^= 1;
    for (const payload of [new TextEncoder().encode("what?"), bad]) {
      const sent = headers();
      if (payload === bad) {
        for (const [name, value] of right!.headers) {
          if (name.startsWith("Farcap-")) sent.set(name, value);
        }
      }
      const { data } = await connection.request("farcap.1.07.alice.1", payload, {
        headers: sent,
        timeout: 5000,
      });
      assertMatch(new TextDecoder().decode(data), /"seq"/);
    }
    await connection.close();
    await append(server, sessionBatch(2n, text(2n)));
    const out = `${folder}/out`;
    const report = await copy(server, out, 4);
    assertEquals([report.session.batches, report.session.lost], [2, 0n]);
    assertEquals(await found(out), { "alice/1/1": 1, "alice/1/2": 1 });
    const aside = await messagesOf(server, "FARCAP_UNREADABLE");
    assertEquals(aside.map(({ subject, headers }) => [subject, headers.get("Farcap-Message")]), [
      ["farcap.unreadable.1.07.alice.1", "2"],
      ["farcap.unreadable.1.07.alice.1", "3"],
    ]);
    assertEquals(aside[1]!.payload, bad);
    assertMatch(aside[1]!.headers.get("Farcap-Why")!, /digest/);
  },
);

withServer(
  "of what nobody can read and is too long to be set aside there is a note",
  async (server, folder) => {
    await append(server, batch(1n));
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    await connection.request("farcap.1.07.alice.1", "x".repeat(16_384), { timeout: 5000 });
    await connection.close();
    await append(server, batch(2n));
    await copy(server, `${folder}/out`, 3);
    assertEquals(await found(`${folder}/out`), { "alice/1/1": 1, "alice/1/2": 1 });
    const [aside] = await messagesOf(server, "FARCAP_UNREADABLE");
    assertEquals([aside!.headers.get("Farcap-Message"), aside!.payload.length], ["2", 0]);
  },
  "max_payload: 16384",
);

withServer(
  "a stream that was made anew is read from its beginning, each batch once",
  async (server, folder) => {
    const out = `${folder}/out`;
    await append(server, batch(1n));
    await append(server, batch(2n));
    await copy(server, out, 2);
    await asking(server, (ask) => ask("STREAM.DELETE.FARCAP", {}));
    for (const sequence of [3n, 4n, 5n]) await append(server, batch(sequence));
    const { session } = await copy(server, out, 3);
    assertEquals([session.batches, session.lost], [3, 0n]);
    const all = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`alice/1/${n}`, 1]));
    assertEquals(await found(out), all);
  },
);

withServer(
  "the last message that the engine gave to nobody comes again, though nothing comes behind it",
  async (server, folder) => {
    const out = `${folder}/out`;
    const partition = partitionOf("alice");
    await append(server, batch(1n));
    await copy(server, out, 1, [partition]);
    const consumer = `farcap-files-${partitionName(partition)}`;
    const copying = copy(server, out, 2, [partition]);
    await until("the reader waits", async () => {
      const { num_waiting = 0 } = await asking(
        server,
        (ask) => ask(`CONSUMER.INFO.FARCAP.${consumer}`, {}),
      );
      return num_waiting > 0;
    });
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const subject = `$JS.API.CONSUMER.MSG.NEXT.FARCAP.${consumer}`;
    connection.subscribe("gone");
    connection.publish(subject, JSON.stringify({ batch: 1, expires: 30e9 }), { reply: "gone" });
    await connection.flush();
    await append(server, batch(2n));
    await append(server, batch(3n));
    await connection.close();
    await copying;
    assertEquals(await found(out), Object.fromEntries([1, 2, 3].map((n) => [`alice/1/${n}`, 1])));
  },
);

withServer(
  "what limits discarded before it was read is noticed and counted",
  async (server, folder) => {
    const out = `${folder}/out`;
    await append(server, batch(1n));
    await copy(server, out, 1);
    await append(server, batch(2n));
    await append(server, batch(3n));
    await asking(server, (ask) => ask("STREAM.PURGE.FARCAP", { seq: 3 }));
    await append(server, batch(4n));
    const report = await copy(server, out, 2);
    assertEquals([report.session.batches, report.session.lost], [2, 1n]);
    assertEquals(await found(out), { "alice/1/1": 1, "alice/1/3": 1, "alice/1/4": 1 });
  },
);

withServer(
  "of a session all of which limits discarded before it was read the batches are counted, once",
  async (server, folder) => {
    const out = `${folder}/out`;
    await append(server, batch(1n));
    await copy(server, out, 1);
    {
      await using store = await openStoreAt(server);
      for (const [number, batches] of [[1n, [2n, 3n]], [2n, [1n, 2n, 3n]]] as const) {
        const session = await store.openSession("alice", number, () => {});
        for (const sequence of batches) session.append(batch(sequence));
        await session.drained();
      }
    }
    const last = (await messagesOf(server)).at(-1)!.seq;
    await asking(server, (ask) => ask("STREAM.PURGE.FARCAP", { seq: last + 1 }));
    await append(server, batch(4n));
    const report = await copy(server, out, 1);
    assertEquals([report.session.batches, report.session.lost], [1, 5n]);
    await append(server, batch(5n));
    const again = await copy(server, out, 1);
    assertEquals([again.session.batches, again.session.lost], [1, 0n]);
    assertEquals(await found(out), { "alice/1/1": 1, "alice/1/4": 1, "alice/1/5": 1 });
  },
);

withServer("a partition goes to one folder, several share the work", async (server, folder) => {
  await using store = await openStoreAt(server);
  // CRC-32 of alice is 7, that of dave 56 by Python's zlib, modulo 64.
  for (const name of ["alice", "dave"]) {
    const session = await store.openSession(name, 1n, () => {});
    session.append(sessionBatch(1n, `${name}/1/1`));
    await session.drained();
  }
  await Promise.all([
    copy(server, `${folder}/low`, 1, parsePartitions("0-31")),
    copy(server, `${folder}/high`, 1, parsePartitions("32-63")),
  ]);
  assertEquals(await found(`${folder}/low`), { "alice/1/1": 1 });
  assertEquals(await found(`${folder}/high`), { "dave/1/1": 1 });
  await assertRejects(
    () => copy(server, `${folder}/high`, 1, [7]),
    Error,
    "Cannot read partition 07",
  );
});

Deno.test("numbers of partitions", () => {
  assertEquals(parsePartitions("3,1-2,63"), [1, 2, 3, 63]);
  for (const wrong of ["", "64", "2-1", "a", "1-", "-1", "1,,2"]) {
    assertEquals(parsePartitions(wrong), undefined, wrong);
  }
});
