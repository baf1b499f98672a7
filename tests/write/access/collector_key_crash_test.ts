/** The collector's key is changed on a disk that stops at every step in turn. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodeHex } from "../../../lib/base/bytes/bytes.ts";
import { ConfigError } from "../../../lib/base/errors.ts";
import { keyPairOf } from "../../../lib/seal/key.ts";
import {
  readCollectorKeys,
  replaceCollectorKey,
} from "../../../lib/write/access/collector_keys_io.ts";
import { MemoryDisk } from "../files/memory_disk.ts";
import { testCrashes } from "./crash_tests.ts";

const PATH = "/keys/priv.key";
const PUBLIC = "/keys/pub.key";
const OLD = keyPairOf(new Uint8Array(32).fill(9));
const OVERLAP_MS = 1000;
const KEEP_MS = 5000;

function withKey(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.put(PATH, new TextEncoder().encode(encodeHex(OLD.privateKey)));
  disk.put(PUBLIC, new TextEncoder().encode(encodeHex(OLD.publicKey)));
  return disk;
}

/** The public keys in force, in hex. */
async function keysIn(disk: MemoryDisk, nowMs: number) {
  const { accepted, retired } = await readCollectorKeys(disk, PATH, nowMs, KEEP_MS);
  const digits = (pairs: readonly { publicKey: Uint8Array }[]) =>
    pairs.map(({ publicKey }) => encodeHex(publicKey));
  return { accepted: digits(accepted), retired: digits(retired) };
}

const publicIn = (disk: MemoryDisk) => new TextDecoder().decode(disk.files.get(PUBLIC));

Deno.test("another key of the collector: both are taken, then the old one only opens what was sealed, then nothing", async () => {
  const disk = withKey();
  const next = encodeHex((await replaceCollectorKey(disk, PATH, OVERLAP_MS, 0)).publicKey);
  const old = encodeHex(OLD.publicKey);
  assertEquals(publicIn(disk), next);
  assertEquals(await keysIn(disk, 999), { accepted: [next, old], retired: [] });
  await assertRejects(() => replaceCollectorKey(disk, PATH, OVERLAP_MS, 999), ConfigError, "yet");
  assertEquals(await keysIn(disk, 1000), { accepted: [next], retired: [old] });
  assertEquals(await keysIn(disk, 6000), { accepted: [next], retired: [] });
  const third = encodeHex((await replaceCollectorKey(disk, PATH, OVERLAP_MS, 2000)).publicKey);
  assertEquals(await keysIn(disk, 2500), { accepted: [third, next], retired: [old] });
});

testCrashes(
  "after a power cut at any write of a change of the collector's key, no sensor is locked out",
  async (crash) => {
    let steps = 0;
    for (;; steps++) {
      const disk = withKey();
      disk.faultAt = (step) => step === steps ? crash.fault : undefined;
      const isDone = await replaceCollectorKey(disk, PATH, OVERLAP_MS, 0).then(
        () => true,
        () => false,
      );
      if (isDone) break;
      const left = crash.leave(disk, steps);
      const old = encodeHex(OLD.publicKey);
      assert(
        (await keysIn(left, 1)).accepted.includes(old),
        "whoever knows the old key may connect",
      );
      // The same again does it, or finds it done, and mends what is left to do.
      await replaceCollectorKey(left, PATH, OVERLAP_MS, 1).catch((error) => {
        assert(error instanceof ConfigError, error.message);
      });
      const { accepted } = await keysIn(left, 1);
      assertEquals([accepted.length, accepted[1]], [2, old]);
      assertEquals(publicIn(left), accepted[0]);
    }
    assert(steps > 8, `${steps} steps`);
  },
);
