/** Two network namespaces with a veth pair between them, and programs in them. Linux, as root. */
import { linesOf } from "../lines_of.ts";
import { withoutTime } from "../without_time.ts";
import { rest } from "../../lib/base/wait/rest_io.ts";

const POLL_MS = 200;
/** A process that takes less of the processor than this is taken to have nothing left to do. */
const IDLE_TICKS = 2;
const MAX_IDLE_POLLS = 300;

/** A namespace and its end of the cable. */
export interface End {
  readonly namespace: string;
  readonly iface: string;
}

/** Makes the two namespaces and the cable. */
export async function layCable(near: End, far: End): Promise<void> {
  const end = ({ namespace, iface }: End) => ["name", iface, "netns", namespace];
  for (const { namespace } of [near, far]) {
    await run("ip", ["netns", "add", namespace]);
    // No addresses, so that nobody answers or speaks unasked.
    const quiet = ["net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"];
    await run("ip", ["netns", "exec", namespace, "sysctl", "-qw", ...quiet]);
    await run("ip", ["-n", namespace, "link", "set", "lo", "up"]);
  }
  await run("ip", ["link", "add", ...end(near), "type", "veth", "peer", ...end(far)]);
  for (const { namespace, iface } of [near, far]) {
    // Captures may hold packets that were put together before they were captured.
    await run("ip", ["-n", namespace, "link", "set", iface, "mtu", "65535", "up"]);
  }
}

/** Removes both. */
export async function removeCable(near: End, far: End): Promise<void> {
  for (const { namespace } of [near, far]) {
    await run("ip", ["netns", "delete", namespace]).catch(() => {});
  }
}

/** A program in a namespace, its lines on both outputs as they come. */
export class Process {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterableIterator<string>;

  constructor({ namespace }: End, command: readonly string[], cwd: string) {
    // Without processes in between, so that signals reach it.
    const args = ["netns", "exec", namespace, "sh", "-c", 'exec "$@" 2>&1', "sh", ...command];
    this.#child = new Deno.Command("ip", { args, cwd, stdin: "null", stdout: "piped" })
      .spawn();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** Reads up to a line. */
  async line(pattern: RegExp): Promise<void> {
    let said = "";
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`No line ${pattern} but:\n${said}`);
      if (pattern.test(withoutTime(value))) return;
      said += `${value}\n`;
    }
  }

  /** Waits until it has nothing to do any more. */
  async idle(): Promise<void> {
    let before = -Infinity;
    for (let poll = 0; poll < MAX_IDLE_POLLS; poll++) {
      const stat = await Deno.readTextFile(`/proc/${this.#child.pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = Number(fields[11]) + Number(fields[12]); // utime and stime, proc(5)
      if (ticks - before < IDLE_TICKS) return;
      before = ticks;
      await rest(POLL_MS);
    }
    throw new Error("It does not come to rest");
  }

  /** Ends it in order; the rest of what it says. */
  async stop(): Promise<string> {
    this.#child.kill("SIGINT");
    let said = "";
    for await (const line of this.#lines) said += `${line}\n`;
    await this.#child.status;
    return said;
  }

  /** Ends it at once if it still runs. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended
    }
  }
}

/** Runs a program to its end; what it says on both outputs. */
export async function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    ...(cwd !== undefined && { cwd }),
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${said}`);
  return said;
}
