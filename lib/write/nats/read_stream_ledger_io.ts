import {
  CollectorSpanSchema,
  type OperatorAct,
  OperatorActSchema,
  SensorAlarmSchema,
  SensorMinuteSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { messageOf, StoreError } from "../../base/errors.ts";
import { SILENT } from "../../base/program/log_io.ts";
import { isMadeByCollector } from "../../base/record/record_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import { clientOfFolder, COLLECTOR_ITSELF, foldersMeant } from "../files/client_name.ts";
import { causesOfActs } from "../ledger/act_causes.ts";
import { sortedCauses } from "../ledger/cause.ts";
import { ClientAccount, type ClientLedger } from "../ledger/client_account.ts";
import { MAX_SILENCE_NS, SLACK_NS } from "../ledger/coverage.ts";
import type { LedgerReading } from "../ledger/read_ledger_io.ts";
import { overlaps } from "../ledger/stored_files.ts";
import { ClientStream } from "./client_stream_io.ts";
import type { EngineOptions } from "./engine_access.ts";
import { NatsEngine } from "./nats_engine_io.ts";
import { streamInfo } from "./stream_info_io.ts";
import { STREAM, SUBJECTS } from "./subjects.ts";

/** A client, and the subjects of its batches. */
interface ClientSubjects {
  readonly client: string;
  readonly subjects: string;
}

/**
 * The ledgers of the clients in a stream, as `readLedger` tells those of files made of it. Of messages
 * only the headers are read, and those that hold rows.
 *
 * @throws EngineError When the engine does not answer, or has no such stream.
 */
export async function* readStreamLedger(
  access: EngineOptions,
  { clients, now, onNotice, onUnreadable, ...wanted }: LedgerReading = {},
): AsyncGenerator<ClientLedger, void> {
  const at = now ?? BigInt(Date.now()) * 1_000_000n;
  await using engine = await NatsEngine.connect(access, SILENT);
  const { all, firstAt } = await clientsIn(engine);
  const acts = await actsOf(engine, all);
  for (const client of clients ?? []) {
    if (all.some((each) => foldersMeant(client).includes(each.client))) continue;
    onNotice?.(`No books of a client "${client}"`);
  }
  const meant = clients && new Set(clients.flatMap(foldersMeant));
  for (const each of all) {
    const { client, subjects } = each;
    if (
      client === COLLECTOR_ITSELF || !foldersMeant(client).some((name) => meant?.has(name) ?? true)
    ) {
      continue;
    }
    try {
      const stream = new ClientStream(engine, subjects);
      const books = await readClient(stream, client, { wanted, now: at, firstAt });
      yield {
        ...books,
        causes: sortedCauses([...books.causes, ...causesOfActs(acts, client, wanted)]),
      };
    } catch (cause) {
      const why = `Cannot read the books of "${client}" at ${engine.name}: ${messageOf(cause)}`;
      onUnreadable?.(new StoreError("read-failed", why, { cause }));
    }
  }
}

/** The clients of which there is something, by their names, and when the oldest message was stored. */
async function clientsIn(
  engine: NatsEngine,
): Promise<{ readonly all: readonly ClientSubjects[]; readonly firstAt: bigint }> {
  const { state } = await streamInfo(engine, STREAM, {
    subjects_filter: SUBJECTS[STREAM]!,
  });
  const found = new Map<string, ClientSubjects>();
  for (const subject of Object.keys(state.subjects ?? {})) {
    const [, , partition, token = ""] = subject.split(".");
    const folder = token.replaceAll("%2E", ".");
    const client = clientOfFolder(folder) ?? folder;
    found.set(token, { client, subjects: `farcap.1.${partition}.${token}.>` });
  }
  const all = [...found.values()].sort((a, b) => a.client < b.client ? -1 : 1);
  const isWhole = state.first_seq <= 1;
  return { all, firstAt: isWhole ? 0n : BigInt(Date.parse(`${state.first_ts}`)) * 1_000_000n };
}

/** What operators did at the collectors. */
async function actsOf(
  engine: NatsEngine,
  clients: readonly ClientSubjects[],
): Promise<readonly OperatorAct[]> {
  const itself = clients.find(({ client }) => client === COLLECTOR_ITSELF);
  const acts: OperatorAct[] = [];
  if (!itself) return acts;
  const stream = new ClientStream(engine, itself.subjects);
  for await (const head of stream.heads(undefined)) {
    for (const { row } of await stream.rows(head, OperatorActSchema)) acts.push(row);
  }
  return acts;
}

/** Which times, and since when the stream has all of them, ns since 1970; 0: since ever. */
interface Reading {
  readonly wanted: TimeSpan;
  readonly now: bigint;
  readonly firstAt: bigint;
}

async function readClient(
  stream: ClientStream,
  client: string,
  { wanted, now, firstAt }: Reading,
): Promise<ClientLedger> {
  const account = new ClientAccount(client, wanted, now);
  const since = wanted.from === undefined ? undefined : wanted.from - MAX_SILENCE_NS;
  const until = wanted.to === undefined ? undefined : wanted.to + MAX_SILENCE_NS;
  if (since !== undefined && await isOlder(stream, since)) account.addOlderBooks();
  const spans = [];
  const alarms = [];
  for await (const each of stream.heads(since)) {
    for (const { row, place } of await stream.rows(each, SensorMinuteSchema)) {
      account.addSensorRow(row, place);
    }
    for (const { row } of await stream.rows(each, CollectorSpanSchema)) spans.push(row);
    for (const { row } of await stream.rows(each, SensorAlarmSchema)) alarms.push(row);
    if (until !== undefined && each.message.storedAt > until) break;
  }
  account.expect();
  let { from, to } = account.arrivals;
  const arrivals = { from, to };
  for (const row of spans) {
    if (!overlaps(row.SpanStart, row.Timestamp, arrivals)) continue;
    account.addSpan(row);
    if (from !== undefined && row.SpanStart < from) from = row.SpanStart;
    if (to !== undefined && row.Timestamp > to) to = row.Timestamp;
  }
  for (const row of alarms) account.addAlarm(row);
  await addMembers(stream, account, { from, to }, firstAt);
  return account.finish();
}

async function isOlder(stream: ClientStream, since: bigint): Promise<boolean> {
  for await (const { message } of stream.heads(undefined)) return message.storedAt < since;
  return false;
}

/** Counts members again, and notes what limits of the stream have discarded. */
async function addMembers(
  stream: ClientStream,
  account: ClientAccount,
  { from, to }: TimeSpan,
  firstAt: bigint,
): Promise<void> {
  const lowest = new Map<bigint, bigint>();
  const since = from === undefined ? undefined : from - SLACK_NS;
  for await (const each of stream.heads(since)) {
    if (to !== undefined && each.message.storedAt > to + SLACK_NS) break;
    for (const { type, place } of await stream.places(each)) {
      const { session, sequence } = place;
      const before = lowest.get(session);
      if (before === undefined || sequence < before) lowest.set(session, sequence);
      if (!isMadeByCollector(type)) account.addMember(type, place, false);
    }
  }
  const isBehind = since !== undefined && since > firstAt;
  if (firstAt === 0n || isBehind) return;
  for (const session of account.sessions) {
    if (session !== 0n) account.discard(session, (lowest.get(session) ?? ALL) - 1n);
  }
}

const ALL = 1n << 63n;
