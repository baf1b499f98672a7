/** The collector: receives what sensors send and keeps it in record files; prints these too. */
import { encodeHex } from "./lib/base/bytes.ts";
import { type FlagTable, parseFlags } from "./lib/base/flags.ts";
import { terminalLog } from "./lib/base/log_io.ts";
import { typeName } from "./lib/base/record_types.ts";
import { runMain } from "./lib/base/run_main_io.ts";
import { stopSignal } from "./lib/base/stop_signal_io.ts";
import { usageText } from "./lib/base/usage_text.ts";
import { VERSION } from "./lib/base/version.ts";
import { type CollectorReport, runCollector, summaryOf } from "./lib/run_collector_io.ts";
import { runDump } from "./lib/run_dump_io.ts";
import { keyPairOf } from "./lib/seal/key.ts";
import { readPrivateKey, writeKeyPair } from "./lib/seal/key_file_io.ts";
import { formatAddress, MAX_PORT, parseAddress, sessionAddress } from "./lib/transport/address.ts";
import { DUMP_FLAGS, dumpOptions } from "./lib/write/read/dump_options.ts";
import { STORE_DEFAULTS } from "./lib/write/files/store_options.ts";

const SUMMARY = "receives audit records from sensors and keeps them in files; prints such files";

const FLAGS = {
  addr: {
    kind: "string",
    default: "127.0.0.1:1335",
    value: "HOST:PORT",
    help: "where to listen; port 0 takes a free port, with the next one free too",
  },
  privkey: {
    kind: "string",
    value: "FILE|HEX",
    help: "the collector's private key: a file or 64 hex digits; required",
  },
  sensors: {
    kind: "string",
    value: "FILE",
    help: "file of the sensors that may send, a line each: KEY NAME, then box if it may send " +
      "datagrams; read again when it changes (default: any sensor, under any name)",
  },
  session: {
    kind: "boolean",
    default: true,
    help: "serve sessions, at the port after that of -addr",
  },
  box: { kind: "boolean", default: true, help: "accept Netcap's datagrams" },
  out: { kind: "string", default: "records", value: "FOLDER", help: "where the record files go" },
  "rotate-size": {
    kind: "integer",
    default: STORE_DEFAULTS.rotateBytes,
    min: 65_536,
    max: STORE_DEFAULTS.rotateBytes,
    value: "BYTES",
    help: "begin a new record file before one grows beyond this; a single batch may be larger",
  },
  "rotate-age": {
    kind: "duration",
    default: "0",
    help: "begin a new record file when one is this old; 0: never",
  },
  "keep-days": {
    kind: "integer",
    min: 1,
    max: 36_500,
    value: "DAYS",
    help: "delete record files this long after their rotation (default: never)",
  },
  "keep-bytes": {
    kind: "integer",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    value: "BYTES",
    help: "delete a client's oldest rotated files when its files take more (default: never)",
  },
  "gen-keypair": {
    kind: "boolean",
    default: false,
    help: "write a new key pair, pub.key and priv.key, into the current folder and exit",
  },
  force: { kind: "boolean", default: false, help: "with -gen-keypair: replace existing keys" },
  verbose: { kind: "boolean", default: false, help: "print a line for every datagram and batch" },
  dump: { kind: "boolean", default: false, help: "print the records of a file and exit" },
  ...DUMP_FLAGS,
  version: { kind: "boolean", default: false, help: "print the version and exit" },
  help: { kind: "boolean", default: false, help: "print this text and exit" },
} as const satisfies FlagTable;

/** Runs the program; returns its exit code: 0 ended, 1 failed, 2 wrong usage. */
async function main(args: string[]): Promise<number> {
  const usage = () => usageText("collector", SUMMARY, FLAGS, { positionals: "FILE" });
  const wrongUsage = (message: string) => {
    console.error(`${message}; collector -help lists all flags`);
    return 2;
  };
  const parsed = parseFlags("collector", FLAGS, args, { positionals: "FILE" });
  if (!parsed.ok) return wrongUsage(parsed.message);
  const { values: flags, positionals } = parsed;
  if (flags.help) {
    console.log(usage());
    return 0;
  }
  if (flags.version) {
    console.log(VERSION);
    return 0;
  }
  const [unexpected] = positionals.slice(flags.dump && flags.read === undefined ? 1 : 0);
  if (unexpected !== undefined) return wrongUsage(`Unexpected argument "${unexpected}"`);
  if (flags["gen-keypair"]) {
    await writeKeyPair(".", flags.force);
    console.log("wrote keys");
    return 0;
  }
  if (flags.dump) {
    const dump = dumpOptions({ ...flags, read: flags.read ?? positionals[0] }, {
      now: BigInt(Date.now()) * 1_000_000n,
      localZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
    if (!dump.ok) return wrongUsage(dump.message);
    return await runDump(dump.options, Deno.stdout, { signal: stopSignal() });
  }

  const address = parseAddress(flags.addr, "0.0.0.0");
  if (!address) return wrongUsage(`Wrong value "${flags.addr}" of -addr: wanted HOST:PORT`);
  if (flags.out === "") return wrongUsage('Wrong value "" of -out: wanted a folder');
  if (!flags.box && !flags.session) {
    return wrongUsage("Nothing to serve: -box and -session are off");
  }
  if (flags.session && address.port === MAX_PORT) {
    return wrongUsage(`Wrong port ${MAX_PORT} of -addr: sessions use the next one`);
  }
  if (!flags.privkey) {
    return wrongUsage("Cannot receive: no private key; wanted -privkey FILE or 64 hex digits");
  }
  const privateKey = await readPrivateKey(flags.privkey, "private key", console.error);
  const log = terminalLog(flags.verbose);
  const report = await runCollector({
    address,
    privateKey,
    out: flags.out,
    box: flags.box,
    session: flags.session,
    ...(flags.sensors !== undefined && { sensors: flags.sensors }),
    onReload: (reload) => {
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", reload);
    },
    rotateBytes: flags["rotate-size"],
    rotateAgeMs: flags["rotate-age"],
    keepDays: flags["keep-days"],
    keepBytes: flags["keep-bytes"],
    log,
    onListening: (address) => {
      log.line(`listening on ${formatAddress(address)}`);
      if (flags.session) {
        log.line(`sessions on ${formatAddress(sessionAddress(address))}`);
      }
      log.line(`public key ${encodeHex(keyPairOf(privateKey).publicKey)}`);
    },
  }, stopSignal());
  printTotals(report);
  return 0;
}

/** Prints what became of every datagram. */
function printTotals(report: CollectorReport): void {
  for (const line of summaryOf(report)) console.log(line);
  for (const [reason, count] of report.refused) console.log(`refused, ${reason}: ${count}`);
  for (const [type, { batches, records, bytes, packedBytes }] of report.stored) {
    console.log(
      `${typeName(type)}: batches=${batches} records=${records} bytes=${bytes} ` +
        `stored=${packedBytes}`,
    );
  }
}

if (import.meta.main) await runMain(main);
