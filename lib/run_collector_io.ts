import { encodeHex } from "./base/bytes/bytes.ts";
import { type Losses, newLossText } from "./base/count/losses.ts";
import { lossesOf } from "./base/count/metric.ts";
import { type Log, SILENT } from "./base/program/log_io.ts";
import { printable } from "./base/text/printable.ts";
import type { Service } from "./base/program/service.ts";
import { typeName } from "./base/record/record_types.ts";
import { knownSensors } from "./seal/access/known_sensors.ts";
import type { CollectorKeys } from "./seal/access/retired_keys.ts";
import { importStaticKey } from "./seal/agreement_key.ts";
import { type KeyPair, keyPairOf, nameOfKey } from "./seal/key.ts";
import type { SensorList } from "./seal/roster.ts";
import { RosterFile } from "./seal/roster_file_io.ts";
import { type Address, formatAddress, sessionAddress } from "./transport/address.ts";
import { parseDatagram } from "./transport/box/datagram.ts";
import { openReceiver } from "./transport/box/open_receiver_io.ts";
import type { Receiver } from "./transport/box/received.ts";
import { requireUdp } from "./transport/require_udp_io.ts";
import type { SessionCounts } from "./transport/server/session_counts.ts";
import { SessionServer } from "./transport/server/session_server_io.ts";
import { CheckThread } from "./verify/check_thread_io.ts";
import { DatagramOpener, type DatagramRefusal } from "./verify/open_datagram.ts";
import { Access } from "./write/access/access_io.ts";
import { ActKeeper } from "./write/acts/act_keeper_io.ts";
import { AlarmWatch } from "./write/alarms/alarm_watch_io.ts";
import { CollectorKeysFile } from "./write/access/collector_keys_io.ts";
import { AccessFolder } from "./write/access/access_folder_io.ts";
import { COLLECTOR_METRICS } from "./write/counts/collector_metrics.ts";
import type { CollectorReading } from "./write/counts/collector_reading.ts";
import type { CollectorReport } from "./write/counts/collector_report.ts";
import { summaryOf } from "./write/counts/collector_totals.ts";
import { SensorStates } from "./write/counts/sensor_states.ts";
import { Watches } from "./write/counts/watches.ts";
import type { CountedStore } from "./write/files/counted_store.ts";
import { DENO_FILES } from "./write/files/deno_files_io.ts";
import { diskSpace } from "./write/counts/disk_space_io.ts";
import { StoreHost } from "./write/files/store_host_io.ts";
import { openRecordStore, type StoreListener } from "./write/files/open_record_store_io.ts";
import type { FileOptions, StoredMember } from "./write/files/store_options.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";
import type { Store } from "./write/store.ts";
import type { BatchTable } from "./write/table/batch_table.ts";
import { TableStore } from "./write/table/table_store.ts";

/** What a collector is to do. */
export interface CollectorOptions extends FileOptions {
  /** Where to listen; port 0 finds a free port whose successor is free too. */
  readonly address: Address;
  /** The collector's private key, 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Reads it again, with those that it took the place of; looked at every 2 s. */
  readonly readKeys?: () => Promise<CollectorKeys>;
  /** Folder of the record files, and of what the collector knows of its sensors; made if need be. */
  readonly out: string;
  /** What keeps records, and who may send, in place of files in `out`, for several collectors. */
  readonly engine?: EngineOptions;
  /** What keeps the records in place of files in `out`, `onStored` being told nothing; closed at the end. */
  readonly table?: BatchTable;
  /** Whether to take the original's datagrams; default true. */
  readonly box?: boolean;
  /** Whether to serve sessions, at the port after that of datagrams; default true. */
  readonly session?: boolean;
  /** File that says who may send; without it everybody may. */
  readonly sensors?: string;
  /** What a row of its books spans at least (default 1 minute). */
  readonly spanMs?: number;
  /** After how long a sensor that has gone without a word is named as silent (default 1 minute). */
  readonly silentAfterMs?: number;
  /** After so many days a sensor's key is named as old; never by default. */
  readonly maxKeyAgeDays?: number | undefined;
  /** How many sensors are told by name in readings, those that come first; default 1,000. */
  readonly maxNames?: number;
  /** Told of each member with records that has been written. */
  readonly onStored?: (stored: StoredMember) => void;
  /** Told how to read all that it counts, until it ends. */
  readonly onReadable?: (read: () => CollectorReading) => void;
  /** What it says; nothing by default. */
  readonly log?: Log;
  /** Told how it fares; nobody by default. */
  readonly service?: Service;
  /** Told of the address once it listens; sessions are at the next port. */
  readonly onListening?: (address: Address) => void;
  /** Told how to make it look at the file of sensors at once, and keep to other limits of files. */
  readonly onReload?: (reload: (limits?: FileOptions) => void) => void;
}

