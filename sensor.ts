/** The sensor: captures, turns packets into audit records, sends them to a collector. */
import { encodeHex } from "./lib/base/bytes.ts";
import { type FlagTable, parseFlags } from "./lib/base/flags.ts";
import { terminalLog } from "./lib/base/log_io.ts";
import { nearestName } from "./lib/base/nearest_name.ts";
import { typeName } from "./lib/base/record_types.ts";
import { runMain } from "./lib/base/run_main_io.ts";
import { stopSignal } from "./lib/base/stop_signal_io.ts";
import { usageText } from "./lib/base/usage_text.ts";
import { VERSION } from "./lib/base/version.ts";
import { type Interface, listInterfaces } from "./lib/capture/interfaces_io.ts";
import { DECODERS } from "./lib/decode/registry.ts";
import { decoderNames, selectTypes } from "./lib/decode/select_decoders.ts";
import { runSensor, SENSOR_DEFAULTS, type SensorReport } from "./lib/run_sensor_io.ts";
import { type KeyPair, keyPairOf } from "./lib/seal/key.ts";
import { readKey, readPrivateKey, SENSOR_KEY_FILES, writeKeyPair } from "./lib/seal/key_file_io.ts";
import { formatAddress, MAX_PORT, parseAddress } from "./lib/transport/address.ts";
import { locateCollector } from "./lib/transport/resolve_host_io.ts";
import { MAX_DATAGRAM_BYTES } from "./lib/transport/datagram.ts";

const SUMMARY = "captures network traffic and sends audit records to a collector";

