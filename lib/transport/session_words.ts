/** What a sensor says of its session. */
import { SendError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { typeName } from "../base/record_types.ts";
import type { BatchPart } from "../pack/packed_batch.ts";
import { type Address, formatAddress } from "./address.ts";
import { SAY_STALLED_MS } from "./stall.ts";

/** When the clocks of both ends differ by more, that is said. */
const SAY_CLOCK_MS = 60_000;

export function notConnectedTo(collector: Address): string {
  return `Not connected to the collector ${formatAddress(collector)}`;
}

/** @param granted The name that the sensor has at the collector. */
export function connectedLine(collector: Address, wanted: string, granted: string): string {
  const instead = granted === wanted
    ? ""
    : `, as its file of sensors says, and not as ${printable(wanted)}`;
  return `connected to ${formatAddress(collector)} as ${printable(granted)}${instead}`;
}

/** Undefined while the clocks are close. @param aheadMs How far the sensor's is ahead. */
export function clockLine(aheadMs: number): string | undefined {
  if (Math.abs(aheadMs) < SAY_CLOCK_MS) return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const way = aheadMs > 0 ? "ahead of" : "behind";
  return `The clock here is ${seconds} s ${way} the collector's`;
}

/** Of a collector that acknowledges nothing of so many bytes. */
export function stalledLine(collector: Address, bytes: number): string {
  return `The collector ${formatAddress(collector)} has acknowledged nothing for ` +
    `${SAY_STALLED_MS / 1000} s: ${bytes} bytes wait for it`;
}

/** Of a batch that the collector does not take. */
export function refusedLine(
  { parts }: { readonly parts: readonly BatchPart[] },
  why: "unwanted" | "too large",
): string {
  const names = parts.map(({ type }) => typeName(type)).join(", ");
  return why === "unwanted"
    ? `the collector does not want records of type ${names}`
    : `A batch of type ${names} is larger than the collector takes`;
}

/** Why a session has failed at its end; undefined when it has not. */
export function unacknowledged(records: number, hasConnected: boolean): SendError | undefined {
  if (records === 0) return undefined;
  const what = `${records} records were not acknowledged`;
  return hasConnected
    ? new SendError("unacknowledged", `${what}: the collector may have some of them or none`)
    : new SendError("not-connected", `${what}: none was sent, since there was no connection`);
}
