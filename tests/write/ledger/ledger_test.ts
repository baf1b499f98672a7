import { assert, assertEquals } from "@std/assert";
import { runLedger } from "../../../lib/run_ledger_io.ts";
import { inFolder } from "../../programs/program.ts";
import { rotatedPath } from "../../../lib/write/files/file_names.ts";
import { TCP, UDP } from "../files/session_sensor.ts";
import { batchOf } from "../files/text_batches.ts";
import { BookedSensor, ledgerOf, missingOf, withSensor, withStore } from "./booked_sensor.ts";

const DNS = 41;
const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
const now = () => BigInt(Date.now()) * 1_000_000n;

Deno.test("where nothing is missing, what was made is what is stored", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      await sensor.send(UDP, 2);
      await sensor.closeBooks();
      await sensor.send(TCP, 4);
      await sensor.closeBooks(now(), (row) => row.IsLast = true);
      sensor.close(true);
    });
    const ledger = ledgerOf(folder, "alice");
    assertEquals(missingOf(ledger), []);
    const types = [...ledger.types].map(([type, { made, stored, held }]) => [
      ...[type, made, stored, held],
    ]);
    assertEquals(types, [["TCP", 7, 7, 0], ["UDP", 2, 2, 0]]);
    assertEquals(ledger.unbooked, 0);
    assertEquals(await ledgerCode([folder]), [
      0,
      "ledger: nothing is missing; 9 records of 1 client are stored",
    ]);
  }));

Deno.test("drops are named with the span of the row that tells them, and a time that is asked for has its own", () =>
  inFolder(async (folder) => {
    const begin = now() - 10n * HOUR;
    const at = (hours: bigint) => begin + hours * HOUR;
    await withStore(folder, async (store) => {
      const sensor = new BookedSensor("alice", 1n, begin);
      await sensor.connect(store);
      await sensor.send(TCP, 3);
      await sensor.closeBooks(at(1n));
      sensor.row.DroppedByKernel = 40n;
      sensor.evict(TCP, 5);
      await sensor.closeBooks(at(2n));
      await sensor.closeBooks(at(3n));
      await sensor.send(TCP, 1);
      sensor.row.DroppedByKernel = 42n;
      await sensor.closeBooks(at(4n));
    });
    const ledger = ledgerOf(folder, "alice", {}, at(4n));
    const causes = ledger.causes.map(({ kind, from, to, count }) => [kind, from, to, count]);
    assertEquals(causes, [
      ["dropped by the kernel", at(1n), at(2n), 40],
      ["evicted", at(1n), at(2n), 5],
      ["dropped by the kernel", at(3n), at(4n), 2],
    ]);
    const { made, stored, evicted } = ledger.types.get("TCP")!;
    assertEquals([made, stored, evicted], [9, 4, 5]);
    const ask = (from: bigint, to: bigint) =>
      missingOf(ledgerOf(folder, "alice", { from, to }, at(4n)));
    assertEquals(ask(at(1n), at(2n)), [["dropped by the kernel", 40], ["evicted", 5]]);
    assertEquals(ask(at(2n), at(3n)), []);
    assertEquals(ask(at(3n), at(4n)), [["dropped by the kernel", 2]]);
    assertEquals(ask(begin - HOUR, begin), []);
  }));

Deno.test("of a sensor that began later than what is asked for nothing counts: nothing is known of it", () =>
  inFolder(async (folder) => {
    const begin = now();
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      sensor.hold(TCP, 2);
      await sensor.closeBooks();
      await sensor.send(TCP, 1);
      await sensor.closeBooks();
    });
    const ledger = ledgerOf(folder, "alice", { from: begin - 2n * HOUR, to: begin - HOUR });
    assertEquals(missingOf(ledger), []);
    const [cause] = ledger.causes;
    assertEquals([cause!.kind, cause!.from, cause!.to, ledger.causes.length], [
      ...["no books", begin - 2n * HOUR, begin - HOUR, 1],
    ]);
    const { made = 0, stored = 0, held = 0 } = ledger.types.get("TCP") ?? {};
    assertEquals([made, stored, held, ledger.packets?.Captured], [0, 0, 0, 0]);
  }));

