/** The collector: receives what sensors send and keeps it in record files; prints these too. */
import { levelOf } from "./lib/arguments/common_flags.ts";
import { COLLECTOR_FLAGS, DEFAULT_OUT } from "./lib/arguments/collector_flags.ts";
import { explainFlag, flagToExplain } from "./lib/arguments/explain_flag.ts";
import { type FlagTable, type FlagValues, parseFlags } from "./lib/arguments/flags.ts";
import { type Mistake, mistakesIn, readCommandLine } from "./lib/arguments/answers.ts";
import { HeldSettings } from "./lib/arguments/held_settings_io.ts";
import { checkAsked, readSettings } from "./lib/arguments/settings_io.ts";
import { encodeHex } from "./lib/base/bytes/bytes.ts";
import { ConfigError } from "./lib/base/errors.ts";
import { hasTerminal, NO_TERMINAL } from "./lib/base/program/full_screen_io.ts";
import { ProgramLog } from "./lib/base/program/log_io.ts";
import { printable } from "./lib/base/text/printable.ts";
import type { Output } from "./lib/base/program/output_io.ts";
import { runMain } from "./lib/base/program/run_main_io.ts";
import { stopSignal } from "./lib/base/program/stop_signal_io.ts";
import { Systemd } from "./lib/base/program/systemd_io.ts";
import { VERSION } from "./lib/base/version.ts";
import { runCollector } from "./lib/run_collector_io.ts";
import { listSensors, makeToken, revokeSensor, rotateCollectorKey } from "./lib/run_access_io.ts";
import { runDump } from "./lib/run_dump_io.ts";
import { runLedger } from "./lib/run_ledger_io.ts";
import { keyPairOf } from "./lib/seal/key.ts";
import { isKeyItself, readPrivateKey, writeKeyPair } from "./lib/seal/key_file_io.ts";
import { parseEnrolWords } from "./lib/transport/access/parse_enrol_words.ts";
import {
  formatAddress,
  MAX_PORT,
  parseAddress,
  parseLocalAddress,
  sessionAddress,
} from "./lib/transport/address.ts";
import { readCollectorKeys } from "./lib/write/access/collector_keys_io.ts";
import { collectorProblems } from "./lib/write/counts/collector_health.ts";
import { COLLECTOR_METRICS } from "./lib/write/counts/collector_metrics.ts";
import { collectorTotals } from "./lib/write/counts/collector_totals.ts";
import { DENO_FILES } from "./lib/write/files/deno_files_io.ts";
import { fileOptions } from "./lib/write/files/file_options.ts";
import { LEDGER_FLAGS } from "./lib/write/ledger/ledger_flags.ts";
import { ledgerOptions, ledgerUsage } from "./lib/write/ledger/ledger_options.ts";
import { engineFor, engineOptions } from "./lib/write/nats/engine_options_io.ts";
import { engineMistake } from "./lib/write/nats/engine_settings.ts";
import { DUMP_PROGRAM_FLAGS } from "./lib/write/read/dump_flags.ts";
import { dumpOptions } from "./lib/write/read/dump_options.ts";
import { dumpUsage } from "./lib/write/read/dump_usage.ts";
import type { EnrolWish } from "./lib/www/page_actions.ts";
import { pageMistake } from "./lib/www/page_settings.ts";

const PROGRAM = {
  name: "collector",
  summary: "receives audit records from sensors and keeps them in files; prints such files",
  table: COLLECTOR_FLAGS,
} as const;
type Flags = FlagValues<typeof COLLECTOR_FLAGS>;