/** Of the longest, in the queue of a live capture: in a quarter of it, two must have room. */
const MIN_QUEUE_BATCHES = 8;

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
    help: "pcap or pcapng file to read, plain or gzipped; - is standard input",
  },
  "replay-speed": {
    kind: "number",
    default: SENSOR_DEFAULTS.replaySpeed,
    min: 0,
    max: 1_000_000,
    value: "FACTOR",
    help: "speed of reading files: 1 as captured, 10 ten times as fast, 0 as fast as possible",
  },
  iface: {
    kind: "strings",
    value: "NAME",
    help: "interface to capture from; any for all of them (Linux); needs libpcap",
  },
  interfaces: { kind: "boolean", default: false, help: "list the interfaces and exit" },
  bpf: {
    kind: "string",
    default: "",
    value: "FILTER",
    help: "capture only packets that match; see pcap-filter(7)",
  },
  snaplen: {
    kind: "integer",
    default: 262_144,
    min: 64,
    max: 1 << 20,
    value: "BYTES",
    help: "bytes to capture of each packet at most",
  },
  promisc: {
    kind: "boolean",
    default: true,
    help: "promiscuous mode: capture packets for other hosts too",
  },
  buffer: {
    kind: "integer",
    default: 64 << 20,
    min: 0,
    max: 1 << 30,
    value: "BYTES",
    help: "size of the kernel's capture buffer; 0: the default of libpcap",
  },
  timeout: {
    kind: "duration",
    default: "100ms",
    help: "how long the kernel may collect packets before it delivers them",
  },
  immediate: {
    kind: "boolean",
    default: false,
    help: "immediate mode: deliver every packet at once",
  },
  monitor: { kind: "boolean", default: false, help: "put 802.11 interfaces into monitor mode" },
  queue: {
    kind: "integer",
    default: SENSOR_DEFAULTS.maxQueueBytes,
    min: 1 << 20,
    max: 1 << 30,
    value: "BYTES",
    help:
      "memory for batches that the collector has not stored yet, compressed; when it is full, " +
      "reading a file waits, and a live capture drops and counts records of the most common types",
  },
  client: {
    kind: "string",
    value: "NAME",
    help: "name of this sensor at the collector (default: the host name if it may be read, else " +
      "the first 8 hex digits of its key)",
  },
  include: {
    kind: "string",
    default: "",
    value: "NAMES",
    help: "use only these decoders, separated by commas",
  },
  exclude: {
    kind: "string",
    default: "",
    value: "NAMES",
    help: "do not use these decoders, separated by commas",
  },
  decoders: { kind: "boolean", default: false, help: "list the decoders and exit" },
  payload: {
    kind: "boolean",
    default: false,
    help: "include payload bytes in TCP, UDP, USB, Modbus and CIP records",
  },
  context: {
    kind: "boolean",
    default: true,
    help: "include the packet's addresses and ports in records of other layers",
  },
  entropy: { kind: "boolean", default: false, help: "include the entropy of payloads" },
  max: {
    kind: "integer",
    min: 1,
    max: 1 << 20,
    value: "BYTES",
    help: "size limit of a batch, before compression (default " +
      `${SENSOR_DEFAULTS.maxBatchBytes.session}, with box ${SENSOR_DEFAULTS.maxBatchBytes.box})`,
  },
  "flush-interval": {
    kind: "duration",
    default: "5s",
    help: "send a batch when its oldest record is this old",
  },
  "max-datagram": {
    kind: "integer",
    default: SENSOR_DEFAULTS.maxDatagramBytes,
    min: 512,
    max: MAX_DATAGRAM_BYTES,
    value: "BYTES",
    help: "box: size limit of a datagram; a batch that does not fit is split",
  },
  rate: {
    kind: "integer",
    default: SENSOR_DEFAULTS.rate,
    min: 0,
    max: 10_000_000_000,
    value: "BYTES",
    help: "box: bytes per second to send at most, 512 more counted for each datagram; 0: no limit",
  },
  transport: {
    kind: "string",
    default: SENSOR_DEFAULTS.transport,
    value: "NAME",
    help: "session: acknowledged, stored exactly once, at the port after that of -addr; " +
      "box: Netcap's datagrams, not acknowledged",
  },
  linger: {
    kind: "duration",
    default: "30s",
    help: "session: how long to wait for acknowledgements at the end",
  },
  privkey: {
    kind: "string",
    value: "FILE|HEX",
    help: "this sensor's permanent private key, see -gen-identity (default: a new one each run)",
  },
  "gen-identity": {
    kind: "boolean",
    default: false,
    help: "write a new key pair, sensor.pub and sensor.key, into the current folder and exit",
  },
  force: { kind: "boolean", default: false, help: "with -gen-identity: replace existing keys" },
  verbose: { kind: "boolean", default: false, help: "print a line for every batch and datagram" },
  version: { kind: "boolean", default: false, help: "print the version and exit" },
  help: { kind: "boolean", default: false, help: "print this text and exit" },
} as const satisfies FlagTable;

