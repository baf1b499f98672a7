/**
 * The handshake for the next keys of a connection: Noise IK between the same static keys, with the prologue
 * `"farcap rekey" ‖ handshake hash of the keys in use ‖ u32 epoch, little-endian`, which ties it to them.
 */
import { concat, equalBytes } from "../base/bytes/bytes.ts";
import type { AgreementKey } from "./agreement_key.ts";
import {
  MESSAGE_1_BYTES,
  MESSAGE_2_BYTES,
  NoiseInitiator,
  NoiseResponder,
  type NoiseSession,
} from "./noise.ts";

/** What the next keys are tied to. */
export interface RekeyTies {
  readonly own: AgreementKey;
  readonly remoteKey: Uint8Array;
  /** Of the handshake that made the keys in use. */
  readonly handshakeHash: Uint8Array;
  /** Of the keys in use: 0 for a connection's first. */
  readonly epoch: number;
}

/** Makes message 1, for the other side of a connection that is there. */
export async function beginRekey(
  ties: RekeyTies,
  ephemeral: AgreementKey,
): Promise<NoiseInitiator> {
  const { own, remoteKey: remote } = ties;
  const noise = await NoiseInitiator.begin({ own, remote, ephemeral, prologue: prologueOf(ties) });
  if (!noise) throw new TypeError("the other side's key is of low order: there is no connection");
  return noise;
}

/** Answers message 1; undefined when it is not the other side's, or tied to something else. */
export async function answerRekey(
  ties: RekeyTies,
  message1: Uint8Array,
  ephemeral: () => Promise<AgreementKey>,
): Promise<{ readonly message2: Uint8Array; readonly session: NoiseSession } | undefined> {
  if (message1.length !== MESSAGE_1_BYTES) return undefined;
  const noise = await NoiseResponder.begin(message1, { own: ties.own, prologue: prologueOf(ties) });
  if (!noise || !equalBytes(noise.remoteKey, ties.remoteKey)) return undefined;
  return await noise.finish(await ephemeral());
}

/** The next keys, from message 2; undefined when it is no answer to message 1. */
export async function finishRekey(
  noise: NoiseInitiator,
  message2: Uint8Array,
): Promise<NoiseSession | undefined> {
  if (message2.length !== MESSAGE_2_BYTES) return undefined;
  return (await noise.finish(message2))?.session;
}

function prologueOf({ handshakeHash, epoch }: RekeyTies): Uint8Array {
  const next = new Uint8Array(4);
  new DataView(next.buffer).setUint32(0, epoch + 1, true);
  return concat([new TextEncoder().encode("farcap rekey"), handshakeHash, next]);
}
