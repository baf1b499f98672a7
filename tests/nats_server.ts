/** Servers of NATS for tests: processes on loopback with folders of their own. */
import { assert } from "@std/assert";
import { natsServer } from "./needs.ts";
import { until } from "./until.ts";

/** How a server is run. */
export interface NatsServerOptions {
  /** Lines of its configuration beside port and folder. */
  readonly config?: string;
  readonly program?: string;
  /** Where it keeps its streams; in a folder of its own by default. */
  readonly store?: string;
}

/** A server that runs until it is disposed of; it may be killed and started again on the same port. */
export class NatsServer implements AsyncDisposable {
  readonly folder: string;
  /** Lines of its configuration from its next start on. */
  config: string;
  readonly #options: NatsServerOptions;
  /** One that it takes at its first start. */
  #port = -1;
  #process: Deno.ChildProcess;

  private constructor(folder: string, options: NatsServerOptions) {
    this.folder = folder;
    this.#options = options;
    this.config = options.config ?? "";
    this.#process = this.#spawn();
  }

  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const folder = await Deno.makeTempDir({ prefix: "farcap-nats-" });
    const server = new NatsServer(folder, options);
    await until("nats-server listens", async () => {
      const said = await Deno.readTextFile(`${folder}/nats-server_${server.pid}.ports`)
        .catch(() => "");
      server.#port = Number(/"(?:nats|tls):\/\/127\.0\.0\.1:(\d+)"/.exec(said)?.[1] ?? -1);
      return server.port > 0;
    });
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Kills it with SIGKILL. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  /** What it has logged. */
  log(): Promise<string> {
    return Deno.readTextFile(`${this.folder}/log`);
  }

  /** Starts it again, after it was killed. */
  async restart(): Promise<void> {
    this.#process = this.#spawn();
    await until("nats-server listens", async () => {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port: this.port })).close();
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Stops it as it is, or lets it go on: it answers nothing meanwhile. */
  pause(isPaused: boolean): void {
    this.#process.kill(isPaused ? "SIGSTOP" : "SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.kill();
    } catch {
      // it was killed before
    }
    await Deno.remove(this.folder, { recursive: true });
  }

  #spawn(): Deno.ChildProcess {
    const { program = natsServer(), store = `${this.folder}/js` } = this.#options;
    assert(program !== undefined);
    const path = `${this.folder}/nats.conf`;
    Deno.writeTextFileSync(
      path,
      [
        `listen: "127.0.0.1:${this.port}"`,
        `ports_file_dir: "${this.folder}"`,
        `jetstream { store_dir: "${store}" }`,
        `${this.config}\n`,
      ].join("\n"),
    );
    return new Deno.Command(program, {
      args: ["-c", path, "-l", `${this.folder}/log`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }
}

/** Servers that are one cluster, whose streams have replicas; each has heard of all others when this returns. */
export async function startCluster(
  stack: AsyncDisposableStack,
  servers: number,
  program?: string,
): Promise<NatsServer[]> {
  const ports = Array.from({ length: servers }, freePort);
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(", ");
  return await Promise.all(ports.map(async (port, n) => {
    const config = `server_name: s${n}\ncluster { name: c, listen: "127.0.0.1:${port}", ` +
      `routes: [${routes}] }`;
    return stack.use(await NatsServer.start({ config, ...(program !== undefined && { program }) }));
  }));
}

/** A TCP port that was free just now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
