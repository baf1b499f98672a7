/** The store on a disk that stops, tears and refuses at every step in turn. */
import { assert, assertEquals } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import type { CheckedBatch } from "../../../lib/verify/check_batch.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import { randomFractions } from "../../base/random_numbers.ts";
import { type Fault, MemoryDisk } from "./memory_disk.ts";
import { frame } from "./record_file_bytes.ts";
import { batchesIn, NO_TYPE, Sensor, TCP, UDP } from "./session_sensor.ts";

const OUT = "/out";
/** Small, so that files are rotated. */
const ROTATE_BYTES = 700;

/** What the run has been told of its batches. */
class Scene {
  readonly sensors = [new Sensor("alice", 1n), new Sensor("alice", 2n), new Sensor("bob", 1n)];
  /** Batches without session that are on disk, as the store says. */
  readonly committed = new Set<string>();
  readonly sent = new Set<string>();
  /** Whether full files are deleted. */
  readonly keepBytes: number;
  #resumes = 0;

  constructor(keepBytes = 0) {
    this.keepBytes = keepBytes;
  }

  /** Sends some batches of all kinds, in rounds; false when the disk or the store has ended. */
  async play(disk: MemoryDisk, options: Partial<StoreOptions> = {}, rounds = 5): Promise<boolean> {
    try {
      await using store = await openStore(disk, { keepBytes: this.keepBytes, ...options });
      for (const sensor of this.sensors) await disk.alive(sensor.connect(store));
      for (let round = 0; round < rounds; round++) {
        const boxes: string[] = [];
        for (const [n, sensor] of this.sensors.entries()) {
          sensor.send({ type: TCP });
          if (round !== 2) sensor.send({ type: UDP });
          if (round % 2 === 0) sensor.send({ types: [UDP, TCP] });
          if (round === n) sensor.send({ type: n === 2 ? NO_TYPE : UDP, reason: 1 + n });
        }
        for (const client of ["alice", "eve"]) {
          const text = `box/${client}/${round}`;
          boxes.push(text);
          this.sent.add(text);
          await disk.alive(store.append(box(client, text)));
        }
        const before = store.unstored;
        await disk.alive(store.commit());
        if (store.unstored === before) { for (const text of boxes) this.committed.add(text); }
        for (const sensor of this.sensors) await disk.alive(sensor.drained());
      }
      return true;
    } catch (error) {
      if (!disk.hasEnded && !(error instanceof StoreError)) throw error;
      return false;
    }
  }

  /** Recovers and sends what is not settled; false when the disk or the store has ended. */
  async resume(disk: MemoryDisk): Promise<boolean> {
    const setAside: string[] = [];
    try {
      await using store = await openStore(disk, {
        keepBytes: this.keepBytes,
        onSetAside: (path) => setAside.push(path),
      });
      for (const sensor of this.sensors) {
        await disk.alive(sensor.connect(store));
        await disk.alive(sensor.drained());
      }
      await disk.alive(store.append(box("eve", `again/${this.#resumes++}`)));
      await disk.alive(store.commit());
      // Where batches have been deleted it may not be known that a torn end hides none that is settled.
      const isKnown = this.keepBytes === 0;
      if (isKnown) assertEquals(store.damagedFiles, 0, `nothing settled is damaged: ${setAside}`);
      return true;
    } catch (error) {
      if (!disk.hasEnded && !(error instanceof StoreError)) throw error;
      return false;
    }
  }

  /** Every settled batch is there once, every other one at most once, and every file is readable. */
  checkAtMostOnce(disk: MemoryDisk): void {
    const found = batchesIn(disk.files);
    for (const [name, times] of found) assertEquals(times, 1, `${name} is there once`);
    for (const sensor of this.sensors) {
      assertEquals(sensor.lost, 0n);
      if (this.keepBytes > 0) continue;
      for (const name of sensor.settledNames()) {
        assert(found.has(name), `${name} is settled and there`);
      }
    }
    if (this.keepBytes > 0) return;
    for (const text of this.committed) assert(found.has(text), `${text} is committed and there`);
  }

