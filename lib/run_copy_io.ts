import { levelOf } from "./arguments/common_flags.ts";
import { type COLLECTOR_FLAGS, DEFAULT_OUT } from "./arguments/collector_flags.ts";
import type { HeldSettings } from "./arguments/held_settings_io.ts";
import { ProgramLog } from "./base/program/log_io.ts";
import type { Output } from "./base/program/output_io.ts";
import { Systemd } from "./base/program/systemd_io.ts";
import { collectorProblems } from "./write/counts/collector_health.ts";
import { COLLECTOR_METRICS } from "./write/counts/collector_metrics.ts";
import type { CollectorReading } from "./write/counts/collector_reading.ts";
import { collectorTotals } from "./write/counts/collector_totals.ts";
import { engineOptions } from "./write/nats/engine_options_io.ts";
import { fileOptions } from "./write/files/file_options.ts";
import { parsePartitions } from "./write/nats/partitions.ts";
import { runStreamFiles } from "./write/nats/stream_files_io.ts";

/** Metrics that somebody serves. */
interface ServedMetrics extends AsyncDisposable {
  tell(source: {
    readonly metrics: typeof COLLECTOR_METRICS;
    readonly read: () => CollectorReading;
    readonly problemsOf: typeof collectorProblems;
  }): void;
}

/**
 * `collector -from`: writes record files of streams until `signal` aborts, and says what it has written.
 *
 * @param serveMetrics Serves them at an address.
 */
export async function runCopy(
  settings: HeldSettings<typeof COLLECTOR_FLAGS>,
  output: Output,
  serveMetrics: (address: string, output: Output, log: ProgramLog) => Promise<ServedMetrics>,
  signal: AbortSignal,
): Promise<void> {
  const flags = settings.values;
  const log = new ProgramLog(output, { format: flags["log-format"], level: levelOf(flags) });
  settings.onReread((flags) => log.level = levelOf(flags));
  await using service = new Systemd(log);
  settings.rereadOnHangup(log, (reread) => service.reload(reread));
  await using metrics = flags.metrics === undefined
    ? undefined
    : await serveMetrics(flags.metrics, output, log);
  const report = await runStreamFiles({
    engine: await engineOptions(flags.from!, flags),
    partitions: parsePartitions(flags.partitions)!,
    out: flags.out ?? DEFAULT_OUT,
    ...fileOptions(flags),
    ...{ log, service },
    onReadable: (read) =>
      metrics?.tell({ metrics: COLLECTOR_METRICS, read, problemsOf: collectorProblems }),
    onReload: (reload) => settings.onReread((flags) => reload(fileOptions(flags))),
  }, signal);
  for (const line of collectorTotals(report)) output.total(line);
}
