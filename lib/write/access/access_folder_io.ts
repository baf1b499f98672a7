import { type AccessState, NO_ACCESS } from "../../seal/access/access_state.ts";
import { formatAccess, parseAccess } from "../../seal/access/access_text.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { StateFile } from "./state_file_io.ts";

/**
 * What a collector keeps of who may send: `.access/sensors.json` in the folder of its records, see
 * {@linkcode parseAccess}.
 */
export class AccessFolder extends StateFile<AccessState> {
  /** @param out The folder of the records. */
  constructor(layer: FileLayer, out: string) {
    super(layer, out, {
      name: "sensors.json",
      nothing: NO_ACCESS,
      format: formatAccess,
      parse: parseAccess,
    });
  }
}
