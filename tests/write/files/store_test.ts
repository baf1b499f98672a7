/** Batches without session: what is stored of them, and when. */
import { assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import type { RecordStore } from "../../../lib/write/files/store_io.ts";
import { inFolder } from "./in_folder.ts";
import { readByPython } from "../read/python.ts";
import { frame } from "./record_file_bytes.ts";
import { TCP, UDP } from "./session_sensor.ts";
import { batchOf, hexOf, openStore, storeIn } from "./text_batches.ts";
import { needs, PYTHON } from "../../needs.ts";

const IS_LINUX = Deno.build.os === "linux";

Deno.test({
  ...needs("every batch, also the first, is in the file of its client and type", PYTHON),
  fn: () =>
    inFolder(async (folder) => {
      const newFiles: string[] = [];
      const before = BigInt(Date.now()) * 1_000_000n;
      {
        await using store = await openStore(folder, { onNewFile: (path) => newFiles.push(path) });
        await store.append(batchOf("xyz", TCP, "one", "two"));
        await store.append({ ...batchOf("xyz", UDP, "three"), containsPayloads: true });
        await store.append(batchOf("abc", TCP, "four"));
        await store.append({ ...batchOf("xyz", TCP, "five"), firstTime: -3n, lastTime: 1n << 62n });
        await store.commit();
      }
      assertEquals(newFiles.sort(), ["abc/TCP.ncap.gz", "xyz/TCP.ncap.gz", "xyz/UDP.ncap.gz"]);

      const tcp = await readByPython(`${folder}/xyz/TCP.ncap.gz`);
      assertEquals(tcp.records, ["one", "two", "five"].map(hexOf));
      const { Created, ...header } = tcp.header;
      assertEquals(header, {
        InputSource: "xyz",
        Type: TCP,
        Version: "v1.2.3",
        ContainsPayloads: false,
      });
      const after = BigInt(Date.now()) * 1_000_000n;
      for (const time of [Created, ...tcp.members.map(({ arrival }) => arrival)]) {
        assertEquals(before <= BigInt(time) && BigInt(time) <= after, true, time);
      }
      const origins = tcp.members.map(({ bytes: _bytes, arrival: _arrival, ...origin }) => origin);
      const none = { reason: 0, session: "0", sequence: "0", settled: "0" };
      assertEquals(origins, [
        { ...none, count: 0, firstTime: "0", lastTime: "0" },
        { ...none, count: 2, firstTime: "10", lastTime: "20" },
        { ...none, count: 1, firstTime: "-3", lastTime: "4611686018427387904" },
      ]);

      const udp = await readByPython(`${folder}/xyz/UDP.ncap.gz`);
      assertEquals([udp.header.Type, udp.header.ContainsPayloads], [UDP, true]);
      assertEquals((await readByPython(`${folder}/abc/TCP.ncap.gz`)).records, [hexOf("four")]);
    }),
});

Deno.test({
  ...needs(
    "what is committed is in the file while the store is open; a store opened later goes on",
    PYTHON,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const texts: string[] = [];
      for (let run = 0; run < 3; run++) {
        await using store = await openStore(folder);
        for (let n = 0; n < 3; n++) {
          texts.push(`${run}.${n}`);
          await store.append(batchOf("xyz", TCP, `${run}.${n}`));
          await store.commit();
          const { records } = await readByPython(`${folder}/xyz/TCP.ncap.gz`);
          assertEquals(records, texts.map(hexOf));
        }
      }
    }),
});

Deno.test("what was appended and not committed is stored when the store is disposed of", () =>
  inFolder(async (folder) => {
    let store: RecordStore;
    {
      await using opened = store = await openStore(folder);
      for (let n = 0; n < 100; n++) await opened.append(batchOf("xyz", TCP, `${n}`));
    }
    assertEquals(store.stored.get(TCP)?.batches, 100);
  }));

Deno.test("the counts tell what is on disk, by type", () =>
  inFolder(async (folder) => {
    await using store = await openStore(folder);
    const batches = [
      batchOf("a", TCP, "1", "2"),
      batchOf("b", TCP, "3"),
      batchOf("a", UDP, "4", "5", "6"),
    ];
    for (const batch of batches) await store.append(batch);
    await store.commit();
    assertEquals(store.unstored, 0);
    const counts = [...store.stored].map(([type, { packedBytes: _, ...rest }]) => [type, rest]);
    assertEquals(counts.sort(([a], [b]) => Number(a) - Number(b)), [
      [UDP, { batches: 1, records: 3, bytes: 6 }], // "1" framed takes two bytes
      [TCP, { batches: 2, records: 3, bytes: 6 }],
    ]);
    const fileBytes = (await Deno.stat(`${folder}/a/UDP.ncap.gz`)).size;
    assertLess(store.stored.get(UDP)!.packedBytes, fileBytes);
    assertLess(fileBytes - store.stored.get(UDP)!.packedBytes, 200); // the first member
  }));

