/** The sensor: captures, turns packets into audit records, sends them to a collector. */
import { type FlagTable, parseFlags, usageText } from "./lib/base/flags.ts";
import { terminalLog } from "./lib/base/log_io.ts";
import { typeName } from "./lib/base/record_types.ts";
import { runMain } from "./lib/base/run_main_io.ts";
import { stopSignal } from "./lib/base/stop_signal_io.ts";
import { VERSION } from "./lib/base/version.ts";
import { type Interface, listInterfaces } from "./lib/capture/interfaces_io.ts";
import { DECODERS } from "./lib/decode/registry.ts";
import { decoderNames, selectTypes } from "./lib/decode/select_decoders.ts";
import { runSensor, SENSOR_DEFAULTS, type SensorReport } from "./lib/run_sensor_io.ts";
import { readKey } from "./lib/seal/key_file_io.ts";
import { formatAddress, parseAddress } from "./lib/transport/address.ts";
import { resolveHost } from "./lib/transport/resolve_host_io.ts";
import { MAX_DATAGRAM_BYTES } from "./lib/transport/datagram.ts";

const SUMMARY = "captures network traffic and sends audit records to a collector";

const FLAGS = {
  addr: {
    kind: "string",
    default: "127.0.0.1:1335",
    value: "HOST:PORT",
    help: "where the collector listens",
  },
  pubkey: {
    kind: "string",
    value: "FILE|HEX",
    help: "the collector's public key: a file or 64 hex digits; required",
  },
  read: {
    kind: "strings",
    value: "FILE",
    help: "pcap or pcapng file to read, plain or gzip; - is standard input",
  },
  iface: {
    kind: "strings",
    value: "NAME",
    help: "interface to capture from, or any; needs libpcap",
  },
  interfaces: { kind: "boolean", default: false, help: "list the interfaces and exit" },
  bpf: {
    kind: "string",
    default: "",
    value: "FILTER",
    help: "capture only this, see pcap-filter(7)",
  },
  snaplen: {
    kind: "integer",
    default: 262_144,
    min: 64,
    max: 1 << 20,
    value: "BYTES",
    help: "capture at most that much of a packet",
  },
  promisc: { kind: "boolean", default: true, help: "capture packets for others too" },
  buffer: {
    kind: "integer",
    default: 64 << 20,
    min: 0,
    max: 1 << 30,
    value: "BYTES",
    help: "size of the kernel's ring; 0 is the library's default",
  },
  timeout: {
    kind: "duration",
    default: "100ms",
    help: "how long the kernel may gather packets before it hands them over",
  },
  immediate: { kind: "boolean", default: false, help: "hand over every packet at once" },
  monitor: { kind: "boolean", default: false, help: "monitor mode of 802.11 devices" },
  queue: {
    kind: "integer",
    default: SENSOR_DEFAULTS.maxQueueBytes,
    min: 1 << 20,
    max: 1 << 30,
    value: "BYTES",
    help: "batches of a live capture that may wait to be sent; more are dropped and counted",
  },
  client: {
    kind: "string",
    value: "NAME",
    help: "name of this sensor at the collector (default: the host name if it may be read, else " +
      "the first 8 hex digits of its key)",
  },
  include: { kind: "string", default: "", value: "NAMES", help: "only these decoders, by comma" },
  exclude: { kind: "string", default: "", value: "NAMES", help: "not these decoders, by comma" },
  decoders: { kind: "boolean", default: false, help: "list the decoders and exit" },
  payload: {
    kind: "boolean",
    default: false,
    help: "put the payload bytes into TCP, UDP, USB, Modbus and CIP records",
  },
  context: {
    kind: "boolean",
    default: true,
    help: "put the packet's addresses and ports into records of other layers",
  },
  entropy: { kind: "boolean", default: false, help: "compute the entropy of payloads" },
  max: {
    kind: "integer",
    default: SENSOR_DEFAULTS.maxBatchBytes,
    min: 1,
    max: 1 << 20,
    value: "BYTES",
    help: "limit of the records in a batch, before compression",
  },
  "flush-interval": {
    kind: "duration",
    default: "5s",
    help: "send a batch when its oldest record is that old",
  },
  "max-datagram": {
    kind: "integer",
    default: SENSOR_DEFAULTS.maxDatagramBytes,
    min: 512,
    max: MAX_DATAGRAM_BYTES,
    value: "BYTES",
    help: "limit of a datagram; a batch that does not fit is split",
  },
  rate: {
    kind: "integer",
    default: SENSOR_DEFAULTS.rate,
    min: 0,
    max: 10_000_000_000,
    value: "BYTES",
    help: "send at most that many bytes a second, each datagram counted with 512 bytes more; " +
      "0 is no limit",
  },
  transport: {
    kind: "string",
    default: "box",
    value: "NAME",
    help: "box: the original's datagrams",
  },
  verbose: { kind: "boolean", default: false, help: "print a line for every batch and datagram" },
  version: { kind: "boolean", default: false, help: "print the version and exit" },
  help: { kind: "boolean", default: false, help: "print this text and exit" },
} as const satisfies FlagTable;

