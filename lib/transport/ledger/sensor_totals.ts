import { countedAre } from "../../base/text/counted.ts";
import { lossText } from "../../base/count/losses.ts";
import { lossesOf } from "../../base/count/metric.ts";
import { printable } from "../../base/text/printable.ts";
import { typeName } from "../../base/record/record_types.ts";
import { mostFrequent } from "../../decode/unknown_numbers.ts";
import type { FollowCounts } from "../../follow/follow_counts.ts";
import type { StreamCounts } from "../../follow/streams/stream_counts.ts";
import type { LeftOut } from "../../gather/redact_options.ts";
import type { SensorReport } from "../sensor_report.ts";
import { finalReading } from "../sensor_reading.ts";
import { SENSOR_METRICS } from "./sensor_metrics.ts";

/** What became of every packet and every record, a line each: what was lost comes first. */
export function sensorTotals(
  report: SensorReport,
  transport: "session" | "box",
  collector: string,
): string[] {
  const { clientId, capture, live, dissect, follow, leftOut, streams, types } = report;
  const lines = [lossLine(report, transport === "session")];
  const reasons = [dissect.failed, mostFrequent(dissect.unknown, 10)].flatMap((counts) =>
    Object.entries(counts).map(([what, count]) => `${what}: ${count}`)
  );
  lines.push(
    `packets=${dissect.packets} decoded=${dissect.decoded} ` +
      `not-decoded=${dissect.packets - dissect.decoded}` +
      (reasons.length > 0 ? ` (${reasons.join(", ")})` : "") +
      (capture.refused > 0 ? ` link-type-refused=${capture.refused}` : "") +
      (capture.filtered > 0 ? ` left-out-by-filter=${capture.filtered}` : "") +
      (capture.clampedTimes > 0 ? ` clamped-times=${capture.clampedTimes}` : "") +
      (dissect.oversized > 0 ? ` oversized-records=${dissect.oversized}` : ""),
  );
  if (dissect.fragments && dissect.fragments.fragments > 0) {
    const { fragments, datagrams, overlapping, broken, givenUp } = dissect.fragments;
    lines.push(
      `fragments=${fragments} put-together=${datagrams} overlapping=${overlapping} broken=${broken} ` +
        `given-up=${givenUp}`,
    );
  }
  if (follow) lines.push(conversationsLine(follow));
  if (streams) lines.push(streamsLine(streams));
  if (leftOut) lines.push(`anonymized: ${leftOutText(leftOut)}`);
  if (live) {
    lines.push(`${dissect.packets - capture.delivered} packets captured`);
    lines.push(`${live.received} packets received by filter`);
    lines.push(`${live.droppedByKernel} packets dropped by kernel`);
    if (live.droppedByInterface > 0) {
      lines.push(`${live.droppedByInterface} packets dropped by interface`);
    }
    if (live.leftOut > 0) {
      lines.push(`${live.leftOut} packets of the collector that moved left out`);
    }
    lines.push(`interruptions=${live.interruptions} mtu-changes=${live.mtuChanges}`);
  }
  const [done, parts] = transport === "box" ? ["sent", "datagrams"] : ["stored", "batches"];
  for (const [type, each] of types) {
    const lost = transport === "box"
      ? `dropped=${each.dropped + each.tooLarge + each.failed}`
      : `dropped=${each.dropped + each.tooLarge} unacknowledged=${each.failed}` +
        (each.unwanted > 0 ? ` unwanted=${each.unwanted}` : "") +
        (each.maybeTwice > 0 ? ` maybe-twice=${each.maybeTwice}` : "") +
        (each.resumed > 0 ? ` from-spool=${each.resumed}` : "") +
        (each.spooled > 0 ? ` spooled=${each.spooled}` : "");
    lines.push(
      `${typeName(type)}: made=${each.made} ${done}=${each.sent} ${lost} ` +
        `${parts}=${each.parts} bytes=${each.bytes}`,
    );
  }
  const hasSent = [...types.values()].some(({ sent }) => sent > 0);
  lines.push(`client ${printable(clientId)} sent ${hasSent ? "" : "nothing "}to ${collector}`);
  return lines;
}

/** What became of conversations; what is rare is named where there was any. */
function conversationsLine(counts: FollowCounts): string {
  const rare = {
    evicted: counts.evicted,
    "one-sided": counts.oneSided,
    "doubled-packets": counts.doubled,
    "super-packets": counts.superPackets,
    "packets-without-length": counts.withoutLength,
    "packets-without-ports": counts.portsUnknown,
    "clock-set-back": counts.clockSetBack,
    devices: counts.devices,
    addresses: counts.addresses,
    "evicted-profiles": counts.evictedProfiles,
  };
  return `conversations=${counts.opened} finished=${counts.finished} reset=${counts.reset} ` +
    `replaced=${counts.replaced} idle=${counts.idle} ended=${counts.ended}` +
    named(rare);
}

/** What connections carried, by application, and what of it could not be read. */
function streamsLine(counts: StreamCounts): string {
  const read = Object.entries(counts.read).sort(([a], [b]) => a < b ? -1 : 1);
  const rare = {
    cut: counts.cut,
    missing: counts.missing,
    broken: counts.broken,
    "no-room": counts.noRoom,
    "quic-passed": counts.quicPassed,
    "oversized-records": counts.oversized,
  };
  const total = read.reduce((sum, [, count]) => sum + count, 0);
  return `streams-read=${total}` +
    (read.length > 0 ? ` (${read.map(([name, count]) => `${name}: ${count}`).join(", ")})` : "") +
    named(rare);
}

/** Counts by name, of those that are not 0. */
function named(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).filter(([, count]) => count > 0)
    .map(([what, count]) => ` ${what}=${count}`).join("");
}

/** Which fields are not in the records. */
function leftOutText(leftOut: LeftOut): string {
  if (leftOut.size === 0) return "no field was left out";
  const kinds = [...leftOut].sort().map(([kind, count]) => `${kind}=${count}`);
  return `fields left out: ${kinds.join(" ")}`;
}

/** What was lost, or that nothing was: the first line of the totals. */
function lossLine(report: SensorReport, isAcknowledged: boolean): string {
  const lost = lossText(lossesOf(SENSOR_METRICS, finalReading(report)));
  if (lost !== undefined) return `lost: ${lost}`;
  let [records, spooled] = [0, 0];
  for (const each of report.types.values()) {
    records += each.sent;
    spooled += each.spooled;
  }
  if (spooled > 0) {
    const left = `${spooled} ${spooled === 1 ? "is" : "are"} left in the spool`;
    return `nothing was lost: ${countedAre(records, "record")} stored, ${left}`;
  }
  if (records === 0) return "nothing was lost: there was nothing to send";
  if (!isAcknowledged) {
    const sent = records === 1 ? "1 record was" : `all ${records} records were`;
    return `${sent} sent: what has arrived is not known here, since nobody acknowledges datagrams`;
  }
  return `nothing was lost: ${records === 1 ? "1 record is" : `all ${records} records are`} stored`;
}
