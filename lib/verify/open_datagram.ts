import { gunzip, type GunzipRefusal } from "../pack/gzip.ts";
import { BoxOpener } from "../seal/box.ts";
import { parseDatagram } from "../transport/datagram.ts";
import { type BatchRefusal, checkBatch, type CheckedBatch } from "./check_batch.ts";

/** Why a datagram is refused. */
export type DatagramRefusal = "too short" | "not for this key" | GunzipRefusal | BatchRefusal;

/** What a datagram may unpack to: far above any batch that fits one, far below what a bomb gives. */
const MAX_UNPACKED_BYTES = 8 << 20;

/** Opens, unpacks and checks datagrams. Every byte sequence gives a batch or a refusal. */
export class DatagramOpener {
  readonly #boxes: BoxOpener;

  constructor(privateKey: Uint8Array) {
    this.#boxes = new BoxOpener(privateKey);
  }

  /** The batch in a datagram, or why there is none. */
  open(
    bytes: Uint8Array,
  ): { readonly batch: CheckedBatch } | { readonly refusal: DatagramRefusal } {
    const datagram = parseDatagram(bytes);
    if (!datagram) return { refusal: "too short" };
    const content = this.#boxes.open(datagram.box, datagram.nonce, datagram.publicKey);
    if (!content) return { refusal: "not for this key" };
    const unpacked = gunzip(content, MAX_UNPACKED_BYTES);
    return "refusal" in unpacked ? unpacked : checkBatch(unpacked.bytes);
  }
}