  /** Everything that a sensor made is there once. */
  checkAll(disk: MemoryDisk): void {
    this.checkAtMostOnce(disk);
    for (const { settled, batches } of this.sensors) assertEquals(settled, BigInt(batches.length));
    for (const path of disk.files.keys()) assert(!path.endsWith(".new"), path);
  }
}

Deno.test("a run without faults stores everything once, in few steps", async () => {
  const disk = new MemoryDisk();
  const scene = new Scene();
  assert(await scene.play(disk));
  scene.checkAll(disk);
  assertEquals(scene.committed, scene.sent);
  const rotated = [...disk.files.keys()].filter((path) => /-\d{8}T\d{6}\.\d{3}Z\.ncap/.test(path));
  assert(rotated.length >= 3, `${rotated}`);
  assertEquals(disk.open_, 0);
});

const HOW = ["before", "after", "half"] as const;

for (const how of HOW) {
  Deno.test(`killed ${how} any step, the store recovers`, async () => {
    await atEveryStep(how, async (scene, disk) => {
      const left = disk.afterKill();
      assert(await scene.resume(left));
      scene.checkAll(left);
    });
  });
}

Deno.test("after a power cut at any step, the store recovers", async () => {
  await atEveryStep("before", async (scene, disk, step) => {
    const random = randomFractions(step);
    for (let n = 0; n < 10; n++) {
      const left = disk.afterPowerCut(random);
      const other = clone(scene);
      assert(await other.resume(left), `power cut ${n}`);
      other.checkAll(left);
    }
  });
});

for (
  const [first, second] of [["kill", "kill"], ["kill", "cut"], ["cut", "kill"], ["cut", "cut"]]
) {
  Deno.test(`a ${first} at any step and a ${second} at any step of the recovery are survived`, async () => {
    await atEveryStep("half", async (_scene, _disk, step) => {
      const random = randomFractions(step);
      // The first steps mend the files, the others send what was not settled.
      let isDone = false;
      for (let at = 0; at < 12 && !isDone; at++) {
        const { scene, disk } = await playUntil(step, "half", 3);
        const left = first === "kill" ? disk.afterKill() : disk.afterPowerCut(random);
        left.faultAt = (step) => step === at ? HOW[at % HOW.length] : undefined;
        isDone = await scene.resume(left);
        const again = second === "kill" ? left.afterKill() : left.afterPowerCut(random);
        assert(await scene.resume(again), `step ${at} of the recovery`);
        scene.checkAll(again);
      }
    }, 3);
  });
}

Deno.test("with full files being deleted, what is settled stays known through a kill or a power cut", async () => {
  const whole = new MemoryDisk();
  const expiring = new Scene(1000);
  assert(await expiring.play(whole, {}, 9));
  expiring.checkAll(whole);
  const { batches } = expiring.sensors[0]!;
  assert(batchesIn(whole.files).size < 3 * batches.length, "some have been deleted");
  for (let at = 0; at < whole.steps.length; at++) {
    for (const how of HOW) {
      const disk = new MemoryDisk();
      const scene = new Scene(1000);
      disk.faultAt = (step) => step === at ? how : undefined;
      await scene.play(disk, {}, 9);
      const left = how === "half" ? disk.afterKill() : disk.afterPowerCut(randomFractions(at));
      assert(await scene.resume(left), `${how} step ${at}, ${disk.steps[at]}`);
      scene.checkAll(left);
    }
  }
});

for (const fault of ["ENOSPC", "EIO"] as const) {
  Deno.test(`with ${fault} at any step, nothing settled is lost and the next start has it all`, async () => {
    await atEveryStep(fault, async (scene, disk) => {
      disk.faultAt = () => undefined;
      const left = disk.afterKill();
      assert(await scene.resume(left));
      scene.checkAll(left);
    });
  });
}

