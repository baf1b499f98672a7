import { counter, gauge, type Metric } from "../../base/count/metric.ts";

/** What a program is, and takes. */
export interface ProcessReading {
  /** `sensor` or `collector`. */
  readonly program: string;
  readonly version: string;
  /** Of the runtime. */
  readonly deno: string;
  /** When it was started, ms since 1970. */
  readonly startedMs: number;
  /** Memory that is its own just now, in bytes. */
  readonly memoryBytes: number;
  /** Lines of its log that nobody read. */
  readonly droppedLines: number;
}

/** Of every program. The names of the last are those of Prometheus' own clients. */
export const PROCESS_METRICS: readonly Metric<ProcessReading>[] = [
  gauge("farcap_build_info", {
    help: "1; its labels say what runs",
    labels: ["program", "version", "deno"],
    of: ({ program, version, deno }) => [{ labels: [program, version, deno], value: 1 }],
  }),
  counter("farcap_dropped_log_lines_total", {
    help: "Lines that were dropped since nobody read them, or they could not be written",
    of: ({ droppedLines }) => droppedLines,
  }),
  gauge("process_start_time_seconds", {
    help: "When the program was started, in seconds since 1970",
    of: ({ startedMs }) => startedMs / 1000,
  }),
  gauge("process_resident_memory_bytes", {
    help: "Memory that the program takes",
    of: ({ memoryBytes }) => memoryBytes,
  }),
];
