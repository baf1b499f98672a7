/** The sensor: captures, turns packets into audit records, sends them to a collector. */
import { type Mistake, mistakesIn, readCommandLine } from "./lib/arguments/answers.ts";
import type { FlagValues } from "./lib/arguments/flags.ts";
import { RATE_QUANTITY, SIZE_QUANTITY } from "./lib/arguments/quantity.ts";
import { levelOf } from "./lib/arguments/common_flags.ts";
import { mistakeInRedaction } from "./lib/arguments/redaction_flags.ts";
import { SENSOR_FLAGS } from "./lib/arguments/sensor_flags.ts";
import { HeldSettings } from "./lib/arguments/held_settings_io.ts";
import { checkAsked, readSettings } from "./lib/arguments/settings_io.ts";
import { usageText } from "./lib/arguments/usage_text.ts";
import { type Log, ProgramLog } from "./lib/base/program/log_io.ts";
import { nearestName } from "./lib/base/text/nearest_name.ts";
import { hasTerminal, NO_TERMINAL } from "./lib/base/program/full_screen_io.ts";
import type { Output } from "./lib/base/program/output_io.ts";
import { printable } from "./lib/base/text/printable.ts";
import { SENSOR_DEFAULTS } from "./lib/base/sensor_defaults.ts";
import { runMain } from "./lib/base/program/run_main_io.ts";
import { stopSignal } from "./lib/base/program/stop_signal_io.ts";
import { Systemd } from "./lib/base/program/systemd_io.ts";
import { parseDecodeAs } from "./lib/decode/decode_as.ts";
import { selectTypes } from "./lib/decode/select_decoders.ts";
import { recordNames, recordsOf } from "./lib/follow/flow_types.ts";
import { parseIdleSeconds } from "./lib/follow/parse_idle_seconds.ts";
import { runSensor } from "./lib/run_sensor_io.ts";
import { type KeyPair, keyPairOf } from "./lib/seal/key.ts";
import { isKeyItself, readKey, readKeyPairs, readPrivateKey } from "./lib/seal/key_file_io.ts";
import {
  formatAddresses,
  MAX_PORT,
  parseAddresses,
  parseLocalAddress,
  sessionAddress,
} from "./lib/transport/address.ts";
import { locateCollector } from "./lib/transport/resolve_host_io.ts";
import { SENSOR_METRICS } from "./lib/transport/ledger/sensor_metrics.ts";
import { sensorTotals } from "./lib/transport/ledger/sensor_totals.ts";
import { sensorProblems } from "./lib/transport/metrics/sensor_health.ts";
import { MIN_UPLINK } from "./lib/transport/quic/uplink.ts";

const PROGRAM = {
  name: "sensor",
  summary: "captures network traffic and sends audit records to a collector",
  table: SENSOR_FLAGS,
} as const;
type Flags = FlagValues<typeof SENSOR_FLAGS>;

/** Of the longest, in the queue of a live capture: in a quarter of it, two must have room. */
const MIN_QUEUE_BATCHES = 8;

/** Runs the program; returns its exit code: 0 ended, 1 failed, 2 wrong usage. */
async function main(args: string[], output: Output): Promise<number> {
  const wrongUsage = (message: string) => {
    console.error(`${message}; -help lists all flags`);
    return 2;
  };
  const commandLine = readCommandLine(PROGRAM, args);
  if ("problem" in commandLine) return wrongUsage(commandLine.problem);
  if ("answer" in commandLine) {
    console.log(commandLine.answer);
    return 0;
  }
  const { asked, given } = commandLine;
  if (asked.decoders) {
    console.log(recordNames(await loadDecoders()).join("\n"));
    return 0;
  }
  if (asked["gen-identity"] || asked["gen-anonymize-key"] || asked.enroll !== undefined) {
    return await identify(asked, wrongUsage);
  }
  if (asked.out !== undefined) {
    return wrongUsage("-out is where -gen-identity, -gen-anonymize-key and -enroll write keys");
  }
  if (asked.interfaces) {
    const { interfaceLine, listInterfaces } = await import("./lib/capture/interfaces_io.ts");
    for (const each of listInterfaces()) console.log(interfaceLine(each));
    return 0;
  }
  const settings = await readSettings(SENSOR_FLAGS, given);
  if (settings.given.size === 0 && Deno.stdin.isTerminal()) {
    console.error(usageText(PROGRAM.name, PROGRAM.summary, SENSOR_FLAGS));
    return 2;
  }
  const mistakes = await mistakesIn(settings, mistakeOf);
  const verdict = checkAsked(PROGRAM, asked, settings, mistakes);
  if (verdict !== undefined) return verdict;
  if (asked["rotate-identity"]) return await identify(settings.values, wrongUsage);
  if (mistakes.length > 0) return wrongUsage(mistakes[0]!);
  return await sense(new HeldSettings(PROGRAM.table, given, settings, mistakeOf), output);
}

