/**
 * deno task demo
 *
 * The whole way on one machine: makes keys in a temporary folder, starts a collector, runs a sensor
 * over recorded traffic, stops both, and shows what was made, acknowledged and stored, and the ledger's last line.
 * Exits with 1 unless these agree for every record type, and the ledger misses nothing. Needs nothing but Deno.
 */
import { readRecords } from "../lib/write/read/read_records_io.ts";
import { linesOf } from "./lines_of.ts";
import { listeningAddress } from "./listening_address.ts";

const ROOT = `${import.meta.dirname}/../`;
const CAPTURE = `${ROOT}tests/captures/office.pcap`;
const CLIENT = "demo";
const SHOWN_TYPE = "DNS";
const SHOWN_RECORDS = 3;

const PERMISSIONS = [
  "--allow-net=127.0.0.1,0.0.0.0",
  "--allow-read",
  "--allow-write=.",
  "--no-prompt",
];

const isTerminal = Deno.stdout.isTerminal();
const folder = await Deno.makeTempDir({ prefix: "farcap-demo-" });
try {
  Deno.exitCode = await demo(folder) ? 0 : 1;
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Whether every record that was made was acknowledged and is on disk. */
async function demo(folder: string): Promise<boolean> {
  progress("making keys");
  await finish(start("collector.ts", ["-gen-keypair"]));
  await finish(start("sensor.ts", ["-gen-identity"]));
  const key = await Deno.readTextFile(`${folder}/sensor.pub`);
  await Deno.writeTextFile(`${folder}/sensors`, `${key} ${CLIENT}\n`);

  progress("starting the collector");
  const collector = start("collector.ts", [
    ...["-privkey", "priv.key", "-addr", "127.0.0.1:0", "-out", "records"],
    ...["-sensors", "sensors"],
  ]);
  const collectorLines = linesOf(collector.stdout);
  const address = await listeningAddress(collectorLines);

  progress("reading traffic");
  const sensor = start("sensor.ts", [
    ...["-pubkey", "pub.key", "-privkey", "sensor.key", "-addr", address, "-read", CAPTURE],
  ]);
  const made = new Map<string, SensorLine>();
  for await (const line of linesOf(sensor.stdout)) {
    const type = parseSensorLine(line);
    if (type) made.set(type.name, type);
  }
  await finish(sensor);

  progress("stopping the collector");
  collector.kill("SIGTERM");
  for await (const _line of collectorLines);
  await finish(collector);

  progress("");
  return await printTable(made) && await printSome() && await printLedger();

  function start(program: string, args: string[]): Deno.ChildProcess {
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        ...PERMISSIONS,
        `--config=${ROOT}deno.json`,
        ROOT + program,
        ...args,
      ],
      cwd: folder,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  }

  async function printTable(made: ReadonlyMap<string, SensorLine>): Promise<boolean> {
    const header = [
      "record type",
      "made",
      "acknowledged",
      "on disk",
      "wire bytes",
      "file bytes",
      "B/record",
    ];
    const rows: string[][] = [];
    let isComplete = made.size > 0;
    for (const { name, made: count, acknowledged, bytes } of made.values()) {
      const path = `${folder}/records/${CLIENT}/${name}.ncap.gz`;
      const size = await Deno.stat(path).then(({ size }) => size, () => 0); // 0: nothing was stored
      const stored = size > 0 ? await countRecords(path) : 0;
      isComplete &&= count === acknowledged && acknowledged === stored;
      const perRecord = stored > 0 ? (size / stored).toFixed(1) : "-";
      rows.push([
        name,
        ...[count, acknowledged, stored, bytes ?? "-", size].map(String),
        perRecord,
      ]);
    }
    console.log(formatTable([header, ...rows]));
    console.log(
      isComplete
        ? "Every record that was made is stored, and was acknowledged."
        : "Records are missing: made, acknowledged and on disk differ.",
    );
    return isComplete;
  }

  async function printSome(): Promise<boolean> {
    console.log(`\nThe first records of ${CLIENT}/${SHOWN_TYPE}.ncap.gz:`);
    const dump = start("collector.ts", [
      ...["-dump", "-json", "-read", `records/${CLIENT}/${SHOWN_TYPE}.ncap.gz`],
    ]);
    let shown = 0;
    for await (const line of linesOf(dump.stdout)) if (shown++ < SHOWN_RECORDS) console.log(line);
    await finish(dump);
    return shown > 0;
  }

  async function printLedger(): Promise<boolean> {
    const ledger = start("collector.ts", ["-ledger", "records"]);
    let last = "";
    for await (const line of linesOf(ledger.stdout)) last = line;
    console.log(`\n${last}`);
    return (await ledger.status).code === 0;
  }
}

/** What the sensor says at its end of one record type. */
interface SensorLine {
  readonly name: string;
  readonly made: number;
  /** What the collector said it has on disk. */
  readonly acknowledged: number;
  /** Undefined where all its records went with others', in compact batches. */
  readonly bytes: number | undefined;
}

function parseSensorLine(line: string): SensorLine | undefined {
  const match = /^(\w+): made=(\d+) stored=(\d+) .* bytes=(\d+)$/.exec(line);
  return match
    ? {
      name: match[1]!,
      made: Number(match[2]),
      acknowledged: Number(match[3]),
      bytes: Number(match[4]) || undefined,
    }
    : undefined;
}

async function countRecords(path: string): Promise<number> {
  let count = 0;
  for await (const { records } of readRecords(path)) count += records.length;
  return count;
}

async function finish(child: Deno.ChildProcess): Promise<void> {
  const { code } = await child.status;
  if (code !== 0) throw new Error(`A program ended with ${code}`);
}

/** Columns, the first to the left and numbers to the right. */
function formatTable(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]!.length))
  );
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(pad).join("  ")).join("\n");
}

/** On a terminal, one line that is written over by the next. */
function progress(text: string): void {
  if (!isTerminal) return;
  const dots = text === "" ? "" : ` …`;
  Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[K${text}${dots}`));
}
