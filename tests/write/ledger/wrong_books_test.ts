/** Batches lost, doubled and made up behind the back of the books, and books that are changed or lie. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { crc32, gunzipSync } from "node:zlib";
import { CollectorSpanSchema, SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import {
  encodeMember,
  type MemberHeader,
  packRecords,
  parseMemberHeader,
} from "../../../lib/pack/member.ts";
import { inFolder } from "../../programs/program.ts";
import { frame } from "../files/record_file_bytes.ts";
import { TCP, UDP } from "../files/session_sensor.ts";
import { batchOf } from "../files/text_batches.ts";
import { ClientAccount } from "../../../lib/write/ledger/client_account.ts";
import {
  BookedSensor,
  ledgerOf,
  missingOf,
  type RowChange,
  withSensor,
  withStore,
} from "./booked_sensor.ts";

const MINUTE = 60_000_000_000n;
const now = () => BigInt(Date.now()) * 1_000_000n;

/** A store in which all is right: six TCP records in three batches, and one UDP record. */
async function good(folder: string): Promise<void> {
  await withStore(folder, async (store) => {
    const sensor = new BookedSensor("alice");
    await sensor.connect(store);
    for (let n = 0; n < 3; n++) await sensor.send(TCP, 2);
    await sensor.send(UDP);
    await sensor.closeBooks(now(), (row) => row.IsLast = true);
    sensor.close(true);
    const other = new BookedSensor("bob");
    await other.connect(store);
    await other.send(TCP, 2);
    await other.closeBooks(now(), (row) => row.IsLast = true);
    other.close(true);
    for (let n = 0; n < 3; n++) await store.append(batchOf("carol", TCP, "one", "two"));
  });
  for (const client of ["alice", "bob", "carol"]) {
    assertEquals(missingOf(ledgerOf(folder, client)), []);
  }
}

/** What is named when somebody has changed a file of alice's, or of carol's, who sends datagrams. */
async function after(
  client: "alice" | "carol",
  change: (folder: string) => Promise<void> | void,
): Promise<(string | number)[][]> {
  let missing: (string | number)[][] = [];
  await inFolder(async (folder) => {
    await good(folder);
    await change(`${folder}/${client}`);
    missing = missingOf(ledgerOf(folder, client));
    assertEquals(missingOf(ledgerOf(folder, "bob")), [], "others are unaffected");
  });
  return missing;
}

Deno.test("a member that is taken out of a file is named as lost, with its records", async () => {
  assertEquals(
    await after("alice", (folder) => edit(`${folder}/TCP.ncap.gz`, (all) => all.toSpliced(2, 1))),
    [["lost", 2]],
  );
  assertEquals(
    await after("carol", (folder) => edit(`${folder}/TCP.ncap.gz`, (all) => all.toSpliced(1, 2))),
    [["lost", 4]],
  );
});

Deno.test("a file that is taken away is named as lost, with its records", async () => {
  assertEquals(await after("alice", (folder) => Deno.remove(`${folder}/TCP.ncap.gz`)), [[
    "lost",
    6,
  ]]);
  assertEquals(await after("carol", (folder) => Deno.remove(`${folder}/TCP.ncap.gz`)), [[
    "lost",
    6,
  ]]);
});

Deno.test("a member that is there twice, and one that nobody stored, are named", async () => {
  const twice = (folder: string) => edit(`${folder}/TCP.ncap.gz`, (all) => [...all, all.at(-1)!]);
  assertEquals(await after("alice", twice), [["doubled", 2]]);
  assertEquals(await after("carol", twice), [["doubled", 2]]);
  const forged = (folder: string) =>
    edit(`${folder}/UDP.ncap.gz`, (all) => [...all, changed(all[1]!, { sequence: 2n })]);
  assertEquals(await after("alice", forged), [["doubled", 1]]);
});

Deno.test("one taken out and another put in its place is named, though the sum is right", async () => {
  const exchanged = (folder: string) =>
    edit(`${folder}/TCP.ncap.gz`, (all) => [...all.slice(0, 2), all[3]!, all[3]!]);
  assertEquals(await after("alice", exchanged), [["lost", 2], ["doubled", 2]]);
});

Deno.test("a row of the collector's that is changed, or taken away, is named or does no harm", async () => {
  const rewritten = (change: (records: bigint) => bigint) => (folder: string) =>
    edit(`${folder}/CollectorSpan.ncap.gz`, (all) => [
      all[0]!,
      ...all.slice(1).map((member) => {
        const header = parseMemberHeader(member, 0) as MemberHeader;
        const row = fromBinary(CollectorSpanSchema, gunzipSync(member).subarray(rowAt(member)));
        for (const each of row.Stored) if (each.Type === TCP) each.Records = change(each.Records);
        const records = frame(toBinary(CollectorSpanSchema, row));
        return encodeMember(header, packRecords(records));
      }),
    ]);
  assertEquals(await after("alice", rewritten((n) => n + 5n)), [["lost", 5]]);
  assertEquals((await after("alice", rewritten((n) => n - 2n)))[0], ["doubled", 2]);
  const without = (folder: string) => Deno.remove(`${folder}/CollectorSpan.ncap.gz`);
  assertEquals(await after("alice", without), []);
});

