import { parseHex } from "../../base/bytes/bytes.ts";
import { encodeHex } from "../../base/bytes/bytes.ts";
import { COLLECTOR_DEFAULTS } from "../../base/collector_defaults.ts";
import type { Log } from "../../base/program/log_io.ts";
import { printable } from "../../base/text/printable.ts";
import { COLLECTOR_ITSELF } from "../files/client_name.ts";
import type { EngineOptions } from "./engine_access.ts";
import { EngineError } from "./engine_error.ts";
import { NatsEngine } from "./nats_engine_io.ts";
import { NatsStore, type NatsStoreOptions } from "./nats_store_io.ts";
import { onceThere } from "./once_there_io.ts";
import { openStream } from "./open_stream_io.ts";
import { probe, unusable } from "./probe_io.ts";
import { batchSubject, ID_SUBJECT, STATE_STREAM, STREAM } from "./subjects.ts";

const ID_BYTES = 16;
const MIN_PAYLOAD_BYTES = 16_384;

/**
 * Opens the store in an engine, whose streams are made where they are missing.
 *
 * @param signal Ends the wait for an engine that is away; undefined: there is none.
 * @throws EngineError When it does not answer, or its streams are not such that what is acknowledged is kept.
 */
export function openNatsStore(
  options: EngineOptions & Pick<NatsStoreOptions, "retryMs" | "spanMs" | "onStored">,
  log: Log,
  signal?: AbortSignal,
): Promise<OpenedStore> {
  return onceThere(() => open(options, log), log, signal);
}

async function open(
  options: EngineOptions & Pick<NatsStoreOptions, "retryMs" | "spanMs" | "onStored">,
  log: Log,
): Promise<OpenedStore> {
  const engine = await NatsEngine.connect(options, log);
  try {
    const warning = await openStream(engine, STREAM, "all", options);
    await openStream(engine, STATE_STREAM, "last", options);
    if (engine.maxPayloadBytes < MIN_PAYLOAD_BYTES) {
      const line =
        `Cannot store at ${engine.name}: it takes messages of ${engine.maxPayloadBytes} ` +
        `bytes; wanted: max_payload of ${MIN_PAYLOAD_BYTES} or more`;
      throw new EngineError(line, false);
    }
    await probe(engine, batchSubject("probe", 0n));
    const id = await openId(engine);
    if (warning !== undefined) log.line(`the stream ${STREAM} of ${engine.name}: ${warning}`);
    return new OpenedStore(engine, id, {
      ...options,
      spanMs: options.spanMs ?? COLLECTOR_DEFAULTS.spanMs,
      onStalled: (why) =>
        log.problem("engine stalled", `Cannot store at ${engine.name}: ${why}; batches wait`),
      onResumed: () => log.line("storing again"),
      onDiscarded: (subject) =>
        log.problem(
          "discarded",
          `The last message of ${subject} was discarded by a limit of ${STREAM}`,
        ),
      onFenced: (client) => {
        if (client === COLLECTOR_ITSELF) return; // whoever of them is first
        log.line(`another collector stores a session of ${printable(client)} now`);
      },
    });
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/** A store that ends its connection, too. */
export class OpenedStore extends NatsStore {
  readonly engine: NatsEngine;

  constructor(engine: NatsEngine, id: Uint8Array, options: NatsStoreOptions) {
    super(engine, id, options);
    this.engine = engine;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.engine[Symbol.asyncDispose]();
  }
}

/** What tells this place from all others: made by whoever comes first. */
async function openId(engine: NatsEngine): Promise<Uint8Array> {
  const made = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  const published = await engine.publish({
    subject: ID_SUBJECT,
    headers: [["Farcap-Store", encodeHex(made)]],
    payload: new Uint8Array(),
    after: 0,
  });
  if (published.kind === "stored") return made;
  const found = published.kind === "another is last"
    ? await engine.last(STATE_STREAM, ID_SUBJECT)
    : undefined;
  const id = parseHex(found?.header("Farcap-Store") ?? "");
  if (id?.length === ID_BYTES) return id;
  throw unusable(engine, published, `${ID_SUBJECT} has no id of a store`);
}
