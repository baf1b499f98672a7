/**
 * deno task measure-ledger [SENSORS] [RUNS] [MINUTES]
 *
 * How long the ledger of one day takes in a year of books, rotated each day and compacted then: a row of
 * each sensor every so many minutes, and every five at least one of the collector's and a batch of each of
 * 20 record types. The day that is asked for and its neighbours are written in full; of other days there
 * are the books, as further names of that day's, which nobody opens. Prints what a year of books takes,
 * and run by run the seconds and the peak memory of `-ledger -from -to`. Linux only.
 */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import {
  isLedgerType,
  RECORD_TYPES,
  typeName,
  typeNumber,
} from "../../lib/base/record/record_types.ts";
import { encodeMember, packRecords, WITHOUT_SESSION } from "../../lib/pack/member.ts";
import { compactBooks } from "../../lib/write/books/compact_books.ts";
import { recordFileName, rotatedPath } from "../../lib/write/files/file_names.ts";
import { encodeHeaderMember } from "../../lib/write/files/header_member.ts";
import {
  CollectorSpanSchema,
  SensorMinuteSchema,
  type SensorMinuteTypeSchema,
} from "../../proto/gen/netcap_pb.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DAYS = 365;
const WANTED_DAY = 100;
const DAY_MS = 86_400_000;
const MINUTE_NS = 60_000_000_000n;
const MINUTES = 1440;
const BEGIN_MS = Date.UTC(2025, 0, 1);
const TYPES = RECORD_TYPES.slice(0, 20);
/** Records of a type in the batch that ends with that minute of the day. */
const recordsOf = (type: number, minute: number) => 20 + (type * 7 + minute * 13) % 61;
const SESSION = 7n;

const [sensors, runs, rowMinutes] = [100, 5, 1].map((byDefault, n) =>
  Number(Deno.args[n] ?? byDefault)
) as [number, number, number];
/** Between two batches of a type, and two rows of the collector's. */
const EVERY_MINUTES = Math.max(5, rowMinutes);