/** Runs the program; returns its exit code: 0 ended, 1 failed, 2 wrong usage. */
async function main(args: string[]): Promise<number> {
  const usage = () => usageText("sensor", SUMMARY, FLAGS);
  const wrongUsage = (message: string) => {
    console.error(`${message}; sensor -help lists all flags`);
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

  if (flags["gen-identity"]) {
    const { publicKey } = await writeKeyPair(".", flags.force, SENSOR_KEY_FILES);
    console.log(`wrote sensor.key and sensor.pub: ${encodeHex(publicKey)}`);
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
  if (collector.port === MAX_PORT && flags.transport === "session") {
    return wrongUsage(`Wrong port ${MAX_PORT} of -addr: sessions use the next one`);
  }
  const twice = flags.iface.find((name, at) => flags.iface.indexOf(name) < at);
  if (twice !== undefined) {
    return wrongUsage(`Interface "${twice}" is named twice: wanted once, or packets come twice`);
  }
  if (flags.iface.includes("any") && flags.iface.length > 1) {
    return wrongUsage('Interface "any" is all of them: wanted without others');
  }
  const { transport } = flags;
  if (transport !== "session" && transport !== "box") {
    return wrongUsage(`Wrong value "${transport}" of -transport: wanted session or box`);
  }
  const { max = SENSOR_DEFAULTS.maxBatchBytes[transport] } = flags;
  if (flags.iface.length > 0 && flags.queue < MIN_QUEUE_BATCHES * max) {
    return wrongUsage(
      `Wrong value "${flags.queue}" of -queue: wanted ${MIN_QUEUE_BATCHES} times -max at least, ` +
        `${MIN_QUEUE_BATCHES * max}`,
    );
  }
  const selection = selectTypes(DECODERS, flags.include.split(","), flags.exclude.split(","));
  if (selection.unknown !== undefined) {
    const nearest = nearestName(selection.unknown, decoderNames(DECODERS));
    const hint = nearest === undefined ? "-decoders lists them" : `did you mean ${nearest}?`;
    return wrongUsage(`Unknown decoder "${selection.unknown}": ${hint}`);
  }
  const isLive = flags.iface.length > 0;
  const sources = flags.read.length > 0 ? flags.read : hasInput && !isLive ? ["-"] : [];
  if (sources.length === 0 && !isLive) {
    return wrongUsage(
      "Nothing to read: wanted -iface NAME, -read FILE or packets on standard input",
    );
  }
  if (flags.bpf !== "" && !isLive) {
    return wrongUsage("-bpf filters what -iface captures, not files");
  }
  if (!flags.pubkey) {
    return wrongUsage(
      "Cannot send: no public key of the collector; wanted -pubkey FILE or 64 hex digits",
    );
  }

  const log = terminalLog(flags.verbose);
  const report = await runSensor({
    collector,
    collectorKey: await readKey(flags.pubkey, "public key of the collector"),
    ...(flags.client !== undefined && { clientId: flags.client }),
    sources,
    replaySpeed: flags["replay-speed"],
    types: selection.types,
    records: { payload: flags.payload, context: flags.context, entropy: flags.entropy },
    transport,
    ...(flags.privkey !== undefined && { keys: await readIdentity(flags.privkey) }),
    maxBatchBytes: max,
    lingerMs: flags.linger,
    flushIntervalMs: flags["flush-interval"],
    maxDatagramBytes: flags["max-datagram"],
    rate: flags.rate || Infinity,
    maxQueueBytes: flags.queue,
    ...(isLive && {
      live: {
        interfaces: flags.iface,
        filter: flags.bpf,
        collector: {
          addresses: await locateCollector(collector.hostname),
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
    stopWaiting: stopSignal,
    log,
  }, stopSignal());
  const hasNothing = report.problems.length > 0 && report.dissect.packets === 0;
  if (!hasNothing) printTotals(report, transport, formatAddress(collector));
  for (const { message } of report.problems) console.error(message);
  if (report.error) console.error(report.error.message);
  return report.problems.length > 0 || report.error ? 1 : 0;
}

/** The sensor's lasting keys. */
async function readIdentity(privkey: string): Promise<KeyPair> {
  return keyPairOf(await readPrivateKey(privkey, "private key of this sensor", console.error));
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
  transport: "session" | "box",
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
    console.log(`${dissect.packets - capture.delivered} packets captured`);
    console.log(`${live.received} packets received by filter`);
    console.log(`${live.droppedByKernel} packets dropped by kernel`);
    if (live.droppedByInterface > 0) {
      console.log(`${live.droppedByInterface} packets dropped by interface`);
    }
    console.log(`interruptions=${live.interruptions} mtu-changes=${live.mtuChanges}`);
  }
  const [done, parts] = transport === "box" ? ["sent", "datagrams"] : ["stored", "batches"];
  for (const [type, each] of types) {
    const lost = transport === "box"
      ? `dropped=${each.dropped + each.tooLarge + each.failed}`
      : `dropped=${each.dropped + each.tooLarge} unacknowledged=${each.failed}`;
    console.log(
      `${typeName(type)}: made=${each.made} ${done}=${each.sent} ${lost} ` +
        `${parts}=${each.parts} bytes=${each.bytes}`,
    );
  }
  const hasSent = [...types.values()].some(({ sent }) => sent > 0);
  console.log(`client ${clientId} sent ${hasSent ? "" : "nothing "}to ${collector}`);
}

if (import.meta.main) await runMain(main);
