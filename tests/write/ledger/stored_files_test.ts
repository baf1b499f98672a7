import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import type { MemberHeader } from "../../../lib/pack/member.ts";
import { visitChanges, wantedRange } from "../../../lib/write/ledger/row_points.ts";
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
  const members = rows.map(({ Timestamp }, n) => ({
    at: n,
    header: { session: 1n, firstTime: Timestamp, lastTime: Timestamp } as MemberHeader,
  }));
  const range = wantedRange(members, { from: 10n, to: 900n });
  assertEquals([range[0]!.at, range.at(-1)!.at], [10, 901], "the one before, and one behind");
  const seen: number[] = [];
  let read = 0;
  visitChanges(range, (member) => {
    read++;
    return [rows[member.at]!];
  }, ({ Timestamp }) => seen.push(Number(Timestamp)));
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  for (const change of changes) {
    assertEquals([change - 1, change].every((n) => seen.includes(n)), true, `${change}`);
  }
  assertEquals(read < 4 * 12 + 10, true, `${read} are read`);
});
