/**
 * deno task measure-read [RECORDS] [RUNS]
 *
 * How fast stored records are read with a filter: `-where 'DstPort == 53' -json` of a file of UDP
 * records, in turn with `zcat | jq` of the same rows as packed JSON lines. Prints, run by run, what
 * each took on the clock and of the processors, which other programs do not change, and the peak
 * memory of the dump; at first that of a tenth of the file. Both must find as many. Linux only.
 */
import { create } from "@bufbuild/protobuf";
import { type UDP, UDPSchema } from "../../proto/gen/netcap_pb.ts";
import { writeRecordFile } from "./record_file.ts";
import { timedCommand } from "./timed_command.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DUMP: string[] = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).tasks.dump.split(
  " ",
);
/** A fifth of the packets goes to each of four ports, the others to many. */
const PORTS = [53, 443, 123, 5353];
const BEGIN = 1_600_000_000_000_000_000n;
const FILTER = "-where 'DstPort == 53' -json";

const records = Number(Deno.args[0] ?? 3_000_000);
const runs = Number(Deno.args[1] ?? 5);

const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
try {
  for (const [name, count] of [["tenth", records / 10], ["UDP", records]] as const) {
    const path = `${folder}/${name}.ncap.gz`;
    await writeRecordFile(path, UDPSchema, count, udpRecord, ({ Timestamp }) => Timestamp);
  }
  await shell(`${dump("UDP")} -json | gzip > rows.json.gz`);
  console.log(
    `a tenth of the file: ${(await timedCommand(`${dump("tenth")} ${FILTER}`, folder)).text}`,
  );
  for (let run = 1; run <= runs; run++) {
    const ours = await timedCommand(`${dump("UDP")} ${FILTER}`, folder);
    const jq = await timedCommand("zcat rows.json.gz | jq -c 'select(.DstPort==53)'", folder);
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

async function shell(command: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", command], cwd: folder }).output();
  if (!success) throw new Error(`failed: ${command}`);
}
