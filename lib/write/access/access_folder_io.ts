import type { AccessState } from "../../seal/access/access_state.ts";
import type { ListedState } from "../../seal/access/listed_state.ts";
import type { FileLayer } from "../files/file_layer.ts";
import type { AccessPlace } from "./kept_state.ts";
import { StateFile } from "./state_file_io.ts";
import { ACCESS_FORMAT, LISTED_FORMAT } from "./state_format.ts";

/** What one collector keeps in the folder of its records: `.access/sensors.json` and `.access/listed.json`. */
export class AccessFolder implements AccessPlace {
  readonly access: StateFile<AccessState>;
  readonly listed: StateFile<ListedState>;

  /** @param out The folder of the records. */
  constructor(layer: FileLayer, out: string) {
    this.access = new StateFile(layer, out, ACCESS_FORMAT);
    this.listed = new StateFile(layer, out, LISTED_FORMAT);
  }
}
