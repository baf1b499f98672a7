/**
 * deno task measure-exports [RECORDS] [FORMAT…]
 *
 * What an export of stored records takes, format by format, beside a dump of the same as JSON lines: of
 * RECORDS records (3,000,000), a third each of `Connection`, `DNS` and `UDP`, how many a second on the
 * clock and of the processors, which other programs do not change, and the peak memory; that of a third
 * as many, too. Of each format those count that it takes. IPFIX goes over TCP to a collector that reads and forgets. Linux only.
 */
import { create } from "@bufbuild/protobuf";
import {
  type Connection,
  ConnectionSchema,
  type DNS,
  DNSSchema,
  type UDP,
  UDPSchema,
} from "../../proto/gen/netcap_pb.ts";
import { EXPORT_FORMAT_NAMES, type ExportFormat } from "../../lib/write/export/export_formats.ts";
import { writeRecordFile } from "./record_file.ts";
import { timedCommand, type Timing } from "./timed_command.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const TASKS = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).tasks;
const BEGIN = 1_600_000_000_000_000_000n;
/** Between two records of a type: 1,000,000 take 3 hours. */
const STEP = 12_000_000n;

const records = Number(Deno.args[0] ?? 3_000_000);
const formats = Deno.args.length > 1 ? Deno.args.slice(1) : EXPORT_FORMAT_NAMES;
const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
const collector = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const collecting = collect();
try {
  for (const [name, count] of [["third", records / 3], ["all", records]] as const) {
    await writeRecords(`${folder}/${name}/sensor`, Math.round(count / 3));
  }
  report("dump -json", await timed((name) => `${task("dump")} ${name} -json > /dev/null`));
  for (const format of formats as ExportFormat[]) {
    report(
      format,
      await timed((name) => `${task("export")} ${format} ${name} -out ${place(format, name)}`),
    );
  }
} finally {
  collector.close();
  await collecting;
  await Deno.remove(folder, { recursive: true });
}

/** Of the third and of all. */
async function timed(commandOf: (name: string) => string): Promise<readonly [Timing, Timing]> {
  const third = await timedCommand(commandOf("third"), folder);
  return [third, await timedCommand(commandOf("all"), folder)];
}

function report(what: string, [third, all]: readonly [Timing, Timing]): void {
  const taken = Number(/exported (\d+) record/.exec(all.said)?.[1] ?? records);
  const rate = (seconds: number) => `${Math.round(taken / seconds / 1000)} k/s`;
  const rates = `${rate(all.seconds)}, of processors ${rate(all.cpuSeconds)}`;
  console.log(`${what}: ${taken} records in ${all.text}; ${rates}; a third: ${third.text}`);
}

/** The command of a task. */
function task(name: "dump" | "export"): string {
  const words = TASKS[name].split(" ").slice(1);
  const args = words.map((word: string) => word === "collector.ts" ? ROOT + word : word);
  return [Deno.execPath(), ...args].join(" ");
}

function place(format: ExportFormat, name: string): string {
  return format === "ipfix" ? `tcp://127.0.0.1:${collector.addr.port}` : `${format}-${name}`;
}

async function collect(): Promise<void> {
  for await (const connection of collector) {
    const bytes = new Uint8Array(1 << 16);
    while (await connection.read(bytes) !== null);
    connection.close();
  }
}

async function writeRecords(place: string, count: number): Promise<void> {
  await Deno.mkdir(place, { recursive: true });
  const path = (type: string) => `${place}/${type}.ncap.gz`;
  await writeRecordFile(
    path("Connection"),
    ConnectionSchema,
    count,
    connection,
    (it) => it.TimestampFirst,
  );
  await writeRecordFile(path("DNS"), DNSSchema, count, dns, (it) => it.Timestamp);
  await writeRecordFile(path("UDP"), UDPSchema, count, udp, (it) => it.Timestamp);
}

function timeOf(number: number): bigint {
  return BEGIN + BigInt(number) * STEP;
}

function client(number: number): string {
  return `10.0.${number % 7}.${number % 251}`;
}

function server(number: number): string {
  return `192.0.2.${number % 199}`;
}

function port(number: number): number {
  return 1024 + number * 7919 % 60_000;
}

function connection(number: number): Connection {
  const Duration = BigInt(number % 60_000) * 1_000_000n;
  const TimestampFirst = timeOf(number);
  const [packets, bytes] = [BigInt(5 + number % 90), BigInt(400 + number * 37 % 100_000)];
  return create(ConnectionSchema, {
    ...{ TimestampFirst, TimestampLast: TimestampFirst + Duration, Duration },
    ...{ LinkProto: "Ethernet", NetworkProto: "IPv4", TransportProto: "TCP", IPProtocol: 6 },
    ...{
      ApplicationProto: number % 3 === 0 ? "TLS" : "HTTP",
      UID: number.toString(16).padStart(32, "0"),
    },
    ...{ SrcMAC: "02:00:00:00:00:01", DstMAC: "02:00:00:00:00:02" },
    ...{
      SrcIP: client(number),
      SrcPort: String(port(number)),
      DstIP: server(number),
      DstPort: "443",
    },
    ...{ ConnectionID: BigInt(number + 1), Part: 1, EndReason: "fin", TCPState: "SF" },
    ...{ TCPHistory: "ShADadFf", BeginningSeen: true, TimestampStart: TimestampFirst },
    ...{ PacketsClientToServer: packets, PacketsServerToClient: packets },
    ...{ IPBytesClientToServer: bytes, IPBytesServerToClient: 3n * bytes },
    ...{ PayloadBytesClientToServer: bytes - 200n, PayloadBytesServerToClient: 3n * bytes - 200n },
    ...{ BytesClientToServer: bytes + 70n, BytesServerToClient: 3n * bytes + 70n },
    ...{
      TCPFlagsClientToServer: 0x1b,
      TCPFlagsServerToClient: 0x1b,
      NumPackets: 2 * Number(packets),
    },
    ...{ CommunityID: `1:${btoa(String(number).padStart(20, "0"))}`, CommunityIDHeader: "only" },
  });
}

function dns(number: number): DNS {
  const Name = new TextEncoder().encode(`host${number % 5000}.example.org`);
  const isAnswer = number % 2 === 1;
  return create(DNSSchema, {
    ...{
      Timestamp: timeOf(number),
      ID: (number >> 1) % 65_536,
      QR: isAnswer,
      RD: true,
      RA: isAnswer,
    },
    ...{ Questions: [{ Name, Type: 1, Class: 1 }], QDCount: 1 },
    ...(isAnswer &&
      { ANCount: 1, Answers: [{ Name, Type: 1, Class: 1, TTL: 300, IP: server(number) }] }),
    ...{
      SrcIP: isAnswer ? "192.0.2.53" : client(number),
      DstIP: isAnswer ? client(number) : "192.0.2.53",
    },
    ...{ SrcPort: isAnswer ? 53 : port(number >> 1), DstPort: isAnswer ? port(number >> 1) : 53 },
  });
}

function udp(number: number): UDP {
  return create(UDPSchema, {
    ...{ Timestamp: timeOf(number), SrcPort: port(number), DstPort: 40_000 + number % 20_000 },
    ...{ Length: 40 + number % 1000, Checksum: number * 31_337 % 65_536 },
    ...{ PayloadEntropy: number % 8000 / 1000, PayloadSize: 32 + number % 1000 },
    ...{ SrcIP: client(number), DstIP: server(number) },
  });
}