/** What is wrong with settings that are right each by itself. */
async function mistakeOf(flags: Flags): Promise<Mistake | undefined> {
  const wrong = (flag: keyof Flags, message: string): Mistake => ({ flag, message });
  if (flags.client === "") {
    return wrong("client", 'Wrong value "" of -client: wanted a name');
  }
  const collectors = parseAddresses(flags.addr, "127.0.0.1");
  if (!collectors || collectors.some(({ port }) => port === 0)) {
    return wrong("addr", `Wrong value "${flags.addr}" of -addr: wanted HOST:PORT`);
  }
  if (collectors.some(({ port }) => port === MAX_PORT) && flags.transport === "session") {
    return wrong("addr", `Wrong port ${MAX_PORT} of -addr: sessions use the next one`);
  }
  if (collectors.length > 1 && flags.transport === "box") {
    return wrong(
      "addr",
      "Wrong value of -addr: datagrams go to one collector, and say not whether it is there",
    );
  }
  const twice = flags.iface.find((name, at) => flags.iface.indexOf(name) < at);
  if (twice !== undefined) {
    return wrong(
      "iface",
      `Interface "${twice}" is named twice: wanted once, or packets come twice`,
    );
  }
  if (flags.iface.includes("any") && flags.iface.length > 1) {
    return wrong("iface", 'Interface "any" is all of them: wanted without others');
  }
  const isLive = flags.iface.length > 0;
  const max = flags.max ?? SENSOR_DEFAULTS.maxBatchBytes[flags.transport];
  if (isLive && flags.queue < MIN_QUEUE_BATCHES * max) {
    const [queue, least] = [flags.queue, MIN_QUEUE_BATCHES * max].map(SIZE_QUANTITY.format);
    return wrong(
      "queue",
      `Wrong value "${queue}" of -queue: wanted ${MIN_QUEUE_BATCHES} times -max at least, ${least}`,
    );
  }
  if (flags.uplink > 0 && flags.uplink < MIN_UPLINK) {
    const [uplink, least] = [flags.uplink, MIN_UPLINK].map(RATE_QUANTITY.format);
    return wrong("uplink", `Wrong value "${uplink}" of -uplink: wanted ${least} or more, or 0`);
  }
  if (flags.metrics !== undefined && !parseLocalAddress(flags.metrics)) {
    return wrong(
      "metrics",
      `Wrong value "${flags.metrics}" of -metrics: wanted PORT or HOST:PORT`,
    );
  }
  if (flags.spool === "") return wrong("spool", 'Wrong value "" of -spool: wanted a folder');
  if (flags.spool !== undefined && flags.transport === "box") {
    return wrong("spool", "-spool is for sessions: datagrams do not wait for a collector");
  }
  if (flags.top && !hasTerminal()) return wrong("top", NO_TERMINAL);
  if (idleSecondsOf(flags) === undefined) {
    const wanted = "wanted tcp=5m,udp=1m,icmp=10s, some of these, or one time";
    return wrong(
      "conn-timeout",
      `Wrong value "${flags["conn-timeout"]}" of -conn-timeout: ${wanted}`,
    );
  }
  if (flags.records === "flows" && !flags.conversations) {
    return wrong(
      "records",
      "-records flows are conversations: wanted without -conversations=false",
    );
  }
  const unread = mistakeInRedaction(flags);
  if (unread !== undefined) return unread;
  const unknown = await mistakeInDecoders(flags);
  if (unknown !== undefined) return unknown;
  if (sourcesOf(flags).length === 0 && !isLive && flags.watch === undefined) {
    return wrong(
      "read",
      "Nothing to read: wanted -iface NAME, -read FILE, -watch FOLDER or packets on standard input",
    );
  }
  if (flags.watch !== undefined && isLive) {
    return wrong(
      "watch",
      "-watch waits for the collector, and -iface does not: wanted one of them",
    );
  }
  if (!flags.pubkey) {
    return wrong(
      "pubkey",
      "Cannot send: no public key of the collector; wanted -pubkey FILE or 64 hex digits",
    );
  }
  return undefined;
}

/** Loaded when it is needed, which it is where nobody selects any in the pipeline's thread alone. */
async function loadDecoders() {
  return (await import("./lib/decode/registry.ts")).DECODERS;
}