/** Runs the program; returns its exit code: 0 ended, 1 failed, 2 wrong usage. */
async function main(args: string[]): Promise<number> {
  const usage = () => usageText("sensor", SUMMARY, FLAGS);
  const wrongUsage = (message: string) => {
    console.error(message);
    console.error(usage());
    return 2;
  };
  const hasInput = !Deno.stdin.isTerminal();
  if (args.length === 0 && !hasInput) {
    console.error(usage());
    return 2;
  }
  const parsed = parseFlags("sensor", FLAGS, args);
  if (!parsed.ok) return wrongUsage(parsed.message);
  const flags = parsed.values;
  if (flags.help) {
    console.log(usage());
    return 0;
  }
  if (flags.version) {
    console.log(VERSION);
    return 0;
  }
  if (flags.decoders) {
    console.log(decoderNames(DECODERS).join("\n"));
    return 0;
  }

  if (flags.interfaces) {
    for (const each of listInterfaces()) console.log(describeInterface(each));
    return 0;
  }

  const collector = parseAddress(flags.addr, "127.0.0.1");
  if (!collector || collector.port === 0) {
    return wrongUsage(`Wrong value "${flags.addr}" of -addr: wanted HOST:PORT`);
  }
  if (flags.transport !== "box") {
    return wrongUsage(`Wrong value "${flags.transport}" of -transport: wanted box`);
  }
  const selection = selectTypes(DECODERS, flags.include.split(","), flags.exclude.split(","));
  if (selection.unknown !== undefined) {
    return wrongUsage(`Unknown decoder "${selection.unknown}": -decoders lists them`);
  }
  const isLive = flags.iface.length > 0;
  const sources = flags.read.length > 0 ? flags.read : hasInput && !isLive ? ["-"] : [];
  if (sources.length === 0 && !isLive) {
    return wrongUsage(
      "Nothing to read: wanted -iface NAME, -read FILE or packets on standard input",
    );
  }
  if (!flags.pubkey) {
    console.error(
      "Cannot send: no public key of the collector; wanted -pubkey FILE or 64 hex digits",
    );
    return 1;
  }

  const log = terminalLog(flags.verbose);
  const report = await runSensor({
    collector,
    collectorKey: await readKey(flags.pubkey, "public key of the collector"),
    ...(flags.client !== undefined && { clientId: flags.client }),
    sources,
    types: selection.types,
    records: { payload: flags.payload, context: flags.context, entropy: flags.entropy },
    maxBatchBytes: flags.max,
    flushIntervalMs: flags["flush-interval"],
    maxDatagramBytes: flags["max-datagram"],
    rate: flags.rate || Infinity,
    maxQueueBytes: flags.queue,
    ...(isLive && {
      live: {
        interfaces: flags.iface,
        filter: flags.bpf,
        collector: {
          address: await resolveHost(collector.hostname),
          port: collector.port,
        },
        snapLength: flags.snaplen,
        promiscuous: flags.promisc,
        ringBytes: flags.buffer,
        timeoutMs: flags.timeout,
        immediate: flags.immediate,
        monitor: flags.monitor,
      },
    }),
    log,
  }, stopSignal());
  const hasNothing = report.problems.length > 0 && report.dissect.packets === 0;
  if (!hasNothing) printTotals(report, formatAddress(collector));
  for (const { message } of report.problems) console.error(message);
  const failed = [...report.types.values()].reduce((sum, { failed }) => sum + failed, 0);
  if (failed > 0) {
    console.error(`Cannot send ${failed} records: the system refused their datagrams`);
  }
  return report.problems.length > 0 || failed > 0 ? 1 : 0;
}

function describeInterface(each: Interface): string {
  const state = [
    each.isUp ? "up" : "down",
    ...(each.isRunning ? ["running"] : []),
    ...(each.isLoopback ? ["loopback"] : []),
  ];
  const description = each.description && ` (${each.description})`;
  return [`${each.name}${description}: ${state.join(", ")}`, ...each.addresses].join("  ");
}

/** Prints what became of every packet and every record. */
function printTotals(
  { clientId, capture, live, dissect, types }: SensorReport,
  collector: string,
): void {
  const failed = Object.entries(dissect.failed).map(([what, count]) => `${what}: ${count}`);
  console.log(
    `packets=${dissect.packets} decoded=${dissect.decoded} ` +
      `not-decoded=${dissect.packets - dissect.decoded}` +
      (failed.length > 0 ? ` (${failed.join(", ")})` : "") +
      (capture.refused > 0 ? ` link-type-refused=${capture.refused}` : "") +
      (capture.clampedTimes > 0 ? ` clamped-times=${capture.clampedTimes}` : "") +
      (dissect.oversized > 0 ? ` oversized-records=${dissect.oversized}` : ""),
  );
  if (live) {
    console.log(`${dissect.packets} packets captured`);
    console.log(`${live.received} packets received by filter`);
    console.log(`${live.droppedByKernel} packets dropped by kernel`);
    if (live.droppedByInterface > 0) {
      console.log(`${live.droppedByInterface} packets dropped by interface`);
    }
  }
  for (const [type, { made, sent, datagrams, bytes, queueFull, tooLarge, failed }] of types) {
    console.log(
      `${typeName(type)}: made=${made} sent=${sent} dropped=${queueFull + tooLarge + failed} ` +
        `datagrams=${datagrams} bytes=${bytes}`,
    );
  }
  console.log(`client ${clientId} sent to ${collector}`);
}

if (import.meta.main) await runMain(main);
