import { printable } from "./base/text/printable.ts";
import { VERSION } from "./base/version.ts";
import type { Log } from "./base/program/log_io.ts";
import type { Metric } from "./base/count/metric.ts";
import type { Output } from "./base/program/output_io.ts";
import { type Address, formatAddress } from "./transport/address.ts";
import { type Answer, plainAnswer } from "./transport/http/answer.ts";
import { HttpServer } from "./transport/http/http_server_io.ts";
import { METRICS_TYPE, metricsText } from "./transport/metrics/exposition.ts";
import { PROCESS_METRICS } from "./transport/metrics/process_metrics.ts";
import { within } from "./transport/within_io.ts";

/** What a program tells of itself. */
export interface Told<From> {
  readonly metrics: readonly Metric<From>[];
  /** Reads all of it, at one moment. */
  readonly read: () => From | Promise<From>;
  /** Why it does not do its work just now, a line each. */
  readonly problemsOf: (from: From) => readonly string[];
}

/** What is served, and what is said of it. */
export interface MetricsOptions {
  readonly program: "sensor" | "collector";
  readonly address: Address;
  readonly output: Output;
  readonly log: Log;
}

interface Reading {
  readonly text: string;
  readonly problems: readonly string[];
}

/** Whoever asks waits no longer for a program that is busy with something else. */
const READ_MS = 5_000;

/**
 * Answers `/metrics`, `/healthz` and `/readyz` over HTTP. Nothing is read, and nothing is counted for it,
 * but when somebody asks.
 */
export class MetricsService implements AsyncDisposable {
  readonly #options: MetricsOptions;
  readonly #startedMs = performance.timeOrigin;
  #read: () => Promise<Reading> | undefined = () => undefined;
  #server!: HttpServer;

  private constructor(options: MetricsOptions) {
    this.#options = options;
  }

  /** Listens, and says where. @throws ConfigError As {@linkcode HttpServer.open} does. */
  static async open(options: MetricsOptions): Promise<MetricsService> {
    const service = new MetricsService(options);
    const { address } = service.#server = await HttpServer.open({
      what: "metrics",
      address: options.address,
      answer: ({ path }) => service.#answer(path),
    });
    options.log.line(`metrics on http://${formatAddress(address)}/metrics`);
    return service;
  }

  /** From now on this is told. */
  tell<From>({ metrics, read, problemsOf }: Told<From>): void {
    this.#read = async () => {
      const from = await read();
      return { text: metricsText(metrics, from), problems: problemsOf(from) };
    };
  }

  /** Answers no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  async #answer(path: string): Promise<Answer | undefined> {
    if (path !== "/metrics" && path !== "/healthz" && path !== "/readyz") return undefined;
    const reading = this.#read();
    let read: Reading | undefined;
    if (reading) {
      await within(READ_MS, reading.then((told) => read = told));
      if (!read) return plain(503, [`no answer within ${READ_MS / 1000} s`]);
    }
    if (path === "/healthz") return plain(200, ["alive"]);
    if (read === undefined) return plain(503, ["starting"]);
    if (path === "/metrics") {
      return { status: 200, type: METRICS_TYPE, text: this.#processText() + read.text };
    }
    return read.problems.length > 0 ? plain(503, read.problems) : plain(200, ["ready"]);
  }

  #processText(): string {
    return metricsText(PROCESS_METRICS, {
      program: this.#options.program,
      version: VERSION,
      deno: Deno.version.deno,
      startedMs: this.#startedMs,
      memoryBytes: Deno.memoryUsage().rss,
      droppedLines: this.#options.output.dropped,
    });
  }
}

function plain(status: 200 | 503, lines: readonly string[]): Answer {
  return plainAnswer(status, lines.map(printable).join("\n"));
}
