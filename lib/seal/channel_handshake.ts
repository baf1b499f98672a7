/**
 * How a connection begins: the initiator sends the id of the key that it knows (4 bytes), then message 1
 * of Noise IK, the responder message 2, both with a length before them and without a payload.
 * Prologue: `"farcap/1" ‖ 0 ‖ suite ‖ the id`.
 */
import { concat, equalBytes } from "../base/bytes/bytes.ts";
import { type AgreementKey, KEY_ID_BYTES, keyIdOf, type StaticKey } from "./agreement_key.ts";
import {
  MESSAGE_1_BYTES,
  MESSAGE_2_BYTES,
  NoiseInitiator,
  NoiseResponder,
  type NoiseSession,
} from "./noise.ts";
import { encodeFrames, type FrameReader } from "./noise_frame.ts";

/** Why a handshake ends without a session. */
export type HandshakeRefusal = "unknown key" | "handshake refused";

/** What a handshake ends with. */
export interface Established {
  readonly own: AgreementKey;
  readonly remoteKey: Uint8Array;
  readonly session: NoiseSession;
  /** What is still to be written; empty for the initiator. */
  readonly reply: Uint8Array;
}

/** Noise_IK_25519_AESGCM_SHA256; others are for later. */
const SUITE = 1;
const NOTHING = new Uint8Array(0);

/** The initiator's side. */
export class OutgoingHandshake {
  /** What the initiator writes first. */
  readonly opening: Uint8Array;
  readonly #own: AgreementKey;
  readonly #remoteKey: Uint8Array;
  readonly #noise: NoiseInitiator;

  private constructor(
    opening: Uint8Array,
    own: AgreementKey,
    remoteKey: Uint8Array,
    noise: NoiseInitiator,
  ) {
    this.opening = opening;
    this.#own = own;
    this.#remoteKey = remoteKey;
    this.#noise = noise;
  }

  /** Makes message 1; undefined when `remoteKey` is of low order. */
  static async begin(
    own: AgreementKey,
    remoteKey: Uint8Array,
    ephemeral: AgreementKey,
  ): Promise<OutgoingHandshake | undefined> {
    const id = await keyIdOf(remoteKey);
    const prologue = prologueOf(id);
    const noise = await NoiseInitiator.begin({ own, remote: remoteKey, ephemeral, prologue });
    return noise &&
      new OutgoingHandshake(encodeFrames([noise.message1], id), own, remoteKey, noise);
  }

  /** Goes on as far as the bytes that are there go; undefined when that is not the end. */
  async advance(wire: FrameReader): Promise<Established | HandshakeRefusal | undefined> {
    const message2 = nextOfLength(MESSAGE_2_BYTES, wire);
    if (message2 === undefined || typeof message2 === "string") return message2;
    const finished = await this.#noise.finish(message2);
    if (!finished) return "handshake refused";
    const { session } = finished;
    return { own: this.#own, remoteKey: this.#remoteKey, session, reply: NOTHING };
  }
}

/** The responder's side. */
export class IncomingHandshake {
  readonly #keys: readonly StaticKey[];
  readonly #ephemeral: () => Promise<AgreementKey>;
  #own: StaticKey | undefined;

  /** @param ephemeral Gives a new pair; asked only when message 1 is good. */
  constructor(keys: readonly StaticKey[], ephemeral: () => Promise<AgreementKey>) {
    this.#keys = keys;
    this.#ephemeral = ephemeral;
  }

  /** Goes on as far as the bytes that are there go; undefined when that is not the end. */
  async advance(wire: FrameReader): Promise<Established | HandshakeRefusal | undefined> {
    if (!this.#own) {
      const wanted = wire.prefix(KEY_ID_BYTES);
      if (!wanted) return undefined;
      this.#own = this.#keys.find(({ id }) => equalBytes(id, wanted));
      if (!this.#own) return "unknown key";
    }
    const own = this.#own;
    const message1 = nextOfLength(MESSAGE_1_BYTES, wire);
    if (message1 === undefined || typeof message1 === "string") return message1;
    const noise = await NoiseResponder.begin(message1, { own, prologue: prologueOf(own.id) });
    const answer = await noise?.finish(await this.#ephemeral());
    if (!noise || !answer) return "handshake refused";
    const reply = encodeFrames([answer.message2]);
    return { own, remoteKey: noise.remoteKey, session: answer.session, reply };
  }
}

function prologueOf(id: Uint8Array): Uint8Array {
  return concat([new TextEncoder().encode("farcap/1"), Uint8Array.of(0, SUITE), id]);
}

/** A handshake message; refused as soon as its length is not the one that it must have. */
function nextOfLength(
  wanted: number,
  wire: FrameReader,
): Uint8Array | "handshake refused" | undefined {
  const length = wire.nextLength();
  if (length === undefined) return undefined;
  return length === wanted ? wire.next() : "handshake refused";
}
