/**
 * Sends datagrams that are nobody's, so many a second at most and in half of one core's time, until it
 * is ended:
 *
 *     deno run -A tools/measure/junk.ts MOST PORT …
 */
const HOST = "127.0.0.1";
const SLICE_MS = 10;
const KINDS = 1024;

/** Random ones, short ones, and what looks like the beginning of a connection, each kind in turn. */
function junkOf(number: number): Uint8Array<ArrayBuffer> {
  const kind = number % 4;
  const length = kind === 0 ? number % 72 : kind === 1 ? 72 + number % 1200 : 1200;
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  if (kind >= 2) {
    // A long header, Initial, with connection ids of 8 bytes (RFC 9000, 17.2.2); version 1, or none.
    bytes.set([0xc3, 0, 0, 0, kind === 2 ? 1 : 77, 8]);
    bytes[14] = 8;
    bytes.set([0, 0x44, 0x90], 23);
  }
  return bytes;
}

/** Another process that makes junk for those ports; it says at its end how much. */
export class JunkMaker implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(ports: readonly number[], mostPerSecond = Infinity) {
    const config = `${import.meta.dirname}/../../deno.json`;
    const source = import.meta.filename!;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", `--config=${config}`, source],
        ...[mostPerSecond, ...ports].map(String),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  }

  /** Ends it; gives how many datagrams it has sent in a second. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    return Number(new TextDecoder().decode((await this.#child.output()).stdout));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      return; // it has ended
    }
    await this.#child.output().catch(() => {});
  }
}

async function main([most, ...ports]: readonly number[]): Promise<void> {
  const mostPerSlice = most! * SLICE_MS / 1000;
  const socket = Deno.listenDatagram({ transport: "udp", hostname: HOST, port: 0 });
  const junk = Array.from({ length: KINDS }, (_, number) => junkOf(number));
  let isStopped = false;
  Deno.addSignalListener("SIGTERM", () => isStopped = true);
  let sent = 0;
  const beganMs = performance.now();
  while (!isStopped) {
    const sliceMs = performance.now();
    const before = sent;
    while (performance.now() - sliceMs < SLICE_MS / 2 && sent - before < mostPerSlice) {
      const port = ports[sent % ports.length]!;
      const bytes = junk[Math.floor(sent / ports.length) % KINDS]!;
      await socket.send(bytes, { transport: "udp", hostname: HOST, port }).catch(() => {});
      sent++;
    }
    await new Promise((resolve) => setTimeout(resolve, SLICE_MS / 2));
  }
  console.log(Math.round(sent / (performance.now() - beganMs) * 1000));
  Deno.exit(0);
}

if (import.meta.main) await main(Deno.args.map(Number));