Deno.test("before its first row nothing is known of a sensor; between its runs it did not run, be the books of the first in another file", () =>
  inFolder(async (folder) => {
    const begin = now() - 20n * HOUR;
    const at = (hours: bigint) => begin + hours * HOUR;
    const run = (id: bigint, hours: bigint) =>
      withStore(folder, async (store) => {
        const sensor = new BookedSensor("alice", id, at(hours));
        await sensor.connect(store);
        await sensor.send(TCP, 1);
        await sensor.closeBooks(at(hours + 1n), (row) => row.IsLast = true);
        sensor.close(true);
      });
    const ask = (from: bigint, to: bigint) =>
      ledgerOf(folder, "alice", { from: at(from), to: at(to) }, at(12n)).causes
        .map(({ kind, from, to }) => [kind, (from - begin) / HOUR, (to - begin) / HOUR]);
    await run(1n, 0n);
    await run(2n, 10n);
    assertEquals(ask(-2n, 11n), [["no books", -2n, 0n], ["not running", 1n, 10n]]);
    assertEquals(ask(8n, 11n), [["not running", 8n, 10n]]);
    await Deno.remove(`${folder}/alice`, { recursive: true });
    await run(1n, 0n);
    const rows = `${folder}/alice/SensorMinute.ncap.gz`;
    await Deno.rename(rows, rotatedPath(rows, Number(at(1n) / 1_000_000n)));
    await run(3n, 10n);
    assertEquals(ask(8n, 11n), [["not running", 8n, 10n]]);
  }));

Deno.test("what a run made in a time is not unknown, whatever it left much later to one that goes on with its session", () =>
  inFolder(async (folder) => {
    const begin = now();
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      sensor.spool(TCP, 5);
      await sensor.closeBooks(begin + SECOND);
      await sensor.send(TCP, 5, false);
      sensor.of(TCP).Spooled = 0n;
      await sensor.closeBooks(begin + 2n * SECOND);
      sensor.startAgain(2n);
      sensor.resume(TCP, 1);
      await sensor.send(TCP, 1, false);
      await sensor.closeBooks(begin + 3n * SECOND, (row) => row.IsLast = true);
      sensor.close(true);
    });
    const wanted = { from: begin - SECOND, to: begin + SECOND };
    const ledger = ledgerOf(folder, "alice", wanted, begin + HOUR);
    assertEquals(missingOf(ledger).filter(([kind]) => kind !== "not running"), []);
    const { made, stored, held, unknown } = ledger.types.get("TCP")!;
    assertEquals([made, stored, held, unknown], [8, 3, 5, 0]);
  }));

Deno.test("a sensor that is killed leaves what it held, and after its last row nobody knows", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor, store) => {
      await sensor.send(TCP, 3);
      sensor.hold(TCP, 5);
      await sensor.closeBooks();
      await sensor.send(TCP, 2); // of the five
      await sensor.send(DNS, 4); // the first of their type
      const again = new BookedSensor("alice", 2n, now() + SECOND);
      sensor.close(false);
      await again.connect(store);
      await again.send(UDP, 1);
      await again.closeBooks(now() + 2n * SECOND);
    });
    const ledger = ledgerOf(folder, "alice", {}, now() + 3n * SECOND);
    assertEquals(missingOf(ledger), [["unknown", 3]]);
    const { made, stored, unknown, held } = ledger.types.get("TCP")!;
    assertEquals([made, stored, unknown, held], [8, 5, 3, 0]);
    assertEquals(ledger.types.get("UDP")!.unknown, 0);
    const dns = ledger.types.get("DNS")!;
    assertEquals([dns.made, dns.stored, dns.unknown], [4, 4, 0]);
  }));

Deno.test("of a killed sensor that held nothing at its last row no number is told", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor, store) => {
      await sensor.send(TCP, 3);
      await sensor.closeBooks();
      const again = new BookedSensor("alice", 2n, now() + SECOND);
      sensor.close(false);
      await again.connect(store);
      await again.send(UDP, 1);
      await again.closeBooks(now() + 2n * SECOND);
    });
    const { causes } = ledgerOf(folder, "alice", {}, now() + 3n * SECOND);
    const told = causes.filter(({ isMissing }) => isMissing);
    assertEquals(told.map(({ kind, count, what }) => [kind, count, what]), [
      ["unknown", 0, "its sensor was killed, or is out of reach: nothing more is known"],
    ]);
  }));