const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
try {
  const days = new Map(
    [WANTED_DAY - 1, WANTED_DAY, WANTED_DAY + 1].map((day) => [day, filesOfDay(day)]),
  );
  const day = days.get(WANTED_DAY)!;
  for (let sensor = 0; sensor < sensors; sensor++) {
    await writeYear(`${folder}/sensor-${sensor}`, days);
  }
  const [minutes, spans] = ["SensorMinute", "CollectorSpan"].map((type) => day.get(type)!.length);
  const yearMB = ((minutes! + spans!) * DAYS) / 1e6;
  console.log(
    `books of a sensor: ${yearMB.toFixed(1)} MB a year (its own ${
      (minutes! * DAYS / 1e6).toFixed(1)
    }, the collector's ${(spans! * DAYS / 1e6).toFixed(1)})`,
  );
  const from = new Date(BEGIN_MS + WANTED_DAY * DAY_MS).toISOString();
  const to = new Date(BEGIN_MS + (WANTED_DAY + 1) * DAY_MS).toISOString();
  for (let run = 1; run <= runs; run++) console.log(`run ${run}: ${await timed(from, to)}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** The files of one day of a sensor, by type. */
function filesOfDay(day: number): Map<string, Uint8Array> {
  const begin = BigInt(BEGIN_MS + day * DAY_MS) * 1_000_000n;
  const members = new Map<string, Uint8Array[]>();
  const add = (type: string, member: Uint8Array) => {
    const all = members.get(type) ?? [headerMember(type)];
    members.set(type, all);
    all.push(member);
  };
  // Counts go on from the days before.
  let sequence = BigInt(day * (MINUTES / rowMinutes + MINUTES / EVERY_MINUTES * TYPES.length));
  const sent = new Map(TYPES.map((type) => [type, day * recordsOfDay(type)]));
  let booked = sequence;
  for (let minute = 1; minute <= MINUTES; minute++) {
    const at = begin + BigInt(minute) * MINUTE_NS;
    if (minute % rowMinutes !== 0) continue;
    const isDue = minute % EVERY_MINUTES === 0;
    const origin = (time = 0n) => ({
      ...{ ...WITHOUT_SESSION, session: SESSION, sequence: ++sequence, settled: sequence - 1n },
      ...{ count: 1, firstTime: time, lastTime: time, arrival: at - 1n },
    });
    if (isDue) {
      for (const type of TYPES) {
        const count = recordsOf(type, minute);
        const records = packRecords(new Uint8Array(count * 2).fill(1));
        add(typeName(type), encodeMember({ ...origin(), count }, records));
        sent.set(type, sent.get(type)! + count);
      }
    }
    const packets = BigInt(day * 1e7 + minute * 700 + minute % 97);
    const row = create(SensorMinuteSchema, {
      ...{
        Timestamp: at,
        SpanStart: at - BigInt(rowMinutes) * MINUTE_NS,
        Run: SESSION,
        Session: SESSION,
      },
      ...{ Sequence: sequence, Captured: packets, Decoded: packets },
      Types: TYPES.map((type) => typeCounts(type, sent.get(type)!, minute)),
    });
    const body = packRecords(frameRecords([toBinary(SensorMinuteSchema, row)]));
    add("SensorMinute", encodeMember(origin(at), body));
    if (!isDue) continue;
    const span = create(CollectorSpanSchema, {
      ...{ Timestamp: at, SpanStart: at - BigInt(EVERY_MINUTES) * MINUTE_NS, Session: SESSION },
      ...{ After: booked, Sequence: booked = sequence },
      Stored: [
        ...TYPES.map((Type) => ({
          Type,
          Batches: 1n,
          Records: BigInt(recordsOf(Type, minute)),
        })),
        {
          Type: typeNumber("SensorMinute"),
          Batches: BigInt(EVERY_MINUTES / rowMinutes),
          Records: BigInt(EVERY_MINUTES / rowMinutes),
        },
      ],
    });
    add(
      "CollectorSpan",
      encodeMember(
        { ...WITHOUT_SESSION, count: 1, firstTime: at, lastTime: at, arrival: at },
        packRecords(frameRecords([toBinary(CollectorSpanSchema, span)])),
      ),
    );
  }
  return new Map([...members].map(([type, all]) => {
    const file = concat(all);
    return [type, isLedgerType(type) ? compactBooks(file, type, () => sequence) ?? file : file];
  }));
}

function recordsOfDay(type: number): number {
  let records = 0;
  for (let minute = EVERY_MINUTES; minute <= MINUTES; minute += EVERY_MINUTES) {
    records += recordsOf(type, minute);
  }
  return records;
}

/** What a sensor says of a type: what it has made since the last batch waits. */
function typeCounts(
  Type: number,
  sent: number,
  minute: number,
): MessageInitShape<typeof SensorMinuteTypeSchema> {
  const since = minute % EVERY_MINUTES;
  const waiting = Math.floor(
    recordsOf(Type, minute - since + EVERY_MINUTES) * since / EVERY_MINUTES,
  );
  return {
    ...{ Type, Made: BigInt(sent + waiting), Settled: BigInt(sent), Waiting: BigInt(waiting) },
  };
}

function headerMember(type: string): Uint8Array {
  return encodeHeaderMember({
    ...{ Created: 0n, InputSource: "", ContainsPayloads: false },
    ...{ Type: typeNumber(type), Version: "v0.6.11" },
  });
}

/** A year of one sensor: the wanted day and its neighbours, and names for all others. */
async function writeYear(
  path: string,
  days: ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>,
): Promise<void> {
  await Deno.mkdir(path);
  for (const [day, files] of days) {
    for (const [type, bytes] of files) await Deno.writeFile(`${path}/${nameOf(type, day)}`, bytes);
  }
  for (const type of ["SensorMinute", "CollectorSpan"]) {
    for (let day = 0; day < DAYS; day++) {
      if (days.has(day)) continue;
      await Deno.link(`${path}/${nameOf(type, WANTED_DAY)}`, `${path}/${nameOf(type, day)}`);
    }
  }
}

/** The name of a file that was rotated when a day was over. */
function nameOf(type: string, day: number): string {
  return rotatedPath(recordFileName(typeNumber(type)), BEGIN_MS + (day + 1) * DAY_MS);
}

async function timed(from: string, to: string): Promise<string> {
  const args = ["run", "--quiet", "--allow-read", `${ROOT}collector.ts`, "-ledger", folder];
  const begin = performance.now();
  const { code, stdout, stderr } = await new Deno.Command("/usr/bin/time", {
    args: ["-f", "%M %U %S", Deno.execPath(), ...args, "-from", from, "-to", to],
    cwd: ROOT,
  }).output();
  const seconds = (performance.now() - begin) / 1000;
  const [kB, user, system] = new TextDecoder().decode(stderr).trim().split("\n").at(-1)!.split(" ");
  const last = new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1);
  return `${seconds.toFixed(2)} s (processors ${(Number(user) + Number(system)).toFixed(2)} s), ` +
    `${(Number(kB) / 1024).toFixed(0)} MiB, code ${code}: ${last}`;
}