/** What is wrong with flags that name decoders. */
async function mistakeInDecoders(flags: Flags): Promise<Mistake | undefined> {
  const { unknown } = await selectionOf(flags) ?? {};
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, recordNames(await loadDecoders()));
    const hint = nearest === undefined ? "-decoders lists them" : `did you mean ${nearest}?`;
    const flag = (["records", "include"] as const)
      .find((name) => flags[name].split(",").some((each) => each.trim() === unknown)) ?? "exclude";
    return { flag, message: `Unknown decoder "${unknown}": ${hint}` };
  }
  for (const text of flags["decode-as"]) {
    const decodeAs = parseDecodeAs(text, await loadDecoders());
    if (!decodeAs.ok) return { flag: "decode-as", message: decodeAs.message };
  }
  return undefined;
}

/** Which types are to be written; undefined for all. */
async function selectionOf({ records, include, exclude }: Flags) {
  if (records === "all" && include === "" && exclude === "") return undefined;
  const decoders = await loadDecoders();
  const includes = [recordsOf(decoders, records), include.split(",")];
  return selectTypes(recordNames(decoders), includes, exclude.split(","));
}

/** After how long conversations are idle; undefined where that is not said rightly. */
function idleSecondsOf(flags: Flags) {
  return parseIdleSeconds(flags["conn-timeout"], SENSOR_DEFAULTS.follow.idleSeconds);
}

/** The captures to read: standard input where it is no terminal and nothing else is named. */
function sourcesOf({ read, iface, watch }: Flags): readonly string[] {
  const takesInput = read.length === 0 && iface.length === 0 && watch === undefined;
  return takesInput && !Deno.stdin.isTerminal() ? ["-"] : read;
}

/** Captures and sends until the sources end, or it is told to. */
async function sense(
  settings: HeldSettings<typeof SENSOR_FLAGS>,
  output: Output,
): Promise<number> {
  const flags = settings.values;
  const collectors = parseAddresses(flags.addr, "127.0.0.1")!;
  const [collector, ...others] = collectors;
  const { transport } = flags;
  const isLive = flags.iface.length > 0;
  const log = new ProgramLog(output, { format: flags["log-format"], level: levelOf(flags) });
  settings.onReread((flags) => log.level = levelOf(flags));
  await using service = new Systemd(log);
  settings.rereadOnHangup(log, (reread) => service.reload(reread));
  await using metrics = flags.metrics === undefined
    ? undefined
    : await serveMetrics(flags.metrics, output, log);
  await using top = flags.top ? await openTop(output, flags) : undefined;
  const stop = AbortSignal.any([stopSignal(), ...top ? [top.quit] : []]);
  const selection = await selectionOf(flags);
  const watch = watchOf(flags.watch, flags["watch-state"]);
  const report = await runSensor({
    ...{ collector, others },
    collectorKey: await readKey(flags.pubkey!, "public key of the collector"),
    ...(flags.client !== undefined && { clientId: flags.client }),
    sources: sourcesOf(flags),
    ...(watch && { watch }),
    filter: flags.bpf,
    replaySpeed: flags["replay-speed"],
    ...(selection && "types" in selection && { types: selection.types }),
    decodeAs: flags["decode-as"],
    records: {
      payload: flags.payload,
      context: flags.context,
      entropy: flags.entropy,
      tunnelDepth: flags["tunnel-depth"],
    },
    defrag: flags.defrag,
    follow: flags.conversations && {
      idleSeconds: idleSecondsOf(flags)!,
      activeSeconds: flags["conn-active"] / 1000,
      maxBytes: flags["follow-memory"],
      hasCredentials: flags.credentials,
      hasProfiles: flags.profiles,
    },
    ...(flags.anonymize !== undefined && {
      redact: { key: await anonymizeKeyOf(flags.anonymize, log), names: flags["redact-names"] },
    }),
    transport,
    encoding: flags.encoding,
    ...(flags.privkey !== undefined && await identityOf(flags.privkey, log)),
    onNextKey: (key) => void learnKey(key, flags, log),
    failFast: flags["fail-fast"],
    ...(flags.max !== undefined && { maxBatchBytes: flags.max }),
    lingerMs: flags.linger,
    flushIntervalMs: flags["flush-interval"],
    maxDatagramBytes: flags["max-datagram"],
    rate: flags.rate || Infinity,
    uplink: flags.uplink || Infinity,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    maxQueueBytes: flags.queue,
    ...(flags.spool !== undefined && {
      spool: {
        folder: flags.spool,
        maxBytes: flags["spool-bytes"],
        afterMs: flags["spool-after"],
      },
    }),
    ...(isLive && {
      live: {
        interfaces: flags.iface,
        failFast: flags["fail-fast"],
        filter: flags.bpf,
        collector: {
          addresses: (await Promise.all(
            collectors.map(({ hostname }) => locateCollector(hostname)),
          )).flat(),
          port: collector.port,
          otherPorts: others.map(({ port }) => port),
        },
        snapLength: flags.snaplen,
        promiscuous: flags.promisc,
        ...(flags.buffer !== undefined && { ringBytes: flags.buffer }),
        timeoutMs: flags.timeout,
        immediate: flags.immediate,
        monitor: flags.monitor,
      },
    }),
    stopWaiting: stopSignal,
    onLimitable: (limit) =>
      settings.onReread(({ rate, uplink }) =>
        limit((transport === "box" ? rate : uplink) || Infinity)
      ),
    onReadable: (read) => {
      metrics?.tell({ metrics: SENSOR_METRICS, read, problemsOf: sensorProblems });
      top?.show(SENSOR_METRICS, read, stop);
    },
    ...(output.showsStatus && !isLive && !watch && {
      // Loaded when it is needed: most output is no terminal.
      onProgress: await (await import("./lib/gather/show_progress_io.ts"))
        .showProgress(output, sourcesOf(flags)),
    }),
    log,
    service,
  }, stop);
  await top?.end();
  const hasNothing = report.problems.length > 0 && report.dissect.packets === 0;
  if (!hasNothing) {
    const at = transport === "session" ? collectors.map(sessionAddress) : collectors;
    for (const line of sensorTotals(report, transport, formatAddresses(at))) {
      output.total(line);
    }
  }
  for (const { message } of report.problems) log.error(message);
  if (report.error) log.error(report.error.message);
  return report.problems.length > 0 || report.error ? 1 : 0;
}