const NO_SESSIONS: SessionCounts = { connections: 0, accepted: 0, turnedAway: 0, violations: 0 };
const SUMMARY_MS = 10_000;
const SILENT_AFTER_MS = 60_000;
const MAX_NAMES = 1000;

/**
 * The collector's half of the way: receive, open, unpack, check, store. Ends when `signal` aborts;
 * what had come by then is stored and synced.
 *
 * ```ts
 * import { newKeyPair, runCollector } from "@farcap/farcap";
 *
 * const { stored } = await runCollector({
 *   address: { hostname: "127.0.0.1", port: 0 },
 *   privateKey: newKeyPair().privateKey,
 *   out: await Deno.makeTempDir(),
 * }, AbortSignal.timeout(100));
 * if (stored.size !== 0) throw new Error("nobody sent anything");
 * ```
 *
 * @throws ConfigError when Deno has no UDP or it cannot listen; StoreError when it cannot store.
 */
export async function runCollector(
  options: CollectorOptions,
  signal: AbortSignal,
): Promise<CollectorReport> {
  const { address, privateKey, out, log = SILENT, service } = options;
  requireUdp();
  const stopped = Promise.withResolvers<void>();
  const onStop = () => stopped.resolve();
  let server: SessionServer | undefined = undefined; // a roster may change before there is one
  const states = new SensorStates(options.maxNames ?? MAX_NAMES, Date.now);
  const storing: StoreListener = {
    onFailure: onStop,
    onStored: (stored) => {
      states.stored(stored.client, stored.count, stored.member.length);
      options.onStored?.(stored);
    },
  };
  using _lock = (options.engine || options.table) && await DENO_FILES.lock(out);
  const fleet = options.engine && await openEngine(options.engine, out, log, storing, signal);
  await using store: CountedStore = fleet
    ? fleet.store
    : options.table
    ? new TableStore(options.table, {
      onFailure: onStop,
      onStored: (client, count, bytes) => states.stored(client, count, bytes),
    })
    : await openRecordStore(out, options, log, storing);
  using whereabouts = fleet?.whereabouts;
  const place = fleet?.place ?? new AccessFolder(DENO_FILES, out);
  let watch: AlarmWatch | undefined = undefined;
  await using acts = new ActKeeper(place, store, log);
  let publicKey: Uint8Array | undefined = undefined;
  const lookAtLists = () => {
    if (publicKey) acts.look(publicKey, sensors?.roster.entries ?? new Map());
  };
  const onSensors = () => {
    server?.review();
    watch?.review();
  };
  const onLists = () => {
    onSensors();
    lookAtLists();
  };
  using sensors = options.sensors === undefined
    ? undefined
    : await RosterFile.open(options.sensors, { log, onChange: onLists });
  using access = await Access.open({
    place,
    listed: () => sensors?.roster,
    ...(options.maxKeyAgeDays !== undefined && { maxKeyAgeMs: options.maxKeyAgeDays * 86_400_000 }),
    log,
    onActs: () => acts.poke(),
    onChange: onSensors,
  });
  const roster = () => access.sensors;
  watch = await AlarmWatch.open({
    ...{ layer: DENO_FILES, folder: out, store, sensors: roster, log },
    silentAfterMs: options.silentAfterMs ?? SILENT_AFTER_MS,
    oldKeys: () => access.oldKeys,
    ...(whereabouts && { whereabouts }),
  });
  await using alarms = watch;
  options.onReload?.((limits) => {
    if (limits) store.limit?.(limits);
    sensors?.reload();
    access.refresh();
  });

  await using boxes = options.box === false ? undefined : await openReceiver(address);
  const boxAddress = boxes?.address ?? address; // port 0 is any, where no datagrams are taken
  using thread = options.session === false
    ? undefined
    : await CheckThread.start((why) =>
      log.problem("check", `Batches are looked at in one thread: ${why}`)
    );
  const host = new StoreHost(store, roster, log, {
    ...{ access, watch: new Watches([alarms, states]), thread },
  });
  const opener = new DatagramOpener(privateKey, roster);
  const keys = await options.readKeys?.() ??
    { accepted: [keyPairOf(privateKey)] as const, retired: [] };
  const onKeys = async ({ accepted, retired }: CollectorKeys) => {
    publicKey = accepted[0].publicKey;
    lookAtLists();
    opener.setKeys(accepted.map((pair) => pair.privateKey));
    server?.setKeys(...await importKeys({ accepted, retired }));
    log.line(
      `public key ${encodeHex(accepted[0].publicKey)}, and ${accepted.length - 1} before it`,
    );
  };
  opener.setKeys(keys.accepted.map((pair) => pair.privateKey));
  publicKey = keys.accepted[0].publicKey;
  lookAtLists();
  const [serverKeys, retiredKeys] = await importKeys(keys);
  server = options.session === false ? undefined : new SessionServer({
    address: boxAddress.port === 0 ? boxAddress : sessionAddress(boxAddress),
    keys: serverKeys,
    retiredKeys,
    host,
    log,
  });
  await using _ending = server;
  using _looking = options.readKeys &&
    new CollectorKeysFile(options.readKeys, keys, { log, onChange: onKeys });
  const refused = new Map<DatagramRefusal, number>();
  const report = (): CollectorReport => ({
    datagrams: boxes?.received ?? 0,
    overflowed: boxes?.overflowed ?? 0,
    refused,
    unstored: store.counts.unstored,
    session: { ...NO_SESSIONS, ...server?.counts, ...host.counts },
    stored: store.counts.stored,
    expired: store.counts.expired,
    damagedFiles: store.counts.damagedFiles,
  });
  options.onReadable?.((): CollectorReading => ({
    report: report(),
    store: store.counts,
    server: server?.state,
    disk: diskSpace(out),
    refusals: host.refusals,
    alarms: alarms.standing.map(({ name, kind }) => ({ client: states.nameOf(name), kind })),
    isOpen: access.sensors === undefined,
    sensors: states.states, // behind those of which alarms tell
    known: () => knownSensors(access.state, sensors?.roster.entries ?? new Map(), Date.now()),
  }));
  let said = "";
  let lost: Losses = {};
  const summary = setInterval(() => {
    const now = report();
    const lines = summaryOf(now);
    if (lines.join() !== said) lines.forEach((line) => log.detail(line));
    said = lines.join();
    const losses = lossesOf(COLLECTOR_METRICS, { report: now });
    const text = newLossText(lost, losses);
    if (text !== undefined) log.problem("lost", `Lost in the last 10 s: ${text}`);
    lost = losses;
    service?.status(lines.join("; "));
  }, SUMMARY_MS);
  signal.addEventListener("abort", onStop);
  if (signal.aborted) onStop();
  try {
    if (!access.sensors) {
      log.problem(
        "sensors",
        "Any key may send, under any name: -sensors FILE or -enroll restricts that",
      );
    }
    const listening = boxes?.address ?? portBefore(server!.address);
    options.onListening?.(listening);
    service?.ready();
    service?.status(`listening on ${formatAddress(listening)}`);
    service?.watch(() => store.commit());
    const taking = boxes && takeDatagrams(boxes, opener, {
      roster,
      store,
      refused,
      log,
    });
    await Promise.race([stopped.promise, taking ?? stopped.promise]);
    service?.stopping();
    await Promise.all([boxes?.close(), server?.close()]);
    await taking;
    await store.commit();
    return report();
  } finally {
    clearInterval(summary);
    signal.removeEventListener("abort", onStop);
  }
}

