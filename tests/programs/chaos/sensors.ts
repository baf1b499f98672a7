/** The sensors of one client in a round of chaos: one after another, killed, ended, gone on with. */
import { Program } from "../program.ts";
import type { ChaosAccess } from "./access.ts";
import { SHORT_MINUTES } from "./collector.ts";
import type { Run } from "./count.ts";
import type { ChaosInput } from "./input.ts";
import { pause } from "./pause.ts";

/** A client's last sensor is started before. */
export const SETTLE_MS = 2_000;
export const POLL_MS = 10;
/** A sensor that is not connected by then is fed, and killed, all the same. */
const CONNECT_MS = 5_000;
/** One that is to end in order must have begun to listen for signals. */
const BEGIN_MS = 20_000;
/** The exit code of one that does not listen for SIGINT. */
const INTERRUPTED = 130;
/** How long one that will be revoked waits at its end. */
const REVOKED_LINGER = "2s";
/** By then it has heard that, and lingered. */
const REFUSED_MS = 10_000;

/** What a client's sensors are to do. */
export interface ClientPlan {
  readonly client: string;
  /** Of the first run. */
  readonly number: number;
  readonly spools: boolean;
  readonly encoding: "auto" | "records";
  readonly isRevoked: boolean;
  readonly runs: readonly RunPlan[];
}

interface RunPlan {
  readonly startMs: number;
  readonly packets: number;
  readonly feedMs: number;
  readonly endMs: number;
  readonly maxBatchBytes: number;
  readonly isStopped: boolean;
}

/** A plan, as a seed has it. */
export function planOf(
  n: number,
  isRevoked: boolean,
  random: (limit: number) => number,
): ClientPlan {
  return {
    client: `c${n}`,
    number: n * 10,
    isRevoked,
    spools: random(2) === 0,
    encoding: random(4) === 0 ? "records" : "auto",
    runs: Array.from({ length: 1 + random(3) }, () => ({
      startMs: random(200),
      packets: 2000 + random(15_000),
      feedMs: 300 + random(1200),
      endMs: random(2000),
      maxBatchBytes: [2048, 16_384, 131_072][random(3)]!,
      isStopped: random(4) === 0,
    })),
  };
}

/** Where sensors are, what they read, and who lets them send. */
export interface SensorScene {
  /** The port to which they send datagrams, were they to. */
  readonly port: number;
  readonly folder: string;
  readonly input: ChaosInput;
  readonly access: ChaosAccess;
}

/** Runs a client's sensors; the last one is left to end in peace. Each is added to `runs` when it begins. */
export async function runClient(
  { runs: plans, ...of }: ClientPlan,
  scene: SensorScene,
  runs: Run[],
): Promise<void> {
  const beganMs = performance.now();
  for (const [n, plan] of plans.entries()) {
    await pause(plan.startMs);
    if (scene.access.isRevoked(of.client)) return;
    const isLast = n === plans.length - 1 || performance.now() - beganMs > SETTLE_MS;
    const run: Run = {
      client: of.client,
      number: of.number + n,
      packets: plan.packets,
      spools: of.spools,
      isKilled: false,
      isLast,
      code: 0,
      stdout: "",
      stderr: "",
    };
    runs.push(run);
    await runSensor(run, of, plan, scene);
    if (isLast) return;
  }
}

async function runSensor(
  run: Run,
  { encoding, isRevoked }: Omit<ClientPlan, "runs">,
  { feedMs, endMs, maxBatchBytes, isStopped, packets }: RunPlan,
  { port, folder, input, access }: SensorScene,
): Promise<void> {
  const { client, isLast, spools } = run;
  await using sensor = new Program("sensor.ts", [
    ...[...access.sensorArgs(client), "-addr", `127.0.0.1:${port}`, "-encoding", encoding],
    ...["-flush-interval", "100ms", "-max", String(maxBatchBytes), "-queue", String(1 << 20)],
    ...(spools ? ["-spool", `${folder}/spool-${client}`, "-spool-after", "0s"] : []),
    ...(isRevoked ? ["-linger", REVOKED_LINGER] : []),
  ], { stdin: "piped", permissions: SHORT_MINUTES });
  const startedMs = performance.now();
  const connectMs = isLast && isStopped ? BEGIN_MS : CONNECT_MS;
  while (!sensor.said.includes("connected to ")) {
    if (performance.now() - startedMs > connectMs) break;
    await pause(POLL_MS);
  }
  const feeding = feed(sensor.stdin, input.file(run.number, packets), feedMs);
  if (!isLast || isStopped) {
    await pause(endMs);
    run.isKilled = !isLast;
    try {
      sensor.kill(isLast ? "SIGINT" : "SIGKILL");
    } catch {
      run.isKilled = false; // it has ended before
    }
  }
  const ending = sensor.end();
  if (isRevoked) await stopRefused(sensor, ending, () => access.isRevoked(client));
  const { code, stdout, stderr } = await ending;
  await feeding;
  if (code === 0) run.isKilled = false; // likewise
  if (code === INTERRUPTED && stdout === "") run.isKilled = true; // it did not listen yet
  Object.assign(run, { code, stdout, stderr });
}

/** Ends a sensor that may send no more: what it reads may wait for ever for room in its queue. */
async function stopRefused(
  sensor: Program,
  ending: Promise<unknown>,
  isRefused: () => boolean,
): Promise<void> {
  let isOver = false;
  const over = () => isOver = true;
  ending.then(over, over);
  for (let waitedMs = 0; !isOver && waitedMs < REFUSED_MS; await pause(POLL_MS)) {
    if (isRefused()) waitedMs += POLL_MS;
  }
  try {
    sensor.kill("SIGINT");
  } catch {
    // it has ended
  }
}

/** Writes a file to a program in small pieces, as long as it reads. */
async function feed(
  stdin: WritableStream<Uint8Array>,
  file: Uint8Array,
  ms: number,
): Promise<void> {
  const writer = stdin.getWriter();
  const pieces = Math.ceil(ms / 50);
  const size = Math.ceil(file.length / pieces);
  try {
    for (let at = 0; at < file.length; at += size) {
      await writer.write(file.subarray(at, at + size));
      await pause(50);
    }
    await writer.close();
  } catch {
    await writer.abort().catch(() => {}); // it has been killed
  }
}
