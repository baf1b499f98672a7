import { concat, encodeHex } from "../../base/bytes/bytes.ts";
import { digestOf } from "../../pack/digest.ts";
import type { AccessState } from "../../seal/access/access_state.ts";
import type { ListedState } from "../../seal/access/listed_state.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { mergeAccess, mergeListed } from "../../seal/access/merge_access.ts";
import type { AccessPlace } from "./kept_state.ts";
import { StateFile } from "./state_file_io.ts";
import { ACCESS_FORMAT, GIVEN_FORMAT, LISTED_FORMAT } from "./state_format.ts";

/** What one collector keeps in the folder of its records: `.access/sensors.json` and `.access/listed.json`. */
export class AccessFolder implements AccessPlace {
  readonly access: StateFile<AccessState>;
  readonly listed: StateFile<ListedState>;
  readonly #given: StateFile<string>;

  /** @param out The folder of the records. */
  constructor(layer: FileLayer, out: string) {
    this.access = new StateFile(layer, out, ACCESS_FORMAT);
    this.listed = new StateFile(layer, out, LISTED_FORMAT);
    this.#given = new StateFile(layer, out, GIVEN_FORMAT);
  }

  /**
   * Adds what is there to what several collectors know, once; it stays there as it is.
   *
   * @param where Tells that place from all others.
   * @returns Whether it had not been given before.
   * @throws FarcapError When one of both cannot be read or written.
   */
  async giveTo({ access, listed }: AccessPlace, where: Uint8Array): Promise<boolean> {
    const [ownAccess, ownListed] = [await this.access.read(), await this.listed.read()];
    if (ownAccess === ACCESS_FORMAT.nothing && ownListed === LISTED_FORMAT.nothing) return false;
    const text = ACCESS_FORMAT.format(ownAccess) + LISTED_FORMAT.format(ownListed);
    const digest = encodeHex(digestOf(concat([where, new TextEncoder().encode(text)])));
    if (await this.#given.read() === digest) return false;
    await access.change((state) => ({ state: mergeAccess(state, ownAccess) }));
    await listed.change((state) => ({ state: mergeListed(state, ownListed) }));
    await this.#given.change(() => ({ state: digest }));
    return true;
  }
}
