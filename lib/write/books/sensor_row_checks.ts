/** What a row of a sensor's books says by itself. */
import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import { typeName } from "../../base/record/record_types.ts";

/** Why a row by itself is false; undefined when it adds up. */
export function falseRow(row: SensorMinute): string | undefined {
  const { Captured, Filtered, RefusedLinkType, Decoded, Truncated, Malformed } = row;
  const { Incomplete, Unsupported, TooDeep, Unknown } = row;
  const failed = Truncated + Malformed + Incomplete + Unsupported + TooDeep + Unknown;
  if (Captured !== Filtered + RefusedLinkType + Decoded + failed) {
    return "its packets do not add up";
  }
  for (const of of row.Types) {
    const { Made, Resumed, Settled, InFlight, Waiting, Spooled } = of;
    const lost = of.Evicted + of.TooLarge + of.Unwanted;
    if (Made + Resumed !== Settled + InFlight + Waiting + Spooled + lost) {
      return `its ${typeName(of.Type)} records do not add up`;
    }
  }
  return undefined;
}

/** All counts of what is missing, as a text to compare. */
export function missingIn(row: SensorMinute): string {
  const { Run, DroppedByKernel, DroppedByInterface, Interruptions, Oversized } = row;
  const types = row.Types.map(({ Type, Evicted, TooLarge }) =>
    Evicted + TooLarge > 0n ? `${Type} ${Evicted} ${TooLarge}` : ""
  );
  return [Run, DroppedByKernel, DroppedByInterface, Interruptions, Oversized, ...types]
    .filter((text) => text !== "").join();
}
