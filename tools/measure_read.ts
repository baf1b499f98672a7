/**
 * deno task measure-read [RECORDS] [RUNS]
 *
 * How fast stored records are read with a filter: `-where 'DstPort == 53' -json` of a file of UDP
 * records, in turn with `zcat | jq` of the same rows as packed JSON lines. Prints, run by run, the
 * seconds that each took, and the peak memory of the dump; at first that of a tenth of the file. Both
 * must find as many.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { concat } from "../lib/base/bytes.ts";
import { typeNumber } from "../lib/base/record_types.ts";
import { uvarintBytes, writeUvarint } from "../lib/base/uvarint.ts";
import { encodeMember, packRecords } from "../lib/pack/member.ts";
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
    const ratio = (jq.seconds / ours.seconds).toFixed(1);
    console.log(
      `run ${run}: dump ${ours.text}; jq ${jq.seconds.toFixed(1)} s; ${ratio} times as fast`,
    );
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** The command that dumps a file of the folder, as the task does. */
function dump(name: string): string {
  const args = DUMP.slice(1).map((arg) => arg === "collector.ts" ? ROOT + arg : arg);
  return ["exec", Deno.execPath(), ...args, `${name}.ncap.gz`].join(" ");
}

/** A record file as the store writes it. */
async function writeFile(path: string, count: number): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  const header = create(HeaderSchema, { Type: typeNumber("UDP"), Version: "v0.6.11" });
  const framed = [frame(toBinary(HeaderSchema, header))];
  let bytes = 0;
  let first = 0n;
  const flush = async (last: bigint, isHeader = false) => {
    const counted = isHeader ? 0 : framed.length;
    const origin = { reason: 0, session: 0n, sequence: 0n, arrival: last, settled: 0n };
    const times = { count: counted, firstTime: first, lastTime: last };
    const member = encodeMember({ ...origin, ...times }, packRecords(concat(framed.splice(0))));
    for (let at = 0; at < member.length;) at += await file.write(member.subarray(at));
    bytes = 0;
  };
  await flush(0n, true);
  for (let number = 0; number < count; number++) {
    const record = udpRecord(number);
    if (framed.length === 0) first = record.Timestamp;
    framed.push(frame(toBinary(UDPSchema, record)));
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

function frame(record: Uint8Array): Uint8Array {
  const at = uvarintBytes(record.length);
  const framed = new Uint8Array(at + record.length);
  writeUvarint(framed, 0, record.length);
  framed.set(record, at);
  return framed;
}

interface Timing {
  readonly seconds: number;
  readonly lines: number;
  readonly text: string;
}

/** Runs a command in the folder; its lines are counted. */
async function timed(command: string): Promise<Timing> {
  const beganMs = performance.now();
  const child = new Deno.Command("sh", { args: ["-c", command], cwd: folder, stdout: "piped" })
    .spawn();
  let peakKib = 0;
  const poll = setInterval(() => {
    const status = statusOf(child.pid);
    peakKib = Math.max(peakKib, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, POLL_MS);
  let lines = 0;
  for await (const chunk of child.stdout) {
    for (let at = -1; (at = chunk.indexOf(0x0a, at + 1)) >= 0;) lines++;
  }
  clearInterval(poll);
  if (!(await child.status).success) throw new Error(`failed: ${command}`);
  const seconds = (performance.now() - beganMs) / 1000;
  const peak = `${(peakKib / 1024).toFixed(0)} MiB`;
  return { seconds, lines, text: `${seconds.toFixed(1)} s, ${lines} found, peak ${peak}` };
}

/** What Linux tells of a process; nothing elsewhere, or when it has ended. */
function statusOf(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch {
    return "";
  }
}

async function shell(command: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", command], cwd: folder }).output();
  if (!success) throw new Error(`failed: ${command}`);
}
