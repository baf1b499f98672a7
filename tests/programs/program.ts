import { TextLineStream } from "@std/streams";
import { withoutTime } from "../../tools/without_time.ts";

const ROOT = `${import.meta.dirname}/../../`;
/** Other programs may have the machine meanwhile. */
const DEADLINE_MS = 120_000;

/** What a program said and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is started. */
export interface StartOptions {
  readonly cwd?: string;
  /** Flags of `deno run`; all permissions by default. */
  readonly permissions?: readonly string[];
  readonly stdin?: "null" | "piped";
  /** Variables of its environment, besides our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** An executable to run in place of the program's source. */
  readonly executable?: string;
  /** The folder of other sources, with a `/` at its end. */
  readonly root?: string;
}

/** A program of ours as a real process, its output collected line by line. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdout = new Lines();
  readonly #stderr = new Lines();
  readonly #finished: Promise<void[]>;

  /** @param source `sensor.ts` or `collector.ts`. */
  constructor(source: string, args: readonly string[], options: StartOptions = {}) {
    const { cwd, permissions = ["-A"], stdin = "null", executable, root = ROOT, env } = options;
    const command = executable ?? Deno.execPath();
    const run = ["run", "--quiet", ...permissions, `--config=${root}deno.json`, root + source];
    this.#child = new Deno.Command(command, {
      args: executable ? [...args] : [...run, ...args],
      ...(cwd !== undefined && { cwd }),
      stdin,
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1", ...env },
    }).spawn();
    this.#finished = Promise.all([
      this.#stdout.readFrom(this.#child.stdout),
      this.#stderr.readFrom(this.#child.stderr),
    ]);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get stdin(): WritableStream<Uint8Array> {
    return this.#child.stdin;
  }

  /** All that it has said on standard output, without the times in front. */
  get said(): string {
    return this.#stdout.text;
  }

  /** The `nth` line on standard output that matches, once it is there. */
  line(pattern: RegExp, nth = 1): Promise<RegExpExecArray> {
    return within(
      DEADLINE_MS,
      this.#stdout.find(pattern, nth),
      () => `No line ${pattern} but:\n${this.#stdout.text}\n${this.#stderr.text}`,
    );
  }

  /** The first line on standard error that matches, once it is there. */
  errorLine(pattern: RegExp): Promise<RegExpExecArray> {
    return within(
      DEADLINE_MS,
      this.#stderr.find(pattern, 1),
      () => `No line ${pattern} but:\n${this.#stdout.text}\n${this.#stderr.text}`,
    );
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** How it ended, once it has. */
  async end(): Promise<Ended> {
    const { code } = await within(
      DEADLINE_MS,
      this.#child.status,
      () => `It did not end but said:\n${this.#stdout.text}\n${this.#stderr.text}`,
    );
    await this.#finished;
    return { code, stdout: this.#stdout.text, stderr: this.#stderr.text };
  }

  /** Asks it to end, as Ctrl-C does. */
  stop(): Promise<Ended> {
    this.kill("SIGINT");
    return this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await this.#child.status;
    await this.#finished;
  }
}

/** Runs a program to its end. */
export async function runProgram(
  source: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<Ended> {
  await using program = new Program(source, args, options);
  return await program.end();
}

/** Starts a collector on a free port and tells where it listens. */
export async function startCollector(
  folder: string,
  args: readonly string[] = [],
  options: StartOptions = {},
): Promise<{ readonly collector: Program; readonly address: string }> {
  const collector = new Program(
    "collector.ts",
    ["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:0", "-out", `${folder}/records`, ...args],
    options,
  );
  const [, address] = await collector.line(/^listening on (\S+)$/);
  return { collector, address: address! };
}

/** The keys of the original's test vector (tests/seal/vector.ts). */
export const PRIVATE_KEY = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
export const PUBLIC_KEY = "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c";

/** Runs a test in a folder of its own, which goes afterwards. */
export async function inFolder<T>(test: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "farcap-test-" });
  try {
    return await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

class Lines {
  text = "";
  readonly #waiting = new Set<() => void>();

  async readFrom(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.text += `${withoutTime(line)}\n`;
      for (const look of this.#waiting) look();
    }
  }

  find(pattern: RegExp, nth: number): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const look = () => {
        const match = this.text.split("\n").map((line) => pattern.exec(line))
          .filter((match) => match !== null)[nth - 1];
        if (!match) return;
        this.#waiting.delete(look);
        resolve(match);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

async function within<T>(ms: number, promise: Promise<T>, message: () => string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(message())), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
