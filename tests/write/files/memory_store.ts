/** Stores on a {@linkcode MemoryDisk}, for tests of sessions. */
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { Sensor, TCP, UDP } from "./session_sensor.ts";

export const ALICE_TCP = "/out/alice/TCP.ncap.gz";

/** Opens a store at `/out` that waits for nothing. */
export function openStore(
  layer: MemoryDisk,
  options: Partial<StoreOptions> = {},
): Promise<RecordStore> {
  return RecordStore.open("/out", { version: "v1", layer, gatherMs: 0, retryMs: 0, ...options });
}

/**
 * A disk with ten batches of a session, odd ones in one file, each settled before the next; of the last
 * no member tells that, since the store was killed.
 */
export async function storedDisk(): Promise<{ disk: MemoryDisk; sensor: Sensor }> {
  const sensor = new Sensor("alice", 1n);
  const disk = await killedDisk((store) => sendTen(store, sensor));
  return { disk, sensor };
}

/** What is left of a disk when the process that used it is killed. */
export async function killedDisk(use: (store: RecordStore) => Promise<void>): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await using store = await openStore(disk);
  await use(store);
  return disk.afterKill();
}

async function sendTen(store: RecordStore, sensor: Sensor): Promise<void> {
  await sensor.connect(store);
  for (let n = 0; n < 10; n++) {
    sensor.send({ type: n % 2 === 0 ? TCP : UDP });
    await sensor.drained();
  }
}

/** Where the n-th member of a file begins. */
export function startOfMember(file: Uint8Array, n: number): number {
  const view = new DataView(file.buffer, file.byteOffset);
  let at = 0;
  for (let i = 0; i < n; i++) at += view.getUint32(at + 20, true);
  return at;
}
