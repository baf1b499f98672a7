import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import type { MemberHeader } from "../../../lib/pack/member.ts";
import {
  type RowMember,
  visitChanges,
  wantedPoints,
} from "../../../lib/write/ledger/row_points.ts";
import { StoredFiles } from "../../../lib/write/ledger/stored_files.ts";

const at = (time: string) => BigInt(Date.parse(`2026-11-${time}Z`)) * 1_000_000n;

Deno.test("of rotated files those are taken whose names tell that they may be of a time", () => {
  const rotated = [22, 23, 24].map((day) => `TCP-202611${day}T120000.000Z.ncap.gz`);
  const names = [
    ...[...rotated].reverse(),
    ...["UDP.ncap.gz", "TCP.ncap.gz", "TCP.damaged-1.ncap.gz", "TCP.ncap.gz.torn-1"],
    ...["LLC-no.ncap.gz", "TCP-20261122T120000.000Z.damaged-1.ncap.gz"],
  ];
  const files = new StoredFiles("/x", names);
  const ask = (from: string, to: string) =>
    files.of("TCP", { from: at(from), to: at(to) }).map(({ name }) => name);
  const always = ["TCP.ncap.gz", "TCP.damaged-1.ncap.gz", names.at(-1)!];
  assertEquals(ask("23T11:00", "23T11:30"), [rotated[1]!, ...always]);
  assertEquals(ask("23T11:00", "23T12:30"), [rotated[1]!, rotated[2]!, ...always]);
  assertEquals(ask("24T12:01", "24T13:00"), always);
  assertEquals(files.of("TCP", {}).length, 6);
  assertEquals(
    files.within({}).map(({ kind }) => kind).toSorted().join(),
    [
      ...["damaged", "damaged", "live", "live", "rotated", "rotated", "rotated"],
    ].join(),
  );
  assertEquals(files.areOthers([...names, "DNS.ncap.gz"]), false);
  assertEquals(files.areOthers([...names, "UDP-20261124T130000.000Z.ncap.gz"]), true);
});

Deno.test("of the rows in a time few are looked at, and each that tells of a change", () => {
  const changes = [17, 300, 301, 776];
  const rows = Array.from({ length: 1000 }, (_, n) =>
    create(SensorMinuteSchema, {
      ...{ Run: 1n, Session: 1n, Timestamp: BigInt(n) },
      DroppedByKernel: BigInt(changes.filter((change) => change <= n).length),
    }));
  // Of every ten rows four are in members of their own, the others in one.
  const members: RowMember[] = rows.flatMap(({ Timestamp }, n) => {
    const count = n % 10 === 4 ? 6 : n % 10 < 4 ? 1 : 0;
    const lastTime = Timestamp + BigInt(count - 1);
    const header = { session: 1n, count, firstTime: Timestamp, lastTime } as MemberHeader;
    return count > 0 ? [{ at: n, header }] : [];
  });
  const timesOf = ({ at, header }: RowMember) =>
    rows.slice(at, at + header.count).map(({ Timestamp }) => Timestamp);
  for (const [from, to] of [[10n, 900n], [16n, 897n], [999n, 1000n], [0n, 1n]] as const) {
    const points = wantedPoints(members, { from, to }, timesOf);
    const [first, last] = [points[0]!, points.at(-1)!].map(({ member: { at }, nth }) => at + nth);
    const end = Math.min(Number(to) + 1, 999);
    assertEquals([first, last], [Number(from), end], "the one before, and one behind");
  }
  const seen: number[] = [];
  let read = 0;
  visitChanges(wantedPoints(members, { from: 10n, to: 900n }, timesOf), ({ member, nth }) => {
    read++;
    return rows[member.at + nth];
  }, ({ Timestamp }) => seen.push(Number(Timestamp)));
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  for (const change of changes) {
    assertEquals([change - 1, change].every((n) => seen.includes(n)), true, `${change}`);
  }
  assertEquals(read < 4 * 12 + 10, true, `${read} are read`);
});
