import { assertEquals } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { parseRoster } from "../../../lib/seal/roster.ts";
import { acceptKey, NO_ACCESS } from "../../../lib/seal/access/access_state.ts";
import { Access } from "../../../lib/write/access/access_io.ts";
import type { LockWords } from "../../../lib/write/files/file_layer.ts";
import { AccessFolder } from "../../../lib/write/access/access_folder_io.ts";
import { Said } from "../../said.ts";
import { MemoryDisk } from "../files/memory_disk.ts";

const DAY_MS = 86_400_000;

Deno.test("keys that have been in use for too long are named, those that may not send any more are not", async () => {
  const folder = new AccessFolder(new MemoryDisk(), "/out");
  const nowMs = Date.now();
  for (const [byte, days] of [["0a", 400], ["0b", 300], ["0c", 500]] as const) {
    await folder.access.change((state) => ({
      state: acceptKey(state, byte.repeat(32), nowMs - days * DAY_MS),
    }));
  }
  const parsed = parseRoster(`${"0a".repeat(32)} gate\n${"0b".repeat(32)} mill`);
  const listed = () => "roster" in parsed ? parsed.roster : undefined;
  const options = { place: folder, listed, log: new Said(), onChange: () => {} };
  using access = await Access.open({ ...options, maxKeyAgeMs: 365 * DAY_MS });
  assertEquals([...access.oldKeys], [
    ["gate", { sinceMs: nowMs - 35 * DAY_MS, detail: "in use for 400 days" }],
  ]);
  using never = await Access.open(options);
  assertEquals(never.oldKeys.size, 0);
});

Deno.test("what is damaged while the collector runs is said once, and what was read holds", async () => {
  const disk = new MemoryDisk();
  const folder = new AccessFolder(disk, "/out");
  const parsed = parseRoster(`${"0a".repeat(32)} gate`);
  const listed = () => "roster" in parsed ? parsed.roster : undefined;
  const log = new Said();
  let changes = 0;
  using access = await Access.open({ place: folder, listed, log, onChange: () => changes++ });
  const name = () => access.sensors?.entryOf(new Uint8Array(32).fill(0x0a))?.name;
  disk.put("/out/.access/sensors.json", new TextEncoder().encode("{"));
  await access.refresh();
  await access.refresh();
  assertEquals([name(), changes, log.problems.length], ["gate", 0, 1]);
  assertEquals(log.problems[0]![1].includes("it is no JSON; wanted: it from a backup"), true);
});

/** A disk on which the one lock of a folder can be taken only when nobody has it, as a real one has it. */
class LockingDisk extends MemoryDisk {
  /** How often somebody has asked for a lock. */
  locks = 0;
  words: LockWords | undefined;
  #isLocked = false;

  override lock(folder: string, words?: LockWords) {
    this.locks++;
    this.words = words;
    if (this.#isLocked) return Promise.reject(new StoreError("locked", "somebody has it"));
    this.#isLocked = true;
    const unlock = () => void (this.#isLocked = false);
    return super.lock(folder).then((lock) => ({ ...lock, [Symbol.dispose]: unlock }));
  }
}

Deno.test("many changes at once are made in turn, and none of them asks twice for the folder", async () => {
  const disk = new LockingDisk();
  const folder = new AccessFolder(disk, "/out");
  const keys = Array.from({ length: 100 }, (_, n) => n.toString(16).padStart(64, "0"));
  await Promise.all(
    keys.map((key) => folder.access.change((state) => ({ state: acceptKey(state, key, 5) }))),
  );
  assertEquals((await folder.access.read()).accepted.map(({ key }) => key), keys);
  assertEquals(disk.locks, keys.length);
  assertEquals(disk.words?.attempt, "change who may send in", "it is no collector that stores");
});

Deno.test("while a place does not answer, no more than one look at it waits", async () => {
  const folder = new AccessFolder(new MemoryDisk(), "/out");
  let reads = 0;
  const answer = Promise.withResolvers<void>();
  const access = {
    known: NO_ACCESS,
    async read() {
      reads++;
      await answer.promise;
      return NO_ACCESS;
    },
    change: folder.access.change.bind(folder.access),
  };
  const place = { access, listed: folder.listed };
  const log = new Said();
  using asking = await Access.open({ place, listed: () => undefined, log, onChange: () => {} });
  const looks = Array.from({ length: 100 }, () => asking.refresh());
  answer.resolve();
  await Promise.all(looks);
  assertEquals(reads, 1);
  const later = [asking.refresh(), asking.refresh()];
  await Promise.all(later);
  assertEquals(reads, 2);
});
