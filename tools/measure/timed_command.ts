const POLL_MS = 20;
/** Of a clock tick, in which Linux counts processor time. */
const TICK_SECONDS = 0.01;

/** What a command took. */
export interface Timing {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory that one of its processes has had. */
  readonly peakMib: number;
  /** Lines that it has printed. */
  readonly lines: number;
  /** What it has said on standard error. */
  readonly said: string;
  readonly text: string;
}

/** Runs a command of the shell in a folder. Linux only. */
export async function timedCommand(command: string, folder: string): Promise<Timing> {
  const beganMs = performance.now();
  const child = new Deno.Command("sh", {
    args: ["-c", `${command}; cat /proc/$$/stat >&2`],
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  let peakKib = 0;
  const poll = setInterval(() => peakKib = Math.max(peakKib, peakOfChildren(child.pid)), POLL_MS);
  let lines = 0;
  for await (const chunk of child.stdout) {
    for (let at = -1; (at = chunk.indexOf(0x0a, at + 1)) >= 0;) lines++;
  }
  clearInterval(poll);
  const seconds = (performance.now() - beganMs) / 1000;
  const told = await said;
  const ticks = /\) (?:\S+ ){13}(\d+) (\d+)/.exec(told); // cutime and cstime, proc(5)
  if (!ticks || !(await child.status).success) throw new Error(`failed: ${command}: ${told}`);
  const cpuSeconds = (Number(ticks[1]) + Number(ticks[2])) * TICK_SECONDS;
  const peakMib = peakKib / 1024;
  const text = `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processors, ` +
    `${peakMib.toFixed(0)} MiB)`;
  return { seconds, cpuSeconds, peakMib, lines, said: told, text };
}

/** The most memory that a process of the shell has had, in KiB. */
function peakOfChildren(shell: number): number {
  try {
    const children = Deno.readTextFileSync(`/proc/${shell}/task/${shell}/children`).split(" ");
    const peaks = children.filter(Boolean).map((pid) => {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    });
    return Math.max(0, ...peaks);
  } catch {
    return 0; // one has ended
  }
}
