import type { StaticKey } from "../../seal/agreement_key.ts";
import { SealedBodyOpener } from "../../seal/sealed_body.ts";

/** The keys of a collector, which may be others while it runs. */
export class ServerKeys {
  #accepted: readonly StaticKey[];
  #opener: SealedBodyOpener;

  constructor(accepted: readonly StaticKey[], retired: readonly StaticKey[] = []) {
    this.#accepted = accepted;
    this.#opener = new SealedBodyOpener([...accepted, ...retired]);
  }

  /** Those under which sensors are served, the newest first. */
  get accepted(): readonly StaticKey[] {
    return this.#accepted;
  }

  /** Opens what was sealed for these, or for one that is over. */
  get opener(): SealedBodyOpener {
    return this.#opener;
  }

  /** These are in force from now on. */
  set(accepted: readonly StaticKey[], retired: readonly StaticKey[]): void {
    this.#accepted = accepted;
    this.#opener = new SealedBodyOpener([...accepted, ...retired]);
  }
}