/** Runs the program; returns its exit code: 0 ended, 1 failed, 2 wrong usage. */
async function main(args: string[], output: Output): Promise<number> {
  if (args.some((arg) => /^--?dump(=|$)/.test(arg))) return await dump(args);
  if (args.some((arg) => /^--?ledger(=|$)/.test(arg))) return await ledger(args);
  if (args.some((arg) => /^--?export(=|$)/.test(arg))) return await exportRecords(args);
  if (args.some((arg) => /^--?devices(=|$)/.test(arg))) return await devices(args);
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
  if (asked["gen-keypair"]) {
    if (asked.out === "") return wrongUsage(NO_FOLDER);
    const { publicKey } = await writeKeyPair(asked.out ?? ".", asked.force);
    console.log(`wrote pub.key and priv.key; public key ${encodeHex(publicKey)}`);
    return 0;
  }
  const settings = await readSettings(COLLECTOR_FLAGS, given);
  if (asked.revoke !== undefined) {
    const { sensors } = settings.values;
    await revokeSensor(await placeOf(settings.values), asked.revoke, sensors);
    console.log(`${printable(asked.revoke)} may not send any more`);
    return 0;
  }
  if (asked["rotate-key"]) {
    const { privkey, "key-overlap": overlapMs } = settings.values;
    if (privkey === undefined || isKeyItself(privkey)) {
      return wrongUsage("Cannot change the key: wanted -privkey FILE");
    }
    const publicKey = await rotateCollectorKey(privkey, overlapMs);
    console.log(`${privkey} has another key, the public one of which is ${publicKey}`);
    return 0;
  }
  if (asked.enrolled) {
    const lines = await listSensors(await placeOf(settings.values));
    for (const line of lines) console.log(printable(line));
    return 0;
  }
  const mistakes = await mistakesIn(settings, mistakeOf);
  const verdict = checkAsked(PROGRAM, asked, settings, mistakes);
  if (verdict !== undefined) return verdict;
  if (mistakes.length > 0) return wrongUsage(mistakes[0]!);
  if (asked.enroll !== undefined) return await enrol(asked.enroll, settings.values, wrongUsage);
  const held = new HeldSettings(PROGRAM.table, given, settings, mistakeOf);
  return held.values.from === undefined ? await collect(held, output) : await copy(held, output);
}

const DAY_MS = 86_400_000;
const NO_FOLDER = 'Wrong value "" of -out: wanted a folder';

/** What is wrong with settings that are right each by itself. */
function mistakeOf(flags: Flags): Mistake | undefined {
  const address = parseAddress(flags.addr, "0.0.0.0");
  if (flags.out === "") return { flag: "out", message: NO_FOLDER };
  if (!address) {
    return { flag: "addr", message: `Wrong value "${flags.addr}" of -addr: wanted HOST:PORT` };
  }
  if (!flags.box && !flags.session) {
    return { flag: "session", message: "Nothing to serve: -box and -session are off" };
  }
  if (flags.session && address.port === MAX_PORT) {
    return { flag: "addr", message: `Wrong port ${MAX_PORT} of -addr: sessions use the next one` };
  }
  const engine = engineMistake(flags);
  if (engine) return engine;
  if (flags.metrics !== undefined && !parseLocalAddress(flags.metrics)) {
    const message = `Wrong value "${flags.metrics}" of -metrics: wanted PORT or HOST:PORT`;
    return { flag: "metrics", message };
  }
  const aboutPage = pageMistake(flags);
  if (aboutPage) return aboutPage;
  if (flags.top && !hasTerminal()) return { flag: "top", message: NO_TERMINAL };
  if (!flags.privkey && flags.from === undefined) {
    const message = "Cannot receive: no private key; wanted -privkey FILE or 64 hex digits";
    return { flag: "privkey", message };
  }
  return undefined;
}

/** Prints a token on standard output, and what it is good for on standard error. */
async function enrol(
  words: string,
  flags: Flags,
  wrongUsage: (message: string) => number,
): Promise<number> {
  const { addr, expires: validMs } = flags;
  const made = await tokenFor({ words, address: addr, validMs }, flags);
  if ("problem" in made) return wrongUsage(made.problem);
  const until = made.expires.toISOString().slice(0, 19);
  const enroll = Deno.build.standalone ? "farcap-sensor -enroll" : "deno task enroll";
  console.error(`${made.name} may enrol once until ${until}Z, at ${addr}: ${enroll} TOKEN`);
  if (made.isFirst && flags.sensors === undefined) {
    console.error("so far every key might send: from now on only who is enrolled, or in -sensors");
  }
  console.log(made.token);
  return 0;
}

/** Makes a token, or says what is wrong with what is wanted. */
async function tokenFor({ words, address, validMs }: EnrolWish, flags: Flags) {
  const wanted = parseEnrolWords(words, address);
  if ("problem" in wanted) return wanted;
  const privateKey = await readPrivateKey(flags.privkey!, "private key", console.error);
  const collectorKey = keyPairOf(privateKey).publicKey;
  const made = await makeToken(await placeOf(flags), { ...wanted, collectorKey, validMs });
  return { name: wanted.entry.name, ...made };
}

/** Where records go, and where it stands who may send. */
async function placeOf(flags: Flags) {
  const { out = DEFAULT_OUT, store } = flags;
  return { out, ...(store !== "files" && { engine: await engineOptions(store, flags) }) };
}

