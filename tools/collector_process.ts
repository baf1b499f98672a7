/** A collector as a real process with the flags of its task, for those who measure it. */
import { linesOf } from "./lines_of.ts";
import { listeningAddress } from "./listening_address.ts";
import { newKeyPair } from "../lib/seal/key_file_io.ts";
import { encodeHex } from "../lib/base/bytes/bytes.ts";
import type { Address } from "../lib/transport/address.ts";

const ROOT = `${import.meta.dirname}/../`;
const HOST = "127.0.0.1";

export class CollectorProcess implements AsyncDisposable {
  readonly publicKey: Uint8Array;
  /** Where it takes datagrams. */
  readonly boxes: Address;
  /** Where it serves sessions. */
  readonly sessions: Address;
  readonly #child: Deno.ChildProcess;
  /** Resolves at its end, to its last line of totals; what it says has to be read, or it waits. */
  readonly #totals: Promise<string>;
  readonly #folder: string;

  private constructor(
    publicKey: Uint8Array,
    port: number,
    child: Deno.ChildProcess,
    lines: AsyncIterableIterator<string>,
    folder: string,
  ) {
    this.publicKey = publicKey;
    this.boxes = { hostname: HOST, port };
    this.sessions = { hostname: HOST, port: port + 1 };
    this.#child = child;
    this.#totals = lastTotals(lines);
    this.#folder = folder;
  }

  /** Starts one that stores in a folder of its own, which goes with it. @param within Where that is made. */
  static async start(within?: string): Promise<CollectorProcess> {
    const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
    const [, ...flags] = tasks.collector.split(" ").slice(0, -1);
    const folder = await Deno.makeTempDir({ prefix: "farcap-measure-", dir: within });
    const { publicKey, privateKey } = newKeyPair();
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...[...flags, "--quiet", `--config=${ROOT}deno.json`, `${ROOT}collector.ts`],
        ...["-privkey", encodeHex(privateKey), "-addr", `${HOST}:0`, "-out", `${folder}/records`],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = linesOf(child.stdout);
    const port = Number((await listeningAddress(lines)).replace(/^.*:/, ""));
    return new CollectorProcess(publicKey, port, child, lines, folder);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Ends it in order; gives the line of its totals. */
  async stop(): Promise<string> {
    this.#child.kill("SIGTERM");
    return await this.#totals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await this.#child.status;
    await this.#totals;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function lastTotals(lines: AsyncIterableIterator<string>): Promise<string> {
  let totals = "";
  for await (const line of lines) {
    if (line.startsWith("sessions=")) totals = line;
    else if (/^(datagrams=|stored: )/.test(line)) totals += ` ${line}`;
  }
  return totals;
}