Deno.test("a row of a sensor's books that is taken out of its file is named, though later ones tell all", () =>
  inFolder(async (folder) => {
    await withSensor(folder, async (sensor) => {
      for (let minute = 1n; minute <= 4n; minute++) {
        await sensor.send(TCP, 2);
        await sensor.closeBooks(now() + minute * MINUTE, (row) => row.IsLast = minute === 4n);
      }
      sensor.close(true);
    });
    const ledger = () => ledgerOf(folder, "alice", {}, now() + 5n * MINUTE);
    assertEquals(missingOf(ledger()), []);
    await edit(`${folder}/alice/SensorMinute.ncap.gz`, (all) => all.toSpliced(2, 2));
    assertEquals(missingOf(ledger()), [["damaged books", 0]]);
    const [gap] = ledger().causes.filter(({ isMissing }) => isMissing);
    assertEquals((gap!.to - gap!.from) / (MINUTE / 2n), 4n, "of the two minutes");
  }));

Deno.test("a file of the books that is damaged is named", async () => {
  for (const name of ["CollectorSpan", "SensorMinute"]) {
    const damage = async (folder: string) => {
      const path = `${folder}/${name}.ncap.gz`;
      const bytes = await Deno.readFile(path);
      bytes[bytes.length - 12]! ^= 0xff;
      await Deno.writeFile(path, bytes);
    };
    assertEquals((await after("alice", damage))[0], ["damaged books", 0]);
  }
});

Deno.test("a row of a sensor that cannot be is named, and others do not suffer", async () => {
  const lies: [what: string, change: RowChange][] = [
    ["records that do not add up", (row) => row.Types[0]!.Made += 5n],
    ["packets that do not add up", (row) => row.Captured += 1n],
    ["a time that is to come", (row) => row.Timestamp += 120n * MINUTE],
    ["batches that were not sent", (row) => row.Sequence += 10n],
    ["counts that fall", (row) => {
      row.Types[0]!.Made = row.Types[0]!.Settled = 1n;
    }],
  ];
  for (const [what, change] of lies) {
    await inFolder(async (folder) => {
      await withStore(folder, async (store) => {
        const sensor = new BookedSensor("alice");
        const other = new BookedSensor("bob");
        for (const each of [sensor, other]) {
          await each.connect(store);
          await each.send(TCP, 4);
          await each.closeBooks();
        }
        await sensor.closeBooks(now() + MINUTE, change);
      });
      assertEquals(missingOf(ledgerOf(folder, "alice")), [["false books", 1]], what);
      assertEquals(missingOf(ledgerOf(folder, "bob")), [], what);
    });
  }
});

Deno.test("a sensor that says to have sent more than came, or less, is named", async () => {
  const said = async (change: RowChange) => {
    let missing: (string | number)[][] = [];
    await inFolder(async (folder) => {
      await withSensor(folder, async (sensor) => {
        await sensor.send(TCP, 4);
        await sensor.closeBooks(now(), change);
      });
      missing = missingOf(ledgerOf(folder, "alice"));
    });
    return missing;
  };
  assertEquals(await said(({ Types: [tcp] }) => tcp!.Made = tcp!.Settled = 7n), [["lost", 3]]);
  assertEquals(await said(({ Types: [tcp] }) => tcp!.Made = tcp!.Settled = 1n), [["doubled", 3]]);
});

Deno.test("a sensor that says to have had more sessions than are told apart keeps its ledger", () => {
  const account = new ClientAccount("alice", {}, now());
  const sent = { Type: TCP, Made: 1n, Settled: 1n };
  for (let n = 1n; n <= 10_001n; n++) {
    const row = create(SensorMinuteSchema, { Run: 1n, Session: n, Timestamp: n, Types: [sent] });
    account.addSensorRow(row, { session: 1n, sequence: n, arrival: n } as MemberHeader);
  }
  account.expect();
  assertEquals(missingOf(account.finish())[0], ["lost", 1]);
});

/** Writes a file with other members; the first holds its header. */
async function edit(path: string, change: (members: Uint8Array[]) => Uint8Array[]): Promise<void> {
  const file = await Deno.readFile(path);
  const view = new DataView(file.buffer);
  const members: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += view.getUint32(at + 20, true)) {
    members.push(file.slice(at, at + view.getUint32(at + 20, true)));
  }
  await Deno.writeFile(path, concat(change(members)));
}

/** A member with another sequence, and the right checksum (docs/protocol.md, Members). */
function changed(member: Uint8Array, { sequence }: { sequence: bigint }): Uint8Array {
  const copy = member.slice();
  const view = new DataView(copy.buffer);
  view.setBigUint64(32, sequence, true);
  view.setUint32(88, crc32(copy.subarray(16, 88)), true);
  return copy;
}

/** Where the only row of a member begins in its records. */
function rowAt(member: Uint8Array): number {
  return gunzipSync(member)[0]! < 0x80 ? 1 : 2;
}