/** Receives and stores until it is told to end. */
async function collect(
  settings: HeldSettings<typeof COLLECTOR_FLAGS>,
  output: Output,
): Promise<number> {
  const flags = settings.values;
  const address = parseAddress(flags.addr, "0.0.0.0")!;
  const log = new ProgramLog(output, { format: flags["log-format"], level: levelOf(flags) });
  settings.onReread((flags) => log.level = levelOf(flags));
  await using service = new Systemd(log);
  settings.rereadOnHangup(log, (reread) => service.reload(reread));
  await using metrics = flags.metrics === undefined
    ? undefined
    : await serveMetrics(flags.metrics, output, log);
  await using page = flags.www === undefined ? undefined : await openPage(flags, log);
  settings.onReread(() => void page?.renew());
  const privateKey = await readPrivateKey(
    flags.privkey!,
    "private key",
    (line) => log.problem(line, line),
  );
  const { out, engine } = await placeOf(flags);
  await using top = flags.top ? await openTop(output, flags) : undefined;
  const stop = AbortSignal.any([stopSignal(), ...top ? [top.quit] : []]);
  const report = await runCollector({
    address,
    privateKey,
    ...(!isKeyItself(flags.privkey!) && {
      readKeys: () => {
        const keepMs = flags["spool-key-days"] * DAY_MS;
        return readCollectorKeys(DENO_FILES, flags.privkey!, Date.now(), keepMs);
      },
    }),
    out,
    ...(engine && { engine }),
    box: flags.box,
    maxNames: flags["metrics-clients"],
    ...(page && { onStored: (stored) => page.stored(stored) }),
    onReadable: (readAll) => {
      const read = () => ({ ...readAll(), ...(page && { page: page.counts }) });
      page?.tell(read);
      metrics?.tell({ metrics: COLLECTOR_METRICS, read, problemsOf: collectorProblems });
      top?.show(COLLECTOR_METRICS, read, stop);
    },
    maxKeyAgeDays: flags["max-key-age"],
    silentAfterMs: flags["silent-after"],
    session: flags.session,
    ...(flags.sensors !== undefined && { sensors: flags.sensors }),
    onReload: (reload) => settings.onReread((flags) => reload(fileOptions(flags))),
    ...fileOptions(flags),
    log,
    service,
    onListening: (address) => {
      log.line(`listening on ${formatAddress(address)}`);
      if (flags.session) {
        log.line(`sessions on ${formatAddress(sessionAddress(address))}`);
      }
      log.line(`public key ${encodeHex(keyPairOf(privateKey).publicKey)}`);
    },
  }, stop);
  await top?.end();
  for (const line of collectorTotals(report)) output.total(line);
  return 0;
}

/** Writes files of streams until it is told to end. */
async function copy(
  settings: HeldSettings<typeof COLLECTOR_FLAGS>,
  output: Output,
): Promise<number> {
  const { runCopy } = await import("./lib/run_copy_io.ts");
  await runCopy(settings, output, serveMetrics, stopSignal());
  return 0;
}

/** Loaded when it is needed. */
async function serveMetrics(text: string, output: Output, log: ProgramLog) {
  const { MetricsService } = await import("./lib/run_metrics_io.ts");
  const address = parseLocalAddress(text)!;
  return await MetricsService.open({ program: "collector", address, output, log });
}

/** Loaded when it is needed. */
async function openTop(output: Output, { addr }: Flags) {
  const { Top } = await import("./lib/view/top_io.ts");
  const { collectorView } = await import("./lib/view/collector_view.ts");
  return Top.open(output, collectorView(`farcap-collector at ${addr}`));
}

/** Loaded when it is needed. */
async function openPage(flags: Flags, log: ProgramLog) {
  const { servePage } = await import("./lib/run_www_io.ts");
  const { sensors } = flags;
  const place = await placeOf(flags);
  return await servePage(
    flags,
    place.out,
    {
      enrol: async (wish) => {
        const made = await tokenFor(wish, flags);
        if ("problem" in made) throw new ConfigError("usage", made.problem);
        return made;
      },
      revoke: (name) => revokeSensor(place, name, sensors),
    },
    log,
    place.engine,
  );
}

/** Prints records; returns the exit code: 0 printed, 1 failed, 2 wrong usage, 3 nothing fitted. */
async function dump(args: readonly string[]): Promise<number> {
  const read = readPrinting("-dump", DUMP_PROGRAM_FLAGS, "PATH", dumpUsage, args);
  if (typeof read === "number") return read;
  const { values: flags, positionals, wrongUsage } = read;
  const outcome = dumpOptions({ ...flags, read: [...flags.read, ...positionals] }, {
    ...timeOrigin(),
    terminal: terminalSize(),
  });
  if (!outcome.ok) return wrongUsage(outcome.message);
  const engine = await engineFor(outcome.options.paths, flags);
  if (engine && "problem" in engine) return wrongUsage(engine.problem);
  return await runDump(outcome.options, Deno.stdout, { signal: stopSignal(), engine });
}

