import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { MemberHeader } from "../../pack/member.ts";
import { missingIn } from "../books/sensor_row_checks.ts";

/** A member of a file of a sensor's rows. */
export interface RowMember {
  readonly at: number;
  readonly header: MemberHeader;
}

/** One of the rows of a member. */
export interface RowPoint {
  readonly member: RowMember;
  readonly nth: number;
}

/**
 * Which of the rows of a file have to be looked at: the newest before what is asked for, those in it, the
 * first behind it and one more, which shows that the sensor goes on.
 *
 * @param timesOf The times of a member's rows, ns since 1970; asked for at both ends only.
 */
export function wantedPoints(
  members: readonly RowMember[],
  { from, to }: TimeSpan,
  timesOf: (member: RowMember) => readonly bigint[],
): readonly RowPoint[] {
  const first = from === undefined
    ? 0
    : Math.max(0, members.findLastIndex(({ header }) => header.firstTime <= from));
  const behind = to === undefined ? -1 : members.findIndex(({ header }) => header.lastTime >= to);
  const end = behind < 0 ? members.length : Math.max(first, behind);
  const points = pointsOf(members.slice(first, end));
  const skipped = from === undefined || members.length === 0
    ? 0
    : Math.max(0, timesOf(members[first]!).findLastIndex((time) => time <= from));
  if (behind < 0) return points.slice(skipped);
  const rest = pointsOf(members.slice(end, end + 2));
  const later = rest.findIndex(({ member, nth }) => (timesOf(member)[nth] ?? 0n) >= to!);
  return [...points, ...rest.slice(0, later < 0 ? undefined : later + 2)].slice(skipped);
}

/**
 * Looks at rows, in their order, but at none between two of one session whose counts of what is missing
 * are the same: such counts only rise.
 */
export function visitChanges(
  points: readonly RowPoint[],
  rowOf: (point: RowPoint) => SensorMinute | undefined,
  visit: (row: SensorMinute, header: MemberHeader) => void,
): void {
  const changes = sessionChanges(points);
  const read = (n: number) => ({ n, row: rowOf(points[n]!) });
  const tell = ({ n, row }: ReturnType<typeof read>) => {
    if (row) visit(row, points[n]!.member.header);
  };
  const between = (low: ReturnType<typeof read>, high: ReturnType<typeof read>): void => {
    if (high.n - low.n <= 1) return;
    const isSame = low.row !== undefined && high.row !== undefined &&
      changes[low.n] === changes[high.n] && missingIn(low.row) === missingIn(high.row);
    if (isSame) return;
    const middle = read((low.n + high.n) >> 1);
    between(low, middle);
    tell(middle);
    between(middle, high);
  };
  if (points.length === 0) return;
  // The last two are those behind what is asked for, or may be.
  const fixed = [0, points.length - 2, points.length - 1].filter((n, i, all) =>
    n >= 0 && n > (all[i - 1] ?? -1)
  );
  let low = read(fixed[0]!);
  tell(low);
  for (const n of fixed.slice(1)) {
    const high = read(n);
    between(low, high);
    tell(high);
    low = high;
  }
}

function pointsOf(members: readonly RowMember[]): RowPoint[] {
  return members.flatMap((member) =>
    Array.from({ length: member.header.count }, (_, nth) => ({ member, nth }))
  );
}

/** For each row, how often the session has changed before it. */
function sessionChanges(points: readonly RowPoint[]): number[] {
  let changes = 0;
  return points.map(({ member: { header: { session } } }, n) => {
    if (n > 0 && session !== points[n - 1]!.member.header.session) changes++;
    return changes;
  });
}
