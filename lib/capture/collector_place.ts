import type { CollectorEndpoint } from "./own_traffic.ts";

/** Addresses that are kept: a name may have others at each look. */
const MAX_ADDRESSES = 16;

/** Where the collector is and was, as the transport finds it, for captures that leave its traffic out. */
export class CollectorPlace {
  readonly #ports: Pick<CollectorEndpoint, "port" | "otherPorts">;
  readonly #listeners = new Set<(addresses: readonly string[]) => void>();
  /** The newest first. */
  #addresses: readonly string[];

  constructor({ addresses, ...ports }: CollectorEndpoint) {
    this.#ports = ports;
    this.#addresses = addresses;
  }

  /** The newest of all addresses that it has had. */
  get endpoint(): CollectorEndpoint {
    return { addresses: this.#addresses, ...this.#ports };
  }

  /** Tells who listens of the addresses that it had not had, if there are any. */
  moveTo(addresses: readonly string[]): void {
    const before = this.#addresses;
    const added = addresses.filter((address) => !before.includes(address));
    if (added.length === 0) return;
    this.#addresses = [...added, ...before].slice(0, MAX_ADDRESSES);
    for (const listener of this.#listeners) listener(added);
  }

  /** Calls `listener` at each move; stops when what it returns is called. */
  onMove(listener: (added: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
