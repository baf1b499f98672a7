/** What consumers of the engine deliver, and how much of it at a time. */
import type { JsMsg } from "@nats-io/jetstream";
import type { StoredMessage } from "./engine.ts";

/** Messages that are taken at a time, and what they may take together; one message may take more. */
const MAX_MESSAGES = 32;
const MAX_BYTES = 32 << 20;

/** How many messages are taken at a time of an engine whose messages may have so many bytes. */
export function messagesAtOnce(maxPayloadBytes: number): number {
  return Math.min(MAX_MESSAGES, Math.max(1, Math.floor(MAX_BYTES / maxPayloadBytes)));
}

export function storedMessage({ seq, subject, headers, data }: JsMsg): StoredMessage {
  return { seq, subject, payload: data, header: (name) => headers?.get(name) ?? "" };
}
