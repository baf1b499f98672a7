import { TextLineStream } from "@std/streams";
import { until } from "../../until.ts";

/** systemd's end of what `Type=notify` needs: a socket, and a folder for that of the program. */
export class NotifySocket implements AsyncDisposable {
  /** All that has come. */
  readonly messages: string[] = [];
  /** What systemd gives the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly #child: Deno.ChildProcess;
  readonly #receiving: Promise<void>;

  private constructor(folder: string, watchdogMs: number) {
    this.env = {
      NOTIFY_SOCKET: `${folder}/notify`,
      RUNTIME_DIRECTORY: `${folder}/run`,
      WATCHDOG_USEC: String(1000 * watchdogMs),
    };
    this.#child = new Deno.Command("python3", {
      args: [`${import.meta.dirname}/notify_socket.py`, `${folder}/notify`],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#receiving = this.#receive();
  }

  /** @param folder An empty one. */
  static async open(folder: string, watchdogMs: number): Promise<NotifySocket> {
    await Deno.mkdir(`${folder}/run`);
    const socket = new NotifySocket(folder, watchdogMs);
    await socket.has("listening");
    socket.messages.shift();
    return socket;
  }

  /** How often it has come. */
  count(message: string): number {
    return this.messages.filter((each) => each === message).length;
  }

  /** Once it has come so often. */
  async has(message: string, times = 1): Promise<void> {
    await until(`${times} times ${message}`, () => this.count(message) >= times);
  }

  async #receive(): Promise<void> {
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) this.messages.push(JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#receiving;
    await this.#child.status;
  }
}