Deno.test("a full disk lets batches of sessions wait: they are stored when there is room", async () => {
  const { steps } = await stepsOf();
  for (let from = 0; from < steps; from += 3) {
    const disk = new MemoryDisk();
    const scene = new Scene();
    let refused = 0;
    let isStalled = 0;
    let isFull = false;
    let isRefused = false;
    disk.faultAt = (step, what) => {
      if (step === from) isFull = true;
      // Not for eve: she has no session, so that nothing of hers is tried again.
      const takesRoom = /^(write|open|makeFolder).*(alice|bob)/.test(what);
      if (!takesRoom) return undefined;
      isRefused = isFull && ++refused < 6;
      return isRefused ? "ENOSPC" : undefined;
    };
    const isDone = await scene.play(disk, {
      onStalled: () => isStalled++,
      onResumed: () => isStalled--,
    });
    assert(isDone, `full from step ${from}`);
    // After a batch without session that was refused at the very end nothing has been tried.
    assertEquals(isStalled, isRefused ? 1 : 0, "it is said when it ends");
    scene.checkAll(disk);
  }
});

Deno.test("a full disk does not keep a store from ending; what waits is not settled", async () => {
  const disk = new MemoryDisk();
  const scene = new Scene();
  let isFull = false;
  disk.faultAt = (_step, what) => isFull && what.startsWith("write") ? "ENOSPC" : undefined;
  const store = await openStore(disk, { retryMs: 60_000 });
  const [sensor] = scene.sensors;
  await sensor!.connect(store);
  sensor!.send();
  await sensor!.drained();
  isFull = true;
  sensor!.send();
  const drained = sensor!.drained();
  const beganMs = performance.now();
  const told = drained.then(() => undefined, (error) => error);
  await store[Symbol.asyncDispose]();
  assert((await told) instanceof StoreError);
  assert(performance.now() - beganMs < 30_000, "it does not wait for the next attempt");
  assertEquals(sensor!.settled, 1n);
  scene.checkAtMostOnce(disk);
});

/** Plays the scene with a fault at each of its steps in turn. */
async function atEveryStep(
  fault: Fault,
  check: (scene: Scene, disk: MemoryDisk, step: number) => Promise<void>,
  rounds?: number,
): Promise<void> {
  const { steps } = await stepsOf(rounds);
  assert(steps > 60);
  for (let at = 0; at < steps; at++) {
    const { scene, disk } = await playUntil(at, fault, rounds);
    assertEquals(disk.open_, 0, "no file stays open");
    const what = disk.steps[at];
    try {
      await check(scene, disk, at);
    } catch (cause) {
      throw new Error(`${fault} step ${at}, ${what}`, { cause });
    }
  }
}

async function playUntil(
  at: number,
  fault: Fault,
  rounds?: number,
): Promise<{ scene: Scene; disk: MemoryDisk }> {
  const disk = new MemoryDisk();
  const scene = new Scene();
  disk.faultAt = (step) => step === at ? fault : undefined;
  await scene.play(disk, {}, rounds);
  return { scene, disk };
}

async function stepsOf(rounds?: number): Promise<{ steps: number }> {
  const disk = new MemoryDisk();
  await new Scene().play(disk, {}, rounds);
  return { steps: disk.steps.length };
}

function clone(scene: Scene): Scene {
  const copy = new Scene();
  for (const [n, { settled, batches }] of scene.sensors.entries()) {
    copy.sensors[n]!.settled = settled;
    copy.sensors[n]!.batches.push(...batches);
  }
  for (const text of scene.committed) copy.committed.add(text);
  return copy;
}

function openStore(layer: MemoryDisk, options: Partial<StoreOptions> = {}): Promise<RecordStore> {
  return RecordStore.open(OUT, {
    version: "v1.2.3",
    layer,
    gatherMs: 0,
    retryMs: 0,
    rotateBytes: ROTATE_BYTES,
    ...options,
  });
}

function box(clientId: string, text: string): CheckedBatch {
  return {
    clientId,
    type: TCP,
    count: 1,
    records: frame(new TextEncoder().encode(text)),
    firstTime: 1n,
    lastTime: 1n,
    containsPayloads: false,
  };
}