Deno.test(
  needs("a batch's bytes may be used again when append() returns", PYTHON),
  () =>
    inFolder(async (folder) => {
      const batch = batchOf("xyz", TCP, "kept");
      await using store = await openStore(folder);
      await store.append(batch);
      batch.records.fill(0);
      await store.append(batchOf("xyz", TCP, "next"));
      await store.commit();
      const { records } = await readByPython(`${folder}/xyz/TCP.ncap.gz`);
      assertEquals(records, ["kept", "next"].map(hexOf));
    }),
);

Deno.test("append() waits when too much waits for the disk", () =>
  inFolder(async (folder) => {
    await using store = await openStore(folder, { maxWaitingBytes: 1 });
    for (let n = 0; n < 5; n++) {
      await store.append(batchOf("xyz", TCP, `${n}`));
      assertEquals(store.stored.get(TCP)?.batches ?? 0, n); // all but the one just taken
    }
  }));

Deno.test(
  needs("more clients than open files are stored, with few files open at any time", PYTHON),
  () =>
    inFolder(async (folder) => {
      const clients = Array.from({ length: 50 }, (_, n) => `client-${n}`);
      const setAside: string[] = [];
      await using store = await openStore(folder, {
        maxOpenFiles: 8,
        onSetAside: (path) => setAside.push(path),
      });
      for (let round = 0; round < 3; round++) {
        for (const client of clients) await store.append(batchOf(client, TCP, `${round}`));
        await store.commit();
        assertLessOrEqual(await countOpenFiles(folder), 8 + 1); // and the lock
      }
      assertEquals(store.stored.get(TCP)?.batches, 150);
      assertEquals(setAside, []);
      const { records } = await readByPython(`${folder}/client-49/TCP.ncap.gz`);
      assertEquals(records, ["0", "1", "2"].map(hexOf));
    }),
);

Deno.test(
  needs("much for one file at once is cut into several writes", PYTHON),
  () =>
    inFolder(async (folder) => {
      await using store = await openStore(folder);
      const noise = crypto.getRandomValues(new Uint8Array(50_000));
      for (let n = 0; n < 60; n++) {
        await store.append({ ...batchOf("xyz", TCP, "x"), records: frame(noise) });
      }
      await store.commit();
      assertEquals(store.stored.get(TCP)?.batches, 60);
      assertEquals((await readByPython(`${folder}/xyz/TCP.ncap.gz`)).records.length, 60);
    }),
);

Deno.test("many small batches of many clients are waited for, too", () =>
  inFolder(async (folder) => {
    await using store = await openStore(folder, { maxWaitingBytes: 100_000 });
    for (let n = 0; n < 100; n++) await store.append(batchOf(`client-${n}`, TCP, "x"));
    // A hundred members take 12 kB; what it takes to keep them waiting is more.
    assertLess(50, store.stored.get(TCP)?.batches ?? 0);
  }));

Deno.test({
  ...needs("a store that is killed leaves files that a new one goes on with", PYTHON),
  fn: () =>
    inFolder(async (folder) => {
      const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", "--config", configPath(), "-"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const program = `
        import { RecordStore } from ${url("../../../lib/write/files/store_io.ts")};
        const store = await RecordStore.open(${JSON.stringify(folder)}, { version: "v1.2.3" });
        for (let n = 0; n < 100_000; n++) {
          const records = Uint8Array.of(3, n >> 16, n >> 8, n);
          const batch = { clientId: "xyz", type: ${TCP}, count: 1, records, firstTime: 1n, lastTime: 1n };
          await store.append({ ...batch, containsPayloads: false });
          if (n % 100 === 99) await store.commit();
          if (n === 999) console.log("under way");
        }`;
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(program));
      await writer.close();
      const reader = child.stdout.getReader();
      await reader.read();
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;

      await storeIn(folder, "xyz", "after");
      const { records } = await readByPython(`${folder}/xyz/TCP.ncap.gz`);
      assertLess(1000, records.length);
      assertEquals(records.at(-1), hexOf("after"));
      const before = records.slice(0, -1);
      assertEquals(before, before.map((_, n) => n.toString(16).padStart(6, "0")));
    }),
});

/** Files below the folder that this process has open; 0 where the system does not tell. */
async function countOpenFiles(folder: string): Promise<number> {
  if (!IS_LINUX) return 0;
  // By a program: tests may not read /proc.
  const ls = new Deno.Command("ls", { args: ["-l", `/proc/${Deno.pid}/fd`] });
  return new TextDecoder().decode((await ls.output()).stdout).split(folder).length - 1;
}

function configPath(): string {
  return `${import.meta.dirname}/../../../deno.json`;
}
