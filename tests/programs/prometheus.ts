/** Debian's Prometheus on a free port of loopback, scraping every second. */
import { TextLineStream } from "@std/streams";
import { until } from "../until.ts";

/** A series as the API tells it. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export class Prometheus implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #said: Promise<void>;
  readonly url: string;

  private constructor(child: Deno.ChildProcess, said: Promise<void>, url: string) {
    this.#child = child;
    this.#said = said;
    this.url = url;
  }

  /** @param folder Made for it. @param urls What it scrapes. @param rules Files of rules. */
  static async start(
    folder: string,
    urls: readonly string[],
    rules: readonly string[] = [],
  ): Promise<Prometheus> {
    await Deno.mkdir(folder);
    const targets = urls.map((url) => new URL(url).host);
    await Deno.writeTextFile(
      `${folder}/prometheus.json`, // YAML takes JSON
      JSON.stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: rules,
        scrape_configs: [{ job_name: "farcap", static_configs: [{ targets }] }],
      }),
    );
    const child = new Deno.Command("prometheus", {
      args: [
        `--config.file=${folder}/prometheus.json`,
        `--storage.tsdb.path=${folder}/data`,
        "--web.listen-address=127.0.0.1:0",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const listening = Promise.withResolvers<string>();
    const said = readLines(child.stderr, (line) => {
      const [, address] = /msg="Listening on" address=(\S+)/.exec(line) ?? [];
      if (address !== undefined) listening.resolve(`http://${address}`);
    });
    said.then(() => listening.reject(new Error("prometheus ended before it listened")));
    const prometheus = new Prometheus(child, said, await listening.promise);
    await until("it is ready", async () => {
      const response = await fetch(`${prometheus.url}/-/ready`);
      await response.body?.cancel();
      return response.status === 200;
    });
    return prometheus;
  }

  /** What an expression gives, once it gives something. */
  async series(expression: string): Promise<Series[]> {
    let result: { metric: Record<string, string>; value: [number, string] }[] = [];
    await until(`${expression} has a value`, async () => {
      const query = encodeURIComponent(expression);
      const response = await fetch(`${this.url}/api/v1/query?query=${query}`);
      ({ data: { result } } = await response.json());
      return result.length > 0;
    });
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** What an expression gives that is one number. */
  async value(expression: string): Promise<number | undefined> {
    const [first] = await this.series(expression);
    return first?.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#said;
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) onLine(line);
}
