/**
 * deno task interop
 *
 * A sensor in Python, written after docs/protocol.md, against our collector: both ends on loopback, in a
 * temporary folder. Python reads the record files, works the document's examples out again, and reads
 * compact batches of our captures.
 * Exits with 1 unless all agrees, with 2 where the Python libraries cannot be had.
 *
 * Needs Python 3 with its venv module; the libraries (tools/interop/requirements.txt) come with pip into
 * `.tools/`.
 */
import { compactBatches } from "./interop/compact_batches.ts";
import { linesOf } from "./lines_of.ts";
import { preparePython } from "./python_venv.ts";
import { withoutTime } from "./without_time.ts";

const ROOT = `${import.meta.dirname}/../`;
const SOURCES = `${ROOT}tools/interop`;
const VENV = `${ROOT}.tools/interop`;
const PYTHON = `${VENV}/bin/python`;

/** The keys of the worked examples. */
const PRIVATE_KEY = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
const PUBLIC_KEY = "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c";

/**
 * Makes the virtual environment unless it is there.
 *
 * @returns why it cannot be made, one line; undefined when it is there.
 */
export async function prepareInterop(): Promise<string | undefined> {
  return await preparePython(VENV, `${SOURCES}/requirements.txt`);
}

/** Whether Python makes the same of the worked examples of sessions in docs/protocol.md. */
function checkExamples(): Promise<boolean> {
  return python("worked_example.py", `${ROOT}docs/protocol.md`);
}

/** Whether Python reads compact batches: the worked example, and those of our captures. */
async function readCompact(folder: string): Promise<boolean> {
  const path = `${folder}/batches`;
  await Deno.writeTextFile(path, [...compactBatches(), ""].join("\n"));
  return await python("compact.py", `${ROOT}docs/protocol.md`, path);
}

/** Runs one of our programs in Python; whether all was well. */
async function python(program: string, ...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(PYTHON, {
    args: ["-B", `${SOURCES}/${program}`, ...args],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return success;
}

/** Runs the sensor in Python, giving it the collectors that it asks for; whether all was well. */
async function exchange(folder: string): Promise<boolean> {
  await using collector = new Collector(folder);
  const sensor = new Deno.Command(PYTHON, {
    args: ["-B", `${SOURCES}/interop.py`, `${folder}/records`, PUBLIC_KEY],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const answers = sensor.stdin.getWriter();
  for await (const line of linesOf(sensor.stdout)) {
    const [request, ...args] = line.split(" ");
    if (request === "collector") await answer(await collector.start(args));
    else if (request === "kill") await answer(await collector.kill(args[0] as Deno.Signal));
    else console.log(line);
  }
  await answers.close();
  const { success } = await sensor.status;
  if (!success) console.log(`The collector said:\n${collector.said}`);
  return success;

  function answer(text: string): Promise<void> {
    return answers.write(new TextEncoder().encode(`${text}\n`));
  }
}

/** Our collector as a process, one after the other. */
class Collector implements AsyncDisposable {
  /** What all of them have written. */
  said = "";
  readonly #folder: string;
  #process: Deno.ChildProcess | undefined;
  #read: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns where it listens. */
  async start(args: readonly string[]): Promise<string> {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "-A", `--config=${ROOT}deno.json`, `${ROOT}collector.ts`],
        ...["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:0", "-out", `${this.#folder}/records`],
        ...args,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { stdout, stderr } = this.#process;
    const address = Promise.withResolvers<string>();
    this.#read = Promise.all(
      [stdout, stderr].map((stream) => this.#readLines(stream, address.resolve)),
    );
    this.#read.then(() => address.reject(new Error(`The collector ended:\n${this.said}`)));
    return await address.promise;
  }

  async #readLines(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    onAddress: (address: string) => void,
  ): Promise<void> {
    for await (const line of linesOf(stream)) {
      this.said += `  ${line}\n`;
      const address = /^listening on (\S+)$/.exec(withoutTime(line))?.[1];
      if (address) onAddress(address);
    }
  }

  async kill(signal: Deno.Signal): Promise<string> {
    this.#process?.kill(signal);
    await this.#process?.status;
    await this.#read;
    this.#process = undefined;
    return "ended";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill("SIGKILL");
  }
}

if (import.meta.main) {
  const problem = await prepareInterop();
  if (problem !== undefined) {
    console.error(problem);
    Deno.exit(2);
  }
  const folder = await Deno.makeTempDir({ prefix: "farcap-interop-" });
  try {
    const agrees = [
      await checkExamples(),
      await readCompact(folder),
      await exchange(folder),
    ].every((isGood) => isGood);
    console.log(agrees ? "Python and the collector agree." : "Python and the collector differ.");
    if (!agrees) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
