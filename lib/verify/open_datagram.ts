import { gunzip, type GunzipRefusal } from "../pack/gzip.ts";
import { BoxOpener } from "../seal/box.ts";
import type { Roster } from "../seal/roster.ts";
import { parseDatagram } from "../transport/datagram.ts";
import { type BatchRefusal, checkBatch, type CheckedBatch } from "./check_batch.ts";

/** Why a datagram is refused. */
export type DatagramRefusal =
  | "too short"
  | "not a sensor that may use datagrams"
  | "not for this key"
  | GunzipRefusal
  | BatchRefusal;

/** What a datagram may unpack to: far above any batch that fits one, far below what a bomb gives. */
const MAX_UNPACKED_BYTES = 8 << 20;

/** Opens, unpacks and checks datagrams. Every byte sequence gives a batch or a refusal. */
export class DatagramOpener {
  readonly #boxes: BoxOpener;
  readonly #roster: () => Roster | undefined;

  /** @param roster Who may send now; everybody if undefined, under whatever name. */
  constructor(privateKey: Uint8Array, roster: () => Roster | undefined = () => undefined) {
    this.#boxes = new BoxOpener(privateKey);
    this.#roster = roster;
  }

  /** The batch in a datagram, or why there is none. */
  open(
    bytes: Uint8Array,
  ): { readonly batch: CheckedBatch } | { readonly refusal: DatagramRefusal } {
    const datagram = parseDatagram(bytes);
    if (!datagram) return { refusal: "too short" };
    const roster = this.#roster();
    const entry = roster?.entryOf(datagram.publicKey);
    if (roster && !entry?.mayUseBox) return { refusal: "not a sensor that may use datagrams" };
    const content = this.#boxes.open(datagram.box, datagram.nonce, datagram.publicKey);
    if (!content) return { refusal: "not for this key" };
    const unpacked = gunzip(content, MAX_UNPACKED_BYTES);
    if ("refusal" in unpacked) return unpacked;
    const checked = checkBatch(unpacked.bytes);
    if ("refusal" in checked || !entry) return checked;
    return { batch: { ...checked.batch, clientId: entry.name } };
  }
}
