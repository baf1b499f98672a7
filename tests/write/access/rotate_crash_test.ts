/** A sensor's key is changed on disks that stop at every step in turn, the collector's and the sensor's. */
import { assert, assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import { keyPairOf } from "../../../lib/seal/key.ts";
import { parseRoster } from "../../../lib/seal/roster.ts";
import { Access } from "../../../lib/write/access/access_io.ts";
import { AccessFolder } from "../../../lib/write/access/access_folder_io.ts";
import { rotateIdentity } from "../../../lib/write/access/identity_files_io.ts";
import { Said } from "../../said.ts";
import { until } from "../../until.ts";
import { testCrashes } from "./crash_tests.ts";
import { atEachStep, TwoDisks } from "./two_disks.ts";

const OUT = "/out";
const HOME = "/home";
const KEY = `${HOME}/sensor.key`;
const OLD = keyPairOf(new Uint8Array(32).fill(9));
const UNKNOWN = { rejection: 2 };

async function withKey(): Promise<TwoDisks> {
  const disks = new TwoDisks();
  await disks.sensor.lock(HOME);
  disks.sensor.put(KEY, new TextEncoder().encode(encodeHex(OLD.privateKey)));
  disks.sensor.put(`${HOME}/sensor.pub`, new TextEncoder().encode(encodeHex(OLD.publicKey)));
  return disks;
}

async function openAccess({ collector }: TwoDisks): Promise<Access> {
  const parsed = parseRoster(`${encodeHex(OLD.publicKey)} gate`);
  assert("roster" in parsed);
  const folder = new AccessFolder(collector, OUT);
  const { roster } = parsed;
  return await Access.open({
    place: folder,
    listed: () => roster,
    log: new Said(),
    onChange: () => {},
  });
}

/** Changes the key; false when a disk has stopped. */
function rotate(disks: TwoDisks): Promise<boolean> {
  return disks.survives(async () => {
    using access = await openAccess(disks);
    const answer = await rotateIdentity(disks.sensor, KEY, async (keys, next) => {
      if (!access.sensors?.entryOf(keys.publicKey)) return UNKNOWN;
      const result = await access.rotate(keys.publicKey, next.publicKey);
      if (disks.collector.hasEnded) throw new Error("the connection is gone");
      return { result };
    });
    return "result" in answer && answer.result === 0;
  });
}

/** The keys that a sensor tries when it is started now, in order. */
function keysOf({ sensor }: TwoDisks) {
  return [KEY, `${KEY}.next`].map((path) => sensor.files.get(path))
    .filter((bytes) => bytes !== undefined && bytes.length === 64)
    .map((bytes) => keyPairOf(parseHex(new TextDecoder().decode(bytes))!));
}

/** Lets the sensor have a session with the first of its keys that may send. */
async function connect(disks: TwoDisks): Promise<string> {
  using access = await openAccess(disks);
  const keys = keysOf(disks).find(({ publicKey }) => access.sensors?.entryOf(publicKey));
  assert(keys, "it is not locked out");
  assertEquals(access.sensors?.entryOf(keys.publicKey)?.name, "gate");
  access.accepted(keys.publicKey);
  const key = encodeHex(keys.publicKey);
  const folder = new AccessFolder(disks.collector, OUT);
  await until(
    "that is noted",
    async () => (await folder.access.read()).accepted.some((each) => each.key === key),
  );
  return key;
}

testCrashes(
  "after a power cut at any write of a change of keys, nobody is locked out, and it is done or goes on",
  async (crash) => {
    const steps = await atEachStep(crash, withKey, rotate, async (left, step) => {
      await connect(left);
      const isDone = !left.sensor.files.has(`${KEY}.next`) &&
        encodeHex(keysOf(left)[0]!.publicKey) !== encodeHex(OLD.publicKey);
      if (!isDone) assert(await rotate(left), `goes on after step ${step}`);
      assertEquals(keysOf(left).length, 1);
      const [{ publicKey }] = keysOf(left) as [typeof OLD];
      assert(encodeHex(publicKey) !== encodeHex(OLD.publicKey));
      const pub = left.sensor.files.get(`${HOME}/sensor.pub`);
      assertEquals(new TextDecoder().decode(pub), encodeHex(publicKey));
      assertEquals(await connect(left), encodeHex(publicKey));
      using access = await openAccess(left);
      assertEquals(access.sensors?.entryOf(OLD.publicKey), undefined, "the old key is over");
    });
    assert(steps > 10, `${steps} steps`);
  },
);
