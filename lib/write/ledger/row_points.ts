import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { MemberHeader } from "../../pack/member.ts";

/** A member of a file of a sensor's rows. */
export interface RowMember {
  readonly at: number;
  readonly header: MemberHeader;
}

/**
 * Which of the members of a file have to be looked at: the newest before what is asked for, those in it,
 * the first behind it and one more, which shows that the sensor goes on. By the times that they claim.
 */
export function wantedRange(
  members: readonly RowMember[],
  { from, to }: TimeSpan,
): readonly RowMember[] {
  const first = from === undefined
    ? 0
    : Math.max(0, members.findLastIndex(({ header }) => header.lastTime <= from));
  const behind = to === undefined ? -1 : members.findIndex(({ header }) => header.firstTime >= to);
  return members.slice(first, behind < 0 ? undefined : Math.max(first, behind) + 2);
}

/**
 * Looks at members, in their order, but at none between two of one session whose counts of what is
 * missing are the same: such counts only rise.
 */
export function visitChanges(
  members: readonly RowMember[],
  rowsOf: (member: RowMember) => readonly SensorMinute[],
  visit: (row: SensorMinute, header: MemberHeader) => void,
): void {
  const changes = sessionChanges(members);
  const read = (n: number) => ({ n, rows: rowsOf(members[n]!) });
  const tell = ({ n, rows }: ReturnType<typeof read>) => {
    for (const row of rows) visit(row, members[n]!.header);
  };
  const between = (low: ReturnType<typeof read>, high: ReturnType<typeof read>): void => {
    if (high.n - low.n <= 1) return;
    const [before, after] = [low.rows.at(-1), high.rows.at(-1)];
    const isSame = before !== undefined && after !== undefined &&
      changes[low.n] === changes[high.n] && missingIn(before) === missingIn(after);
    if (isSame) return;
    const middle = read((low.n + high.n) >> 1);
    between(low, middle);
    tell(middle);
    between(middle, high);
  };
  if (members.length === 0) return;
  // The last two are those behind what is asked for, or may be.
  const fixed = [0, members.length - 2, members.length - 1].filter((n, i, all) =>
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

/** For each member, how often the session has changed before it. */
function sessionChanges(members: readonly RowMember[]): number[] {
  let changes = 0;
  return members.map(({ header: { session } }, n) => {
    if (n > 0 && session !== members[n - 1]!.header.session) changes++;
    return changes;
  });
}

/** All counts of what is missing, as a text to compare. */
function missingIn(row: SensorMinute): string {
  const { Run, DroppedByKernel, DroppedByInterface, Interruptions, Oversized } = row;
  const types = row.Types.map(({ Type, Evicted, TooLarge }) =>
    Evicted + TooLarge > 0n ? `${Type} ${Evicted} ${TooLarge}` : ""
  );
  return [Run, DroppedByKernel, DroppedByInterface, Interruptions, Oversized, ...types]
    .filter((text) => text !== "").join();
}
