/** Both ends of a connection, without a network, and an initiator made by hand from the description. */
import { concat, u16le } from "../../lib/base/bytes/bytes.ts";
import {
  type AgreementKey,
  importKeyPair,
  importStaticKey,
  type StaticKey,
} from "../../lib/seal/agreement_key.ts";
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import type { KeyLimits } from "../../lib/seal/limited_cipher.ts";
import { NoiseInitiator, type NoiseSession } from "../../lib/seal/noise.ts";
import { type BreakReason, SecureChannel } from "../../lib/seal/secure_channel.ts";

const pairOf = (seed: number) => keyPairOf(new Uint8Array(32).fill(seed));

export const SENSOR: AgreementKey = await importKeyPair(pairOf(1));
export const COLLECTOR: StaticKey = await importStaticKey(pairOf(2));
export const NEXT_COLLECTOR: StaticKey = await importStaticKey(pairOf(3));
export const STRANGER: AgreementKey = await importKeyPair(pairOf(4));

/** The same ephemeral keys each time: in tests only. */
const EPHEMERALS = await Promise.all([5, 6, 7, 8, 9].map((seed) => importKeyPair(pairOf(seed))));

/** Gives ephemeral keys, beginning with the one of that number. */
export function ephemerals(number: number): () => Promise<AgreementKey> {
  return () => Promise.resolve(EPHEMERALS[number++ % EPHEMERALS.length]!);
}

/** One end, what it wrote that nobody took, and what came out of it. */
export class End {
  channel!: SecureChannel;
  readonly messages: ChannelMessage[] = [];
  broken: BreakReason | undefined;
  #written: Uint8Array[] = [];

  readonly write = (bytes: Uint8Array): void => void this.#written.push(bytes);

  /** Takes what it wrote. */
  take(): Uint8Array {
    const bytes = concat(this.#written);
    this.#written = [];
    return bytes;
  }

  /** Gives it bytes. */
  async receive(bytes: Uint8Array, nowMs = 0): Promise<void> {
    const { messages, broken } = await this.channel.receive(bytes, nowMs);
    this.messages.push(...messages);
    this.broken = broken;
  }

  /** Sends a message whose body is that text. */
  send(text: string, nowMs = 0): Promise<void> {
    return this.channel.send([textMessage(text)], nowMs);
  }

  /** The bodies of what it received. */
  get texts(): string[] {
    return this.messages.map(({ body }) => new TextDecoder().decode(body));
  }
}

export function textMessage(text: string): ChannelMessage {
  return { type: 4, body: new TextEncoder().encode(text) };
}

export async function newInitiator(limits?: KeyLimits, own = SENSOR): Promise<End> {
  const end = new End();
  const { write } = end;
  const remoteKey = COLLECTOR.publicKey;
  const options = { own, remoteKey, ephemeral: ephemerals(0), write, limits };
  end.channel = (await SecureChannel.initiator(options))!;
  return end;
}

export function newResponder(limits?: KeyLimits, keys = [COLLECTOR, NEXT_COLLECTOR]): End {
  const end = new End();
  const { write } = end;
  end.channel = SecureChannel.responder({ keys, ephemeral: ephemerals(3), write, limits });
  return end;
}

/** Two ends that know each other. */
export async function connect(limits?: KeyLimits): Promise<{ sensor: End; collector: End }> {
  const ends = { sensor: await newInitiator(limits), collector: newResponder(limits) };
  await settle(ends.sensor, ends.collector);
  return ends;
}

/** Carries what both ends write until they are silent. */
export async function settle(one: End, other: End, nowMs = 0): Promise<void> {
  for (;;) {
    const [to, fro] = [one.take(), other.take()];
    if (to.length + fro.length === 0) return;
    await other.receive(to, nowMs);
    await one.receive(fro, nowMs);
  }
}

/** An initiator that does by hand what session.md says, or something else. */
export class HandmadeInitiator {
  session: NoiseSession;
  readonly responder: End;

  private constructor(session: NoiseSession, responder: End) {
    this.session = session;
    this.responder = responder;
  }

  /** Shakes hands with the responder. */
  static async connect(responder: End): Promise<HandmadeInitiator> {
    const hash = await crypto.subtle.digest("SHA-256", COLLECTOR.publicKey.slice());
    const id = new Uint8Array(hash).subarray(0, 4);
    const noise = await begin(concat([ascii("farcap/1"), Uint8Array.of(0, 1), id]), SENSOR);
    await responder.receive(concat([id, Uint8Array.of(96, 0), noise.message1]));
    const [message2] = cutFrames(responder.take());
    return new HandmadeInitiator((await noise.finish(message2!))!.session, responder);
  }

  /** Begins to renew the keys; there should be no payload. */
  static beginRekey(
    hash: Uint8Array,
    epoch: number,
    own = SENSOR,
    payload?: Uint8Array,
  ): Promise<NoiseInitiator> {
    return begin(rekeyPrologue(hash, epoch), own, payload);
  }

  /** One Noise message with those bytes. */
  async send(plaintext: Uint8Array, nowMs = 0): Promise<void> {
    const sealed = await this.session.sending.seal(plaintext);
    const length = Uint8Array.of(sealed.length & 0xff, sealed.length >> 8);
    await this.responder.receive(concat([length, sealed]), nowMs);
  }

  /** What the responder's Noise messages carry. */
  open(): Promise<(Uint8Array | undefined)[]> {
    const ciphertexts = cutFrames(this.responder.take());
    return Promise.all(ciphertexts.map((it) => this.session.receiving.open(it)));
  }
}

/** An application message, by hand. */
export function messageBytes(type: number, body: Uint8Array, length = body.length): Uint8Array {
  const lengthBytes = [0, 8, 16, 24].map((shift) => (length >>> shift) & 0xff);
  return concat([Uint8Array.of(type, ...lengthBytes), body]);
}

/** The Noise messages of a stream. */
export function cutFrames(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 2 + u16le(bytes, at)) {
    frames.push(bytes.slice(at + 2, at + 2 + u16le(bytes, at)));
  }
  return frames;
}

/** What a handshake for the next keys begins with. */
export function rekeyPrologue(hash: Uint8Array, epoch: number): Uint8Array {
  return concat([ascii("farcap rekey"), hash, Uint8Array.of(epoch, 0, 0, 0)]);
}

async function begin(
  prologue: Uint8Array,
  own: AgreementKey,
  payload?: Uint8Array,
): Promise<NoiseInitiator> {
  const remote = COLLECTOR.publicKey;
  const ephemeral = STRANGER;
  return (await NoiseInitiator.begin({ own, remote, ephemeral, prologue, payload }))!;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
