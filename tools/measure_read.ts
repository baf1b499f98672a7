/**
 * deno task measure-read [RECORDS] [RUNS]
 *
 * How fast stored records are read with a filter: `-where 'DstPort == 53' -json` of a file of UDP
 * records, in turn with `zcat | jq` of the same rows as packed JSON lines. Prints, run by run, what
 * each took on the clock and of the processors, which other programs do not change, and the peak
 * memory of the dump; at first that of a tenth of the file. Both must find as many. Linux only.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { concat } from "../lib/base/bytes.ts";
import { frameRecords } from "../lib/base/delimited.ts";
import { typeNumber } from "../lib/base/record_types.ts";
import { encodeMember, packRecords, WITHOUT_SESSION } from "../lib/pack/member.ts";
import { HeaderSchema, type UDP, UDPSchema } from "../proto/gen/netcap_pb.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DUMP: string[] = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).tasks.dump.split(
  " ",
);
const MEMBER_BYTES = 128 << 10;
/** A fifth of the packets goes to each of four ports, the others to many. */
const PORTS = [53, 443, 123, 5353];
const BEGIN = 1_600_000_000_000_000_000n;
const POLL_MS = 20;
/** Of a clock tick, in which Linux counts processor time. */
const TICK_SECONDS = 0.01;
const FILTER = "-where 'DstPort == 53' -json";

const records = Number(Deno.args[0] ?? 3_000_000);
const runs = Number(Deno.args[1] ?? 5);

const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
try {
  await writeFile(`${folder}/tenth.ncap.gz`, records / 10);
  await writeFile(`${folder}/UDP.ncap.gz`, records);
  await shell(`${dump("UDP")} -json | gzip > rows.json.gz`);
  console.log(`a tenth of the file: ${(await timed(`${dump("tenth")} ${FILTER}`)).text}`);
  for (let run = 1; run <= runs; run++) {
    const ours = await timed(`${dump("UDP")} ${FILTER}`);
    const jq = await timed("zcat rows.json.gz | jq -c 'select(.DstPort==53)'");
    if (ours.lines !== jq.lines) throw new Error(`found ${ours.lines}, jq found ${jq.lines}`);
    const [clock, cpu] = [jq.seconds / ours.seconds, jq.cpuSeconds / ours.cpuSeconds];
    const ratio = `${clock.toFixed(1)} times as fast, of processors ${cpu.toFixed(1)} times`;
    console.log(`run ${run}: dump ${ours.text}; jq ${jq.text}; ${ratio}`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** The command that dumps a file of the folder, as the task does. */
function dump(name: string): string {
  const args = DUMP.slice(1).map((arg) => arg === "collector.ts" ? ROOT + arg : arg);
  return [Deno.execPath(), ...args, `${name}.ncap.gz`].join(" ");
}

/** A record file as the store writes it. */
async function writeFile(path: string, count: number): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  const header = create(HeaderSchema, { Type: typeNumber("UDP"), Version: "v0.6.11" });
  const framed = [frameRecords([toBinary(HeaderSchema, header)])];
  let bytes = 0;
  let first = 0n;
  const flush = async (last: bigint, isHeader = false) => {
    const counted = isHeader ? 0 : framed.length;
    const origin = { ...WITHOUT_SESSION, arrival: last };
    const times = { count: counted, firstTime: first, lastTime: last };
    const member = encodeMember({ ...origin, ...times }, packRecords(concat(framed.splice(0))));
    for (let at = 0; at < member.length;) at += await file.write(member.subarray(at));
    bytes = 0;
  };
  await flush(0n, true);
  for (let number = 0; number < count; number++) {
    const record = udpRecord(number);
    if (framed.length === 0) first = record.Timestamp;
    framed.push(frameRecords([toBinary(UDPSchema, record)]));
    bytes += framed.at(-1)!.length;
    if (bytes >= MEMBER_BYTES || number === count - 1) await flush(record.Timestamp);
  }
}

function udpRecord(number: number): UDP {
  return create(UDPSchema, {
    Timestamp: BEGIN + BigInt(number) * 12_345n,
    SrcPort: 1024 + number * 7919 % 60_000,
    DstPort: PORTS[number % 5] ?? 40_000 + number % 20_000,
    Length: 40 + number % 1000,
    Checksum: number * 31_337 % 65_536,
    PayloadEntropy: number % 8000 / 1000,
    PayloadSize: 32 + number % 1000,
    SrcIP: `10.0.${number % 7}.${number % 251}`,
    DstIP: `192.0.2.${number % 199}`,
  });
}

interface Timing {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly lines: number;
  readonly text: string;
}

/** Runs a command in the folder; its lines are counted. */
async function timed(command: string): Promise<Timing> {
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
  const ticks = /\) (?:\S+ ){13}(\d+) (\d+)/.exec(await said); // cutime and cstime, proc(5)
  if (!ticks || !(await child.status).success) throw new Error(`failed: ${command}: ${await said}`);
  const cpuSeconds = (Number(ticks[1]) + Number(ticks[2])) * TICK_SECONDS;
  const text = `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processors, ` +
    `${(peakKib / 1024).toFixed(0)} MiB)`;
  return { seconds, cpuSeconds, lines, text };
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

async function shell(command: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", command], cwd: folder }).output();
  if (!success) throw new Error(`failed: ${command}`);
}
