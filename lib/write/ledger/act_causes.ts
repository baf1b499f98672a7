import type { OperatorAct } from "../../../proto/gen/netcap_pb.ts";
import { printable } from "../../base/text/printable.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { Cause } from "./cause.ts";
import { overlaps } from "./stored_files.ts";

/** What explains that less came than before; other acts are in the records. */
const WORDS: Readonly<Record<string, (act: OperatorAct) => string>> = {
  revoked: ({ Who }) => `was revoked${Who === "" ? "" : ` by ${printable(Who)}`}`,
  unlisted: ({ Key }) => `its key ${Key.slice(0, 8)} was taken out of -sensors`,
  changed: ({ Detail }) =>
    `its line in -sensors was changed, and says now: ${printable(Detail) || "no options"}`,
};

/** The acts about a client that explain something of a time. */
export function causesOfActs(
  acts: readonly OperatorAct[],
  client: string,
  wanted: TimeSpan,
): Cause[] {
  return acts.flatMap((act) => {
    const { Name: name, Timestamp: at } = act;
    const words = WORDS[act.Act];
    if (name !== client || !words || !overlaps(at, at, wanted)) return [];
    return [{ kind: "act", from: at, to: at, count: 0, what: words(act), isMissing: false }];
  });
}
