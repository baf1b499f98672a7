/**
 * deno task measure-start [STARTS [FOLDER…]]
 *
 * Starts the sensor's executables (of each FOLDER in turn; by default one made here, see
 * tools/packages/compile.ts) over and over and prints how long it takes from the start of the process
 * until the first batch has come over the wire, and been opened and checked, and which processor time
 * it took till then. Cold starts have neither the executable in the system's memory nor what the
 * runtime has compiled before; warm ones have both. The other end is a server of sessions in this
 * process. Linux.
 */
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { SILENT } from "../../lib/base/program/log_io.ts";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { SessionServer } from "../../lib/transport/server/session_server_io.ts";
import { MemoryHost } from "../../tests/transport/memory_host.ts";

const CAPTURE = new URL("../../tests/captures/office.pcap", import.meta.url).pathname;
const HOST = "127.0.0.1";
/** Of the system's clock, in which processor time is told: 100 a second on all that Deno runs on. */
const MS_PER_TICK = 10;
/** Of /proc/PID/stat behind the program's name: `utime`, before `stime`. */
const UTIME_AT = 11;

/** A start: milliseconds until the first batch was there, and of the processors till then. */
interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

/** A host that tells when the first batch was there. */
class FirstBatch extends MemoryHost {
  readonly #first = Promise.withResolvers<number>();
  readonly came = this.#first.promise;

  override async open(...[name, hello, onSettled]: Parameters<MemoryHost["open"]>) {
    const session = await super.open(name, hello, onSettled);
    const accept: typeof session.accept = (batch) => {
      this.#first.resolve(performance.now());
      return session.accept(batch);
    };
    return {
      ...session,
      get settled() {
        return session.settled;
      },
      accept,
    };
  }
}

const starts = Number(Deno.args[0] ?? 5);
const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
try {
  const programs = Deno.args.length > 1 ? Deno.args.slice(1) : [await compile()];
  const measured = await Promise.all(programs.map(async (program, at) => {
    const executable = `${folder}/farcap-sensor-${at}`;
    await Deno.copyFile(`${program}/farcap-sensor`, executable);
    return { program, executable, cold: [] as Start[], warm: [] as Start[] };
  }));
  for (const { executable } of measured) await measure(executable, `${folder}/first`);
  for (let count = 0; count < starts; count++) {
    for (const [at, { executable, cold, warm }] of measured.entries()) {
      const temporary = `${folder}/cold-${count}-${at}`;
      await forget(executable);
      cold.push(await measure(executable, temporary));
      // What a first start has compiled is written a moment after its first batch.
      await measure(executable, temporary);
      warm.push(await measure(executable, temporary));
    }
  }
  console.log("| start | until the first batch, ms | processors till then, ms |");
  console.log("| --- | --- | --- |");
  for (const { program, cold, warm } of measured) {
    const of = programs.length > 1 ? `, ${program}` : "";
    for (const [name, all] of Object.entries({ cold, warm })) {
      console.log(`| ${[name + of, spread(all, "ms"), spread(all, "cpuMs")].join(" | ")} |`);
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function compile(): Promise<string> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "compile", folder],
    cwd: new URL("../../", import.meta.url),
    stdout: "null",
  }).spawn().status;
  if (!success) throw new Error("There are no executables to start");
  return folder;
}

/** @param temporary Where the runtime keeps what it has compiled. */
async function measure(executable: string, temporary: string): Promise<Start> {
  await Deno.mkdir(temporary, { recursive: true });
  const { publicKey, privateKey } = newKeyPair();
  using host = new FirstBatch();
  await using server = new SessionServer({
    address: { hostname: HOST, port: 0 },
    keys: [await importStaticKey({ publicKey, privateKey })],
    host,
    log: SILENT,
  });
  const beganMs = performance.now();
  const child = new Deno.Command(executable, {
    args: [
      ...["-pubkey", encodeHex(publicKey), "-addr", `${HOST}:${server.address.port - 1}`],
      ...["-client", "m", "-read", CAPTURE],
    ],
    env: { TMPDIR: temporary },
    stdin: "null",
    stdout: "null",
  }).spawn();
  const endedMs = await Promise.race([host.came, child.status.then(() => NaN)]);
  const cpuMs = processorMs(child.pid);
  const { success } = await child.status;
  if (!success || Number.isNaN(endedMs)) throw new Error("The sensor ended without a batch");
  return { ms: endedMs - beganMs, cpuMs };
}

/** The time that a process has had on processors, with the threads of it that have ended, proc(5). */
function processorMs(pid: number): number {
  const [, fields = ""] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ");
  const [utime, stime] = fields.split(" ").slice(UTIME_AT, UTIME_AT + 2).map(Number);
  return (utime! + stime!) * MS_PER_TICK;
}

/** Has the system forget a file that it has read, as far as nobody uses it. */
async function forget(path: string): Promise<void> {
  await new Deno.Command("sync", { args: [path] }).output();
  await new Deno.Command("dd", { args: [`if=${path}`, "iflag=nocache", "count=0"] }).output();
}

function spread(starts: readonly Start[], what: keyof Start): string {
  const sorted = starts.map((start) => Math.round(start[what])).sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1]} (${sorted[0]}–${sorted.at(-1)})`;
}
