import { bits32 } from "../base/bytes/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import type { FlowKey } from "./flow_key.ts";

/** Datagrams whose ports are remembered; of two in one place the later one is. */
const PLACES = 4096;
/** How long fragments of a datagram may be apart. RFC 8200, section 4.5: it is given up after 60 s. */
const MAX_SECONDS = 60;

/** Remembers the ports of first fragments, for those behind them. */
export class FragmentPorts {
  readonly #seed: number;
  /** By place: two hashes of the datagram, its ports, and whether these stand the other way. */
  readonly #hashes = new Int32Array(2 * PLACES);
  readonly #ports = new Int32Array(PLACES);
  readonly #swapped = new Uint8Array(PLACES);
  readonly #times = new Float64Array(PLACES).fill(-Infinity);

  /** @param seed A secret number: nobody shall choose datagrams that are taken for others. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Remembers the key of a first fragment; gives a later one the ports of its first, if that has come. */
  take(p: Packet, key: FlowKey, now: number): void {
    const first = hashOf(p, this.#seed);
    const second = hashOf(p, ~this.#seed);
    const place = first & (PLACES - 1);
    if (key.knowsPorts) {
      this.#hashes[2 * place] = first;
      this.#hashes[2 * place + 1] = second;
      this.#ports[place] = key.ports;
      this.#swapped[place] = key.isSwapped ? 1 : 0;
      this.#times[place] = now;
      return;
    }
    const isSame = this.#hashes[2 * place] === first && this.#hashes[2 * place + 1] === second;
    if (!isSame || now - this.#times[place]! > MAX_SECONDS) return;
    key.setPorts(this.#ports[place]!, this.#swapped[place] === 1);
  }
}

/** Of what tells datagrams apart: addresses, protocol, identification (RFC 791, section 3.2), and the network. */
function hashOf(p: Packet, seed: number): number {
  const { bytes, ipAt, ipVersion, protocol, fragmentId, vlans, tunnel, tunnelId } = p;
  let hash = Math.imul(seed ^ fragmentId, 0x9e3779b1) ^ protocol ^ (tunnel << 8);
  hash = Math.imul(hash ^ (hash >>> 15) ^ tunnelId, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ vlans, 0x85ebca6b);
  const at = ipAt + (ipVersion === 4 ? 12 : 8);
  const end = at + (ipVersion === 4 ? 8 : 32);
  for (let i = at; i < end; i += 4) {
    hash = Math.imul(hash ^ (hash >>> 15) ^ bits32(bytes, i), 0x85ebca6b);
  }
  return hash ^ (hash >>> 16);
}
