import { create } from "@bufbuild/protobuf";
import { HeaderSchema } from "../../../proto/gen/netcap_pb.ts";
import { StoreError } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { splitRecords } from "../../base/record/delimited.ts";
import { recordSchema } from "../../base/record/record_schemas.ts";
import type { RecordSchema } from "../../base/record/schema_types.ts";
import { counted } from "../../base/text/counted.ts";
import { printable } from "../../base/text/printable.ts";
import { foldersMeant } from "../files/client_name.ts";
import type { RecordFilter } from "../query/record_filter.ts";
import { spanFilter } from "../query/span_filter.ts";
import type { RowOptions, RowStep } from "../read/read_rows_io.ts";
import type { StepOptions } from "../read/read_records_io.ts";
import type { PlacedBurst, Step } from "../read/record_burst.ts";
import type { EngineOptions } from "./engine_access.ts";
import { EngineError } from "./engine_error.ts";
import { type FoundMember, membersOf } from "./message_batches.ts";
import { type MessageHead, parseHead } from "./message_head.ts";
import { NatsEngine } from "./nats_engine_io.ts";
import { cannotRead, streamInfo } from "./stream_info_io.ts";
import { type ReadMessage, streamMessages } from "./stream_messages_io.ts";
import { ID_SUBJECT, STATE_STREAM, STREAM } from "./subjects.ts";
import { wholePayload } from "./whole_payload_io.ts";

/**
 * Reads records of a stream in the order in which they were stored, as `readRows` does of files. The
 * stream is one row, `FARCAP`; a place in it is behind a message, and only the last burst of one tells it.
 *
 * @throws EngineError When the engine does not answer, or has no such stream.
 */
export async function* readStreamRows(
  access: EngineOptions,
  options: RowOptions,
): AsyncGenerator<RowStep> {
  const { places, follow = false, signal, onNotice = () => {} } = options;
  await using engine = await NatsEngine.connect(access, noticing(onNotice));
  const id = await idOf(engine);
  const { state, created } = await streamInfo(engine, STREAM);
  const file = `${id} ${created}`;
  const place = places.get(STREAM);
  const isThat = place?.file === file && place.offset <= state.last_seq;
  if (place && !isThat) {
    onNotice(`${STREAM}: the stream that was read is gone; records in it may be missing`);
  }
  let after = isThat ? place.offset : 0;
  const reader = new MessageRecords(engine, file, options);
  const wish = { after, follow, signal: signal ?? undefined };
  const onStall = (why: string) => onNotice(`Cannot read at ${engine.name}: ${why}; tried again`);
  for await (const message of streamMessages(engine, STREAM, { ...wish, onStall })) {
    if (message === "idle" && !follow) break;
    if (message === "idle") {
      yield message;
      continue;
    }
    const gone = message.seq - after - 1;
    if (after > 0 && gone > 0) {
      onNotice(`${STREAM}: ${counted(gone, "message")} discarded before it was read`);
    }
    after = message.seq;
    for await (const burst of reader.of(message)) yield { row: STREAM, burst };
    if (!follow && after >= state.last_seq) break;
  }
  if (!follow) reader.noteMissing();
}

/**
 * The same for who wants no places: bursts with records, which are counted with `countOnly`.
 *
 * @throws EngineError As above.
 */
export async function* readStreamSteps(
  access: EngineOptions,
  options: StepOptions,
): AsyncGenerator<Step> {
  for await (const step of readStreamRows(access, { ...options, places: new Map() })) {
    if (step === "idle") yield step;
    else if (step.burst.records.length > 0) {
      const { records } = step.burst;
      yield options.countOnly
        ? { ...step.burst, records: [], counted: records.length }
        : step.burst;
    }
  }
}

/** What tells this store from all others. */
async function idOf(engine: NatsEngine): Promise<string> {
  const found = await engine.last(STATE_STREAM, ID_SUBJECT).catch((error) => {
    throw cannotRead(engine, STATE_STREAM, error);
  });
  const id = found?.header("Farcap-Store");
  if (id) return id;
  const why = "no collector has stored there; wanted: one with -store";
  throw new EngineError(`Cannot read records of ${engine.name}: ${why}`, false);
}

