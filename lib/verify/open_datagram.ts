import { gunzip, type GunzipRefusal } from "../pack/gzip.ts";
import { BoxOpener } from "../seal/box.ts";
import type { SensorList } from "../seal/roster.ts";
import { parseDatagram } from "../transport/box/datagram.ts";
import { Allowance } from "../base/wait/allowance.ts";
import { type BatchRefusal, checkBatch, type CheckedBatch } from "./check_batch.ts";

/** Why a datagram is refused. */
export type DatagramRefusal =
  | "too short"
  | "not a sensor that may use datagrams"
  | "too many new senders"
  | "not for this key"
  | "not a type that it may send"
  | GunzipRefusal
  | BatchRefusal;

/** What a datagram may unpack to: far above any batch that fits one, far below what a bomb gives. */
const MAX_UNPACKED_BYTES = 8 << 20;
/**
 * Senders that are not known cost a key agreement each, 0.1 ms: so many of them may come in a second, so
 * that made-up keys take time from nobody who is known.
 */
const NEW_SENDERS_PER_SECOND = 1000;

/** Opens, unpacks and checks datagrams. Every byte sequence gives a batch or a refusal. */
export class DatagramOpener {
  readonly #boxes: BoxOpener;
  readonly #roster: () => SensorList | undefined;
  readonly #newSenders = new Allowance(NEW_SENDERS_PER_SECOND);

  /** @param roster Who may send now; everybody if undefined, under whatever name. */
  constructor(privateKey: Uint8Array, roster: () => SensorList | undefined = () => undefined) {
    this.#boxes = new BoxOpener(privateKey);
    this.#roster = roster;
  }

  /** Boxes for any of these private keys are opened from now on. */
  setKeys(privateKeys: readonly Uint8Array[]): void {
    this.#boxes.setKeys(privateKeys);
  }

  /** The batch in a datagram that came at `nowMs`, or why there is none. */
  open(
    bytes: Uint8Array,
    nowMs: number,
  ): { readonly batch: CheckedBatch } | { readonly refusal: DatagramRefusal } {
    const datagram = parseDatagram(bytes);
    if (!datagram) return { refusal: "too short" };
    const roster = this.#roster();
    const entry = roster?.entryOf(datagram.publicKey);
    if (roster && !entry?.mayUseBox) return { refusal: "not a sensor that may use datagrams" };
    if (!this.#boxes.knows(datagram.publicKey) && !this.#newSenders.take(nowMs)) {
      return { refusal: "too many new senders" };
    }
    const content = this.#boxes.open(datagram.box, datagram.nonce, datagram.publicKey);
    if (!content) return { refusal: "not for this key" };
    const unpacked = gunzip(content, MAX_UNPACKED_BYTES);
    if ("refusal" in unpacked) return unpacked;
    const checked = checkBatch(unpacked.bytes);
    if ("refusal" in checked || !entry) return checked;
    const isWanted = entry.types?.includes(checked.batch.type) ?? true;
    if (!isWanted) return { refusal: "not a type that it may send" };
    return { batch: { ...checked.batch, clientId: entry.name } };
  }
}
