import type { SealedBodyOpener } from "../../seal/sealed_body.ts";
import { openSealed } from "../session/sealed_batch.ts";
import type { HostedSession } from "./session_host.ts";
import type { PreparedBatch, SessionReceiver } from "./session_receiver.ts";

/**
 * Does all that can be done with a batch before its turn comes: parses it, opens it if it is sealed, and has it
 * looked at where another thread does that. Undefined when it is malformed.
 *
 * @param body Of its message.
 */
export async function prepareBatch(
  body: Uint8Array,
  receiver: SessionReceiver,
  session: HostedSession,
  opener: SealedBodyOpener,
): Promise<PreparedBatch | undefined> {
  const parsed = receiver.parse(body);
  if (!parsed) return undefined;
  const opened = parsed.isSealed ? await openSealed(opener, body) : undefined;
  const batch = opened ? { ...parsed, opened } : parsed;
  return { batch, accept: await session.prepare?.(batch) };
}