/** Loaded when it is needed. */
async function openEngine(
  options: EngineOptions,
  out: string,
  log: Log,
  { onStored }: StoreListener,
  signal: AbortSignal,
) {
  const { openFleet } = await import("./write/nats/open_fleet_io.ts");
  return await openFleet({ ...options, onStored }, { layer: DENO_FILES, path: out }, log, signal);
}

async function importKeys({ accepted, retired }: CollectorKeys) {
  const all = (pairs: readonly KeyPair[]) => Promise.all(pairs.map(importStaticKey));
  return [await all(accepted), await all(retired)] as const;
}

/** Opens, checks and stores datagrams until no more come. */
async function takeDatagrams(
  boxes: Receiver,
  opener: DatagramOpener,
  { roster, store, refused, log }: {
    readonly roster: () => SensorList | undefined;
    readonly store: Store;
    readonly refused: Map<DatagramRefusal, number>;
    readonly log: Log;
  },
): Promise<void> {
  for await (const { bytes, from } of boxes) {
    const source = formatAddress(from);
    log.detail(`packet-received: bytes=${bytes.length} from=${source}`);
    const opened = opener.open(bytes, performance.now());
    if ("refusal" in opened) {
      const { refusal } = opened;
      refused.set(refusal, (refused.get(refusal) ?? 0) + 1);
      const wanted = refusal === "not a sensor that may use datagrams"
        ? boxLine(bytes, roster())
        : "";
      log.problem(
        refusal,
        `Refused a datagram of ${bytes.length} bytes from ${source}: ${refusal}${wanted}`,
      );
      continue;
    }
    const { batch } = opened;
    const client = printable(batch.clientId);
    log.detail(`decoded batch NC_${typeName(batch.type)} from client ${client}`, {
      sensor: client,
    });
    await store.append(batch);
  }
}

/** The line that would let the sender of a datagram send such; whoever sent it has proved nothing. */
function boxLine(bytes: Uint8Array, roster: SensorList | undefined): string {
  const datagram = parseDatagram(bytes);
  if (!datagram) return "";
  const { publicKey } = datagram;
  const name = roster?.entryOf(publicKey)?.name ?? nameOfKey(publicKey);
  return `; wanted in the file of -sensors: ${encodeHex(publicKey)} ${name} box`;
}

function portBefore({ hostname, port }: Address): Address {
  return { hostname, port: port - 1 };
}