Deno.test("a sensor that is killed before its first row is named all the same, one that said bye is not", () =>
  inFolder(async (folder) => {
    await withStore(folder, async (store) => {
      for (const [client, hasSaidBye] of [["alice", false], ["bob", true]] as const) {
        const sensor = new BookedSensor(client);
        await sensor.connect(store);
        await sensor.send(TCP, 3);
        sensor.close(hasSaidBye);
      }
    });
    assertEquals(missingOf(ledgerOf(folder, "alice")), [["unknown", 0]]);
    assertEquals(missingOf(ledgerOf(folder, "bob")), []);
  }));

Deno.test("what a sensor has that is connected is held, and nothing is missing", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      sensor.hold(TCP, 5);
      await sensor.closeBooks();
    });
    const ledger = ledgerOf(folder, "alice");
    assertEquals(missingOf(ledger), []);
    const { made, stored, held } = ledger.types.get("TCP")!;
    assertEquals([made, stored, held], [8, 3, 5]);
  }));

Deno.test("a run that goes on with a session from its spool takes over what the one before it held", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      sensor.hold(TCP, 5);
      await sensor.closeBooks();
      sensor.startAgain(2n);
      sensor.resume(TCP, 4);
      await sensor.send(TCP, 4, false);
      await sensor.send(TCP, 1);
      await sensor.closeBooks(now() + SECOND, (row) => row.IsLast = true);
      sensor.close(true);
    });
    const ledger = ledgerOf(folder, "alice", {}, now() + 2n * SECOND);
    assertEquals(missingOf(ledger), [["unknown", 1]]);
    const { made, stored, unknown, lost } = ledger.types.get("TCP")!;
    assertEquals([made, stored, unknown, lost], [9, 8, 1, 0]);
  }));

Deno.test("what was sent after a killed run's last row is not unknown, since the run that goes on does not find it", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      sensor.hold(TCP, 5);
      await sensor.closeBooks();
      await sensor.send(TCP, 2, false); // of the five
      await sensor.send(UDP, 1); // made after the row
      sensor.startAgain(2n);
      sensor.resume(TCP, 2);
      await sensor.send(TCP, 2, false);
      await sensor.closeBooks(now() + SECOND, (row) => row.IsLast = true);
      sensor.close(true);
    });
    const ledger = ledgerOf(folder, "alice", {}, now() + 2n * SECOND);
    assertEquals(missingOf(ledger), [["unknown", 1]]);
    const counts = ["TCP", "UDP"].map((type) => {
      const { made, stored, unknown, held, lost } = ledger.types.get(type)!;
      return [made, stored, unknown, held, lost];
    });
    assertEquals(counts, [[8, 7, 1, 0, 0], [1, 1, 0, 0, 0]]);
  }));

Deno.test("a sensor that goes on with its session at the next collector was not killed", () =>
  inFolder(async (folder) => {
    const sensor = new BookedSensor("alice");
    await withStore(folder, async (store) => {
      await sensor.connect(store);
      await sensor.send(TCP, 3);
      await sensor.closeBooks();
      sensor.close(false); // as the collector ends
    });
    assertEquals(missingOf(ledgerOf(folder, "alice")), [["unknown", 0]]);
    await withStore(folder, async (store) => {
      await sensor.connect(store);
      await sensor.send(TCP, 1);
      // Of this collector there is no row yet.
      assertEquals(missingOf(ledgerOf(folder, "alice")), []);
    });
  }));

Deno.test("of what lay in the spool at a killed run's last row, that is held which has not come", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor) => {
      for (const type of [TCP, UDP]) {
        sensor.spool(type, 5);
        sensor.hold(type, 2);
      }
      await sensor.closeBooks();
      await sensor.send(TCP, 4, false); // of the spool's five
      await sensor.send(UDP, 8, false); // all that there was, and one that was made later
      sensor.close(false);
    });
    const { types } = ledgerOf(folder, "alice");
    const counts = ["TCP", "UDP"].map((type) => {
      const { made, stored, unknown, held, lost } = types.get(type)!;
      return [made, stored, unknown, held, lost];
    });
    assertEquals(counts, [[7, 4, 2, 1, 0], [8, 8, 0, 0, 0]]);
  }));

