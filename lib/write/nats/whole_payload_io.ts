import { concat } from "../../base/bytes/bytes.ts";
import type { Engine, StoredMessage } from "./engine.ts";
import { type MessageHead, parseHead } from "./message_head.ts";
import { STREAM } from "./subjects.ts";

/** What the engine itself puts into a message. */
const AFTER = "Nats-Expected-Last-Subject-Sequence";

/**
 * The payload that a message is the last piece of: each piece says behind which message it was stored.
 * Undefined when one is gone.
 *
 * @throws EngineError When the engine does not answer.
 */
export async function wholePayload(
  engine: Engine,
  message: StoredMessage,
  { pieces: count }: MessageHead,
): Promise<Uint8Array | undefined> {
  if (count === 1) return message.payload;
  const pieces = [message.payload];
  let last = message;
  for (let piece = count - 1; piece > 0; piece--) {
    const seq = Number(last.header("Farcap-Before") || last.header(AFTER));
    const before = seq > 0 ? await engine.at(STREAM, seq) : undefined;
    const other = before && parseHead((name) => before.header(name));
    if (before?.subject !== message.subject || other?.piece !== piece) return undefined;
    pieces.unshift(before.payload);
    last = before;
  }
  return concat(pieces);
}
