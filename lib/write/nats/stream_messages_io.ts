import { AckPolicy, type ConsumerInfo, DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import { rest } from "../../base/wait/rest_io.ts";
import { messagesAtOnce, storedMessage } from "./delivered_messages_io.ts";
import type { StoredMessage } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import { mayPass, type NatsEngine, whyOf } from "./nats_engine_io.ts";
import { cannotRead } from "./stream_info_io.ts";

/** Which messages of a stream somebody wants. */
export interface MessageWish {
  /** Only those behind this number; by default all that are there. */
  readonly after?: number;
  /** Only those that were stored then or later, ns since 1970; not with `after`. */
  readonly since?: bigint;
  /** Only those of these subjects. */
  readonly subjects?: string;
  /** Without their payloads. */
  readonly headersOnly?: boolean;
  /** Waits for what is stored next, and for an engine that is away. */
  readonly follow?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Told why nothing is read just now, each time that it is tried again. */
  readonly onStall?: (why: string) => void;
}

/** A message, and when it was stored, ns since 1970. */
export interface ReadMessage extends StoredMessage {
  readonly storedAt: bigint;
}

/** Messages without payloads that are asked for at a time. */
const MAX_HEADERS = 500;
/** How long a question lasts for messages that are there, and for one that may come. */
const FETCH_MS = 2000;
const WAIT_MS = 30_000;
/** How often it is said that there are no more. */
const IDLE_MS = 200;
const RETRY_MS = 1000;
/** Without `follow` an engine that does not answer is waited for so long. */
const GIVE_UP_MS = 15_000;
const ANEW = "it was made anew; wanted: another run, which reads it from its beginning";
/** The engine forgets a reader that has not asked for so long, ns. */
const FORGET_NS = 300 * 1e9;

/**
 * Reads messages of a stream in order, each once: numbers of delivery tell when one has not arrived, and
 * then it is asked for anew. `"idle"`: there are no more by now; said again and again.
 *
 * @throws EngineError When the engine does not answer, or refuses.
 */
export async function* streamMessages(
  engine: NatsEngine,
  stream: string,
  wish: MessageWish,
): AsyncGenerator<ReadMessage | "idle"> {
  const { follow = false, signal } = wish;
  let after = wish.after;
  let made = "";
  let heardMs = performance.now();
  while (!signal?.aborted) {
    let name: string | undefined;
    try {
      if (follow) {
        const { created } = await engine.streams.streams.info(stream);
        if (made !== "" && made !== created) throw new EngineError(ANEW, false);
        made = created;
      }
      const info = await open(engine, stream, { ...wish, after });
      name = info.name;
      for await (const each of deliveries(engine, info, wish)) {
        heardMs = performance.now();
        if (each === "idle") {
          yield each;
          continue;
        }
        after = each.seq;
        yield readMessage(each);
      }
    } catch (error) {
      if (signal?.aborted) return;
      const isOver = !follow && performance.now() - heardMs > GIVE_UP_MS;
      if (isOver || !mayPass(error)) throw cannotRead(engine, stream, error);
      wish.onStall?.(whyOf(error, `the stream ${stream}`));
      await rest(RETRY_MS, signal);
    } finally {
      if (name !== undefined) await engine.streams.consumers.delete(stream, name).catch(() => {});
    }
  }
}

/** A consumer that the engine forgets by itself. */
async function open(
  engine: NatsEngine,
  stream: string,
  { after, since, subjects, headersOnly }: MessageWish,
): Promise<ConsumerInfo> {
  const begin = after === undefined && since !== undefined
    ? {
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: new Date(Number(since / 1_000_000n)).toISOString(),
    }
    : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: (after ?? 0) + 1 };
  return await engine.streams.consumers.add(stream, {
    ...begin,
    name: `farcap-reader-${crypto.randomUUID()}`,
    ack_policy: AckPolicy.None,
    inactive_threshold: FORGET_NS,
    mem_storage: true,
    num_replicas: 1,
    ...(subjects !== undefined && { filter_subject: subjects }),
    ...(headersOnly && { headers_only: true }),
  });
}

/** What a consumer delivers, until something has not arrived. */
async function* deliveries(
  engine: NatsEngine,
  info: ConsumerInfo,
  wish: MessageWish,
): AsyncGenerator<JsMsg | "idle"> {
  const { signal } = wish;
  const consumer = engine.client.consumers.getConsumerFromInfo(info);
  const most = wish.headersOnly ? MAX_HEADERS : messagesAtOnce(engine.maxPayloadBytes);
  let delivered = 0;
  for (let left = info.num_pending;;) {
    if (left === 0) {
      const next = yield* awaited(consumer.next({ expires: WAIT_MS }), signal);
      if (!next) continue;
      if (next.info.deliverySequence !== ++delivered) return;
      left = next.info.pending;
      yield next;
      continue;
    }
    const before = delivered;
    const max_messages = Math.min(left, most);
    for await (const each of await consumer.fetch({ max_messages, expires: FETCH_MS })) {
      if (signal?.aborted || each.info.deliverySequence !== ++delivered) return;
      left = each.info.pending;
      yield each;
    }
    if (delivered === before) throw new EngineError("it delivers nothing", true);
  }
}

/** Says that there is nothing until there is; undefined when there was nothing for too long. */
async function* awaited(
  next: Promise<JsMsg | null>,
  signal: AbortSignal | undefined,
): AsyncGenerator<"idle", JsMsg | undefined> {
  next.catch(() => {}); // whoever has left does not wait for it
  let message: JsMsg | null | void = undefined;
  while (message === undefined) {
    yield "idle";
    signal?.throwIfAborted();
    message = await Promise.race([next, rest(IDLE_MS, signal)]);
  }
  return message ?? undefined;
}

function readMessage(message: JsMsg): ReadMessage {
  return { ...storedMessage(message), storedAt: BigInt(message.info.timestampNanos) };
}