/** Prints the ledger; returns the exit code: 0 nothing is missing, 1 failed, 2 wrong usage, 3 something is. */
async function ledger(args: readonly string[]): Promise<number> {
  const read = readPrinting("-ledger", LEDGER_FLAGS, "FOLDER", ledgerUsage, args);
  if (typeof read === "number") return read;
  const { values: flags, positionals, wrongUsage } = read;
  const outcome = ledgerOptions(
    { ...flags, read: [...flags.read, ...positionals] },
    timeOrigin(),
  );
  if (!outcome.ok) return wrongUsage(outcome.message);
  const engine = await engineFor(outcome.options.folders, flags);
  if (engine && "problem" in engine) return wrongUsage(engine.problem);
  return await runLedger(outcome.options, Deno.stdout, { engine });
}

/** Prints devices; returns the exit code: 0 printed, 1 failed, 2 wrong usage, 3 there are none. */
async function devices(args: readonly string[]): Promise<number> {
  const { DEVICES_FLAGS } = await import("./lib/write/devices/devices_flags.ts");
  const { devicesOptions, devicesUsage } = await import("./lib/write/devices/devices_options.ts");
  const read = readPrinting("-devices", DEVICES_FLAGS, "PATH", devicesUsage, args);
  if (typeof read === "number") return read;
  const { values: flags, positionals, wrongUsage } = read;
  const outcome = devicesOptions({ ...flags, read: [...flags.read, ...positionals] }, {
    ...timeOrigin(),
    terminal: terminalSize(),
  });
  if (!outcome.ok) return wrongUsage(outcome.message);
  const { runDevices } = await import("./lib/run_devices_io.ts");
  const engine = await engineFor(outcome.options.paths, flags);
  if (engine && "problem" in engine) return wrongUsage(engine.problem);
  return await runDevices(outcome.options, Deno.stdout, { signal: stopSignal(), engine });
}

/** Writes records as others read them; returns the exit code: 0 written, 1 failed, 2 wrong usage. */
async function exportRecords(args: readonly string[]): Promise<number> {
  const { EXPORT_FLAGS } = await import("./lib/write/export/export_flags.ts");
  const { exportOptions, exportUsage } = await import("./lib/write/export/export_options.ts");
  // Without a format, as before -help, it is the default's.
  const words = args.filter((arg, at) => {
    return !/^--?export$/.test(arg) || /^[^-]/.test(args[at + 1] ?? "");
  });
  const read = readPrinting("-export", EXPORT_FLAGS, "PATH", exportUsage, words);
  if (typeof read === "number") return read;
  const { values: flags, positionals, wrongUsage } = read;
  const outcome = exportOptions({ ...flags, read: [...flags.read, ...positionals] }, timeOrigin());
  if (!outcome.ok) return wrongUsage(outcome.message);
  const engine = await engineFor(outcome.options.paths, flags);
  if (engine && "problem" in engine) return wrongUsage(engine.problem);
  const { runExport } = await import("./lib/run_export_io.ts");
  return await runExport(outcome.options, { signal: stopSignal(), engine });
}

/** Reads the command line of a way to print, by its table; the exit code where there is nothing more to do. */
function readPrinting<const Table extends FlagTable>(
  way: "-devices" | "-dump" | "-export" | "-ledger",
  table: Table,
  positionals: string,
  usage: () => string,
  args: readonly string[],
) {
  const wrongUsage = (message: string) => {
    console.error(`${message}; ${way} -help lists all flags`);
    return 2;
  };
  const answer = (text: string) => {
    console.log(text);
    return 0;
  };
  const explaining = flagToExplain(args.filter((arg) => arg !== way && arg !== `-${way}`));
  if (explaining !== undefined) {
    const explained = explainFlag(table, explaining);
    return "problem" in explained ? wrongUsage(explained.problem) : answer(explained.answer);
  }
  const parsed = parseFlags(`collector ${way}`, table, args, { positionals });
  if (!parsed.ok) return wrongUsage(parsed.message);
  if (parsed.values.help) return answer(usage());
  if (parsed.values.version) return answer(VERSION);
  return { ...parsed, wrongUsage };
}

/** What times that are given are relative to. */
function timeOrigin() {
  return {
    now: BigInt(Date.now()) * 1_000_000n,
    localZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** The size of the terminal that is printed on; undefined when there is none, or it does not tell. */
function terminalSize(): { columns: number; rows: number } | undefined {
  if (!Deno.stdout.isTerminal()) return undefined;
  const size = Deno.consoleSize();
  return size.columns > 0 ? size : undefined;
}

if (import.meta.main) await runMain(main);
