/** What a collector says of its counts while it runs and at the end. */
import { lossText } from "../../base/count/losses.ts";
import { lossesOf } from "../../base/count/metric.ts";
import { typeName } from "../../base/record/record_types.ts";
import { COLLECTOR_METRICS } from "./collector_metrics.ts";
import type { CollectorReport } from "./collector_report.ts";

/** What became of all that came, a line each: what was lost comes first. */
export function collectorTotals(report: CollectorReport): string[] {
  const lost = lossText(lossesOf(COLLECTOR_METRICS, { report }));
  return [
    lost === undefined ? "nothing was lost" : `lost: ${lost}`,
    ...summaryOf(report),
    ...[...report.refused].map(([reason, count]) => `refused, ${reason}: ${count}`),
    ...[...report.stored].map(([type, { batches, records, bytes, packedBytes }]) =>
      `${
        typeName(type)
      }: batches=${batches} records=${records} bytes=${bytes} stored=${packedBytes}`
    ),
  ];
}

/** The totals of a report, a line for each kind of which there is something. */
export function summaryOf(report: CollectorReport): string[] {
  const sum = { batches: 0, records: 0, bytes: 0 };
  for (const { batches, records, packedBytes } of report.stored.values()) {
    sum.batches += batches;
    sum.records += records;
    sum.bytes += packedBytes;
  }
  let refused = 0;
  for (const count of report.refused.values()) refused += count;
  const { session, expired, damagedFiles } = report;
  const lines = [
    `datagrams=${report.datagrams} refused=${refused} overflowed=${report.overflowed} ` +
    `unstored=${report.unstored}`,
    `stored: batches=${sum.batches} records=${sum.records} bytes=${sum.bytes}`,
  ];
  if (session.connections > 0) {
    lines.unshift(
      `sessions=${session.accepted} turned-away=${session.turnedAway} ` +
        `violations=${session.violations} batches=${session.batches} ` +
        `duplicates=${session.duplicates} refused=${session.refused} lost=${session.lost}`,
    );
  }
  if (expired.files > 0) {
    lines.push(
      `deleted: files=${expired.files} batches=${expired.batches} records=${expired.records}`,
    );
  }
  if (damagedFiles > 0) lines.push(`damaged: files=${damagedFiles}`);
  return lines;
}