/** A log for who wants lines. */
function noticing(onNotice: (line: string) => void): Log {
  return { line: onNotice, detail() {}, problem: (_reason, text) => onNotice(text) };
}

/** What is wanted of a type's records. */
interface TypeFilters {
  readonly schema: RecordSchema;
  readonly filters: readonly RecordFilter[];
}

/** The records in messages. */
class MessageRecords {
  readonly #engine: NatsEngine;
  readonly #file: string;
  readonly #options: RowOptions;
  readonly #folders: ReadonlySet<string> | undefined;
  readonly #types = new Map<number, TypeFilters>();
  readonly #seen = new Set<string>();

  constructor(engine: NatsEngine, file: string, options: RowOptions) {
    this.#engine = engine;
    this.#file = file;
    this.#options = options;
    this.#folders = options.clients && new Set(options.clients);
  }

  /** Those of a message that are wanted, and at its end its place. */
  async *of(message: ReadMessage): AsyncGenerator<PlacedBurst> {
    const head = parseHead((name) => message.header(name));
    if (!head) this.#refuse(message, "its headers are none that it should have");
    else if (head.piece === head.pieces && this.#isWanted(head)) {
      const payload = await wholePayload(this.#engine, message, head);
      const found = payload
        ? membersOf(head, payload)
        : { problem: "pieces of it are not there any more" };
      if ("problem" in found) this.#refuse(message, found.problem);
      else yield* this.#bursts(head, found);
    }
    const place = { file: this.#file, isDone: false, offset: message.seq, records: 0 };
    yield { ...burstOf(head?.client ?? "", 0, HeaderSchema, []), place };
  }

  /** Says which of the clients that were asked for are not there. */
  noteMissing(): void {
    for (const client of this.#options.clients ?? []) {
      if (foldersMeant(client).some((each) => this.#seen.has(each))) continue;
      this.#options.onNotice?.(`No records of a client "${client}"`);
    }
  }

  #isWanted({ client }: MessageHead): boolean {
    const isWanted = !this.#folders ||
      foldersMeant(client).some((name) => this.#folders!.has(name));
    if (isWanted && this.#folders) foldersMeant(client).forEach((name) => this.#seen.add(name));
    return isWanted;
  }

  *#bursts({ client }: MessageHead, members: readonly FoundMember[]): Iterable<PlacedBurst> {
    const ordered = this.#options.byTime ? members.toSorted(byFirstTime) : members;
    for (const { header, entry, records } of ordered) {
      const { type } = entry.claims[0]!;
      const of = header.reason === 0 ? this.#typeOf(type, client) : undefined;
      if (!of) continue;
      const wanted = splitRecords(records).filter((record) =>
        of.filters.every((isWanted) => isWanted(record, 0, record.length))
      );
      yield burstOf(client, type, of.schema, wanted);
    }
  }

  /** Undefined for a type that nobody wants. */
  #typeOf(type: number, client: string): TypeFilters | undefined {
    const known = this.#types.get(type);
    if (known) return known;
    const schema = recordSchema(type);
    const { types, from, to, filterOf, isWanted = (_file, isOfType) => isOfType } = this.#options;
    if (!schema) return undefined;
    const start = burstOf(client, type, schema, []);
    if (!isWanted(start, types?.includes(schema.name) ?? true)) return undefined;
    const filters = [spanFilter(schema, from, to), filterOf?.(schema)];
    const made = { schema, filters: filters.filter((each) => each !== undefined) };
    this.#types.set(type, made);
    return made;
  }

  #refuse({ seq, subject }: ReadMessage, why: string): void {
    const line = `Cannot read message ${seq} of ${printable(subject)}: ${why}`;
    this.#options.onUnreadable?.(new StoreError("damaged", line));
  }
}

function burstOf(
  client: string,
  type: number,
  schema: RecordSchema,
  records: readonly Uint8Array[],
): PlacedBurst {
  const header = create(HeaderSchema, { InputSource: client, Type: type });
  return { path: STREAM, client, header, schema, records, counted: 0, problems: [] };
}

function byFirstTime({ header: a }: FoundMember, { header: b }: FoundMember): number {
  return a.firstTime < b.firstTime ? -1 : a.firstTime > b.firstTime ? 1 : 0;
}