/** Loaded when it is needed: most sensors are not looked at. */
async function serveMetrics(text: string, output: Output, log: Log) {
  const { MetricsService } = await import("./lib/run_metrics_io.ts");
  const address = parseLocalAddress(text)!;
  return await MetricsService.open({ program: "sensor", address, output, log });
}

/** Loaded when it is needed. */
async function openTop(output: Output, { addr, client }: Flags) {
  const { Top } = await import("./lib/view/top_io.ts");
  const { sensorView } = await import("./lib/view/sensor_view.ts");
  const name = client === undefined ? "" : ` ${printable(client)}`;
  return Top.open(output, sensorView(`farcap-sensor${name} to ${addr}`));
}

/** Makes this sensor's keys, has them enrolled, or changes them; prints what there is to say. */
async function identify(
  flags: Flags,
  wrongUsage: (message: string) => number,
): Promise<number> {
  // Loaded when it is needed: a sensor that sends has no use for it.
  const { identityCommand } = await import("./lib/run_identity_io.ts");
  const outcome = await identityCommand(flags);
  if ("mistake" in outcome) return wrongUsage(outcome.mistake);
  console.log(outcome.lines.join("\n"));
  return 0;
}

/** What has been read is remembered in the folder, unless the user says where. */
function watchOf(folder: string | undefined, stateFile: string | undefined) {
  if (folder === undefined) return undefined;
  return { folder, stateFile: stateFile ?? `${folder}/.farcap-watched` };
}

/** The collector has another key: writes it into the file of -pubkey where that is wanted, or says it. */
async function learnKey(key: Uint8Array, flags: Flags, log: Log): Promise<void> {
  const { pubkey = "", "renew-pubkey": isWanted } = flags;
  const { renewPublicKey } = await import("./lib/run_identity_io.ts");
  const line = await renewPublicKey(key, isWanted && !isKeyItself(pubkey) ? pubkey : undefined);
  if (line !== undefined) log.problem(line, line);
}

/** The sensor's lasting keys, and how they are read again where they are in a file. */
async function identityOf(privkey: string, log: Log) {
  const keys = await readIdentity(privkey, log);
  return isKeyItself(privkey) ? { keys } : { keys, readKeys: () => readKeyPairs(privkey) };
}

/** The sensor's lasting keys. */
async function readIdentity(privkey: string, log: Log): Promise<KeyPair> {
  const warn = (line: string) => log.problem(line, line);
  return keyPairOf(await readPrivateKey(privkey, "private key of this sensor", warn));
}

/** What addresses are rewritten with. */
async function anonymizeKeyOf(hexOrPath: string, log: Log): Promise<Uint8Array> {
  return await readPrivateKey(hexOrPath, "key for -anonymize", (line) => log.problem(line, line));
}

if (import.meta.main) await runMain(main);
