/** Enrolment on disks that stop at every step in turn, the collector's and the sensor's. */
import { assert, assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import { withToken } from "../../../lib/seal/access/access_state.ts";
import { hashOfSecret } from "../../../lib/seal/access/enrol_token.ts";
import { keyPairOf } from "../../../lib/seal/key.ts";
import { Access } from "../../../lib/write/access/access_io.ts";
import { AccessFolder } from "../../../lib/write/access/access_folder_io.ts";
import { enrolIdentity } from "../../../lib/write/access/identity_files_io.ts";
import { Said } from "../../said.ts";
import { testCrashes } from "./crash_tests.ts";
import { atEachStep, TwoDisks } from "./two_disks.ts";

const OUT = "/out";
const HOME = "/home";
/** Neither of both folders is there at first. */
const KEYS = `${HOME}/new/keys`;
const COLLECTOR_KEY = new Uint8Array(32).fill(7);
const ID = new Uint8Array(16).fill(1);
const SECRET = new Uint8Array(32).fill(2);

async function withTokenMade(): Promise<TwoDisks> {
  const disks = new TwoDisks();
  await disks.sensor.lock(HOME);
  const secretHash = encodeHex(await hashOfSecret(SECRET));
  const token = {
    ...{ id: encodeHex(ID), secretHash, name: "gate", options: { mayUseBox: false } },
    ...{ madeMs: 0, expiresMs: Date.now() + 3_600_000 },
  };
  await new AccessFolder(disks.collector, OUT).access.change((state) => ({
    state: withToken(state, token),
  }));
  return disks;
}

/** Enrols; false when a disk has stopped. */
function enrol(disks: TwoDisks): Promise<boolean> {
  const { collector, sensor } = disks;
  return disks.survives(async () => {
    const folder = new AccessFolder(collector, OUT);
    const options = { place: folder, listed: () => undefined, log: new Said(), onChange: () => {} };
    using access = await Access.open(options);
    const { result } = await enrolIdentity(sensor, KEYS, async ({ publicKey }) => {
      const { result, name = "" } = await access.enrol(publicKey, ID, SECRET);
      if (collector.hasEnded) throw new Error("the connection is gone");
      return { result, name, collectorKey: COLLECTOR_KEY };
    });
    return result === 0;
  });
}

/** Asserts that sensor and collector have the same one key, and nothing is left over. */
async function assertEnrolled({ collector, sensor }: TwoDisks): Promise<void> {
  const read = (name: string) => new TextDecoder().decode(sensor.files.get(`${KEYS}/${name}`));
  const { publicKey } = keyPairOf(parseHex(read("sensor.key"))!);
  const { keys } = await new AccessFolder(collector, OUT).access.read();
  assertEquals(keys.map(({ key, name }) => [key, name]), [[encodeHex(publicKey), "gate"]]);
  assertEquals(read("sensor.pub"), encodeHex(publicKey));
  assertEquals(read("collector.pub"), encodeHex(COLLECTOR_KEY));
  const names = [...sensor.files.keys()].filter((path) => !path.endsWith(".new"));
  assertEquals(
    names.sort(),
    ["collector.pub", "sensor.key", "sensor.pub"].map((name) => `${KEYS}/${name}`),
  );
}

testCrashes(
  "after a power cut at any write of an enrolment, it is done or the same again does it",
  async (crash) => {
    const steps = await atEachStep(crash, withTokenMade, enrol, async (left, step) => {
      const hasKeys = left.sensor.files.has(`${KEYS}/sensor.key`);
      // With keys it was the last step: it is done, and not done again.
      if (!hasKeys) assert(await enrol(left), `goes on after step ${step}`);
      await assertEnrolled(left);
    });
    assert(steps > 15, `${steps} steps`);
  },
);
