/** Programs as processes, and what Linux tells of these, for who measures them. */
const ROOT = `${import.meta.dirname}/../../`;
const TASKS = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).tasks;
const POLL_MS = 50;
/** Of the times in proc(5). */
const TICKS_PER_SECOND = 100;

/** Where a program runs. */
export interface Surroundings {
  readonly cwd: string;
  /** A network namespace; without it this one. */
  readonly namespace?: string;
  readonly stderr?: "inherit" | "null";
}

/** Starts a program of ours with the flags of its task in deno.json. */
export function startProgram(
  program: "sensor" | "collector",
  args: readonly string[],
  surroundings: Surroundings,
): Deno.ChildProcess {
  const [, ...flags] = TASKS[program].split(" ").slice(0, -1);
  const deno = [Deno.execPath(), ...flags, "--quiet", `--config=${ROOT}deno.json`];
  return startCommand([...deno, `${ROOT}${program}.ts`, ...args], surroundings);
}

/** Starts a command whose output is read. */
export function startCommand(
  command: readonly string[],
  { cwd, namespace, stderr = "inherit" }: Surroundings,
): Deno.ChildProcess {
  const within = namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
  const [path, ...args] = [...within, ...command];
  return new Deno.Command(path!, { args, cwd, stdin: "null", stdout: "piped", stderr }).spawn();
}

/** Runs a command that has to succeed. */
export async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "null" }).spawn().status;
  if (!success) throw new Error(`${command} failed`);
}

/** The highest resident size of a process in MiB, once it has ended. Linux only. */
export async function watchPeak(child: Deno.ChildProcess): Promise<number> {
  let hasEnded = false;
  child.status.then(() => hasEnded = true);
  let peakKib = 0;
  while (!hasEnded) {
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    peakKib = Math.max(peakKib, Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return Math.round(peakKib / 1024);
}

/** Processor time of a process that runs: fields 14 and 15 of its stat (proc(5)). Not a number once it has ended. */
export async function secondsOf(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