Deno.test("what a run found in the spool that another left there, in a session of its own, is told once", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor, store) => {
      await sensor.send(TCP, 3);
      sensor.hold(TCP, 5);
      await sensor.closeBooks();
      sensor.close(false); // killed with 5 in its spool, and 1 that was not there yet when it closed its books
      const next = new BookedSensor("alice", 2n, now() + SECOND);
      await next.connect(store);
      next.resume(TCP, 6);
      next.resume(UDP, 2);
      await next.send(TCP, 6, false);
      await next.send(UDP, 2, false);
      await next.send(UDP, 1);
      await next.closeBooks(now() + 2n * SECOND, (row) => row.IsLast = true);
      next.close(true);
    });
    const ledger = ledgerOf(folder, "alice", {}, now() + 3n * SECOND);
    assertEquals(missingOf(ledger), [["unknown", 0]]);
    const counts = ["TCP", "UDP"].map((type) => {
      const { made, stored, unknown, held, lost } = ledger.types.get(type)!;
      return [made, stored, unknown, held, lost];
    });
    assertEquals(counts, [[9, 9, 0, 0, 0], [3, 3, 0, 0, 0]]);
  }));

Deno.test("what a run made that was killed before its first row counts as made, and as nothing else", () =>
  inFolder(async (folder) => {
    await withStore(folder, async (store) => {
      const spooling = new BookedSensor("alice", 1n);
      await spooling.connect(store);
      await spooling.send(TCP, 2); // then it was killed, with 3 in its spool
      spooling.startAgain(7n);
      spooling.resume(TCP, 3);
      await spooling.send(TCP, 3, false);
      await spooling.send(UDP, 1);
      await spooling.closeBooks(now(), (row) => row.IsLast = true);
      spooling.close(true);
      const other = new BookedSensor("alice", 2n);
      await other.connect(store);
      await other.send(UDP, 4);
      other.close(true); // no row of it ever came
    });
    const ledger = ledgerOf(folder, "alice");
    assertEquals(missingOf(ledger), []);
    const counts = ["TCP", "UDP"].map((type) => {
      const { made, stored, unknown, lost } = ledger.types.get(type)!;
      return [made, stored, unknown, lost];
    });
    assertEquals(counts, [[5, 5, 0, 0], [5, 5, 0, 0]]);
  }));

Deno.test("a killed collector has lost no count: what no row has is counted by its members", () =>
  inFolder(async (folder) => {
    const copy = `${folder}/copy`;
    await withSensor(`${folder}/killed`, async (sensor) => {
      await sensor.send(TCP, 3);
      await sensor.closeBooks();
      await Deno.mkdir(`${copy}/alice`, { recursive: true });
      for await (const { name } of Deno.readDir(`${folder}/killed/alice`)) {
        await Deno.copyFile(`${folder}/killed/alice/${name}`, `${copy}/alice/${name}`);
      }
    });
    const ledger = ledgerOf(copy, "alice");
    assertEquals(missingOf(ledger), []);
    assertEquals(ledger.types.get("TCP")!.stored, 3);
    assertEquals(ledger.unbooked, 2);
  }));

Deno.test("what retention deleted is expired, and not lost", () =>
  inFolder(async (folder) => {
    let expired = 0;
    await withSensor(folder, async (sensor) => {
      for (let n = 0; n < 40; n++) await sensor.send(TCP, 2);
      await sensor.closeBooks(now(), (row) => row.IsLast = true);
      sensor.close(true);
    }, {
      ...{ rotateBytes: 1000, keepBytes: 2000 },
      onExpired: ({ records }) => expired += records,
    });
    const ledger = ledgerOf(folder, "alice");
    assert(expired > 0);
    assertEquals(missingOf(ledger), []);
    const tcp = ledger.types.get("TCP")!;
    assertEquals([tcp.made, tcp.stored, tcp.expired, tcp.lost], [80, 80, expired, 0]);
  }));

Deno.test("a sensor that sends datagrams stands there with what came, and that its books are not known", () =>
  inFolder(async (folder) => {
    await withStore(folder, async (store) => {
      await store.append(batchOf("bob", TCP, "one", "two"));
    });
    const ledger = ledgerOf(folder, "bob");
    assertEquals(ledger.causes.map(({ kind, isMissing }) => [kind, isMissing]), [[
      "no books",
      false,
    ]]);
    const { made, stored } = ledger.types.get("TCP")!;
    assertEquals([made, stored], [undefined, 2]);
  }));

/** The exit code and the last line. */
async function ledgerCode(folders: readonly string[]): Promise<[number, string]> {
  let text = "";
  const write = (bytes: Uint8Array) => {
    text += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  };
  const options = { folders, wanted: {}, now: now(), isJson: false, hasTable: true, zone: "UTC" };
  const code = await runLedger(options, { write }, { say: (line) => text += `${line}\n` });
  return [code, text.trimEnd().split("\n").at(-1)!];
}
