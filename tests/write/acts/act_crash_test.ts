/** Acts that become records on a disk that stops at every step in turn. */
import { assert, assertEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { OperatorActSchema } from "../../../proto/gen/netcap_pb.ts";
import { walkRecords } from "../../../lib/base/record/delimited.ts";
import { type AccessState, revokeName, withToken } from "../../../lib/seal/access/access_state.ts";
import { AccessFolder } from "../../../lib/write/access/access_folder_io.ts";
import { ActKeeper } from "../../../lib/write/acts/act_keeper_io.ts";
import type { KeptState } from "../../../lib/write/access/kept_state.ts";
import { Said } from "../../said.ts";
import { until } from "../../until.ts";
import { testCrashes } from "../access/crash_tests.ts";
import { MemoryDisk } from "../files/memory_disk.ts";
import { openStore } from "../files/memory_store.ts";
import { membersOf } from "../files/session_sensor.ts";

const KEYS = new Map([["0a".repeat(32), { name: "listed", mayUseBox: false }]]);

function change(disk: MemoryDisk, change: (state: AccessState) => AccessState) {
  return new AccessFolder(disk, "/out").access.change((state) => ({ state: change(state) }));
}

function tokenFor(name: string) {
  return {
    ...{ id: "01".repeat(16), secretHash: "02".repeat(32), name },
    ...{ options: { mayUseBox: false }, madeMs: 1_000, expiresMs: 2_000 },
  };
}

/** A disk on which two commands were run while no collector was. */
async function withTwoActs(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await change(disk, (state) => withToken(state, tokenFor("gate"), "uid 7"));
  await change(disk, (state) => revokeName(state, "mill", 3_000));
  return disk;
}

/** A collector runs, and looks at its lists; false when the disk has stopped. */
async function run(disk: MemoryDisk): Promise<boolean> {
  const log = new Said();
  try {
    await using store = await openStore(disk);
    await using keeper = new ActKeeper(new AccessFolder(disk, "/out"), store, log, 0);
    keeper.poke();
    keeper.look(new Uint8Array(32).fill(7), KEYS);
    await disk.alive(keeper.done);
  } catch (error) {
    if (!disk.hasEnded) throw error;
  }
  return !disk.hasEnded && log.problems.length === 0;
}

/** The acts that are records, sorted. */
function recorded(disk: MemoryDisk): string[] {
  const acts: string[] = [];
  for (const [path, bytes] of disk.files) {
    if (!/^\/out\/%collector\/OperatorAct[^/]*\.gz$/.test(path)) continue;
    for (const { count, session, sequence, records } of membersOf(bytes, path)) {
      if (count === 0) continue; // the file's header, and notes
      walkRecords(records, (at, end) => {
        const { Act, Name, Who } = fromBinary(OperatorActSchema, records.subarray(at, end));
        acts.push(`${session}/${sequence} ${Act} ${Name} ${Who}`.trim());
      });
    }
  }
  return acts.sort();
}

const ALL = ["1/1 token gate uid 7", "1/2 revoked mill", "2/1 listed listed"];

testCrashes(
  "after a power cut at any write of acts, each becomes one record",
  async ({ fault, leave }) => {
    let step = 0;
    for (;; step++) {
      const disk = await withTwoActs();
      const before = disk.steps.length;
      disk.faultAt = (n) => n === before + step ? fault : undefined;
      if (await run(disk)) break;
      const left = leave(disk, step);
      assert(await run(left), `goes on after step ${step}`);
      assertEquals(recorded(left), ALL, `step ${step}`);
      const { acts } = await new AccessFolder(left, "/out").access.read();
      assertEquals([acts.next, acts.waiting.length], [3, 0]);
    }
    assert(step > 20, `${step} steps`);
  },
);

Deno.test("what is done again while a collector runs, and after it, is one record more each", async () => {
  const disk = await withTwoActs();
  for (const _ of [1, 2]) assert(await run(disk));
  assertEquals(recorded(disk), ALL);
  await change(disk, (state) => revokeName(state, "mill", 4_000));
  assert(await run(disk));
  assertEquals(recorded(disk), [...ALL.slice(0, 2), "1/3 revoked mill", ALL[2]!]);
});

Deno.test("acts of an older copy get the numbers behind those that are stored", async () => {
  const disk = await withTwoActs();
  const older = disk.files.get("/out/.access/sensors.json")!;
  await change(disk, (state) => revokeName(state, "gate", 4_000));
  await change(disk, (state) => revokeName(state, "hall", 5_000));
  assert(await run(disk));
  const text = new TextDecoder().decode(older).replace(/"next": 3/, '"next": 1')
    .replace(/"waiting": \[[^]*\]\n \}/, '"waiting": []\n }');
  disk.put("/out/.access/sensors.json", new TextEncoder().encode(text));
  await change(disk, (state) => revokeName(state, "lost", 6_000));
  assert(await run(disk));
  assertEquals(recorded(disk).filter((act) => act.startsWith("1/")).slice(-2), [
    "1/4 revoked hall",
    "1/5 revoked lost",
  ]);
});

Deno.test("all that could not be written down is tried again, whatever could not be besides", async () => {
  const disk = await withTwoActs();
  const folder = new AccessFolder(disk, "/out");
  let isThere = false;
  const behind = <State>(state: KeptState<State>): KeptState<State> => ({
    read: () => isThere ? state.read() : Promise.reject(new Error("it is away")),
    change: (change) => isThere ? state.change(change) : Promise.reject(new Error("it is away")),
  });
  const place = { access: behind(folder.access), listed: behind(folder.listed) };
  const log = new Said();
  await using store = await openStore(disk);
  await using keeper = new ActKeeper(place, store, log, 0, 20);
  keeper.look(new Uint8Array(32).fill(7), KEYS);
  keeper.poke();
  await keeper.done;
  assertEquals(log.problems.length, 2);
  isThere = true;
  await until("all are records", () => recorded(disk).length === ALL.length);
  assertEquals(recorded(disk), ALL);
});
