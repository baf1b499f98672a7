import { type OperatorAct, OperatorActSchema } from "../../../proto/gen/netcap_pb.ts";
import { messageOf, StoreError } from "../../base/errors.ts";
import { COLLECTOR_ITSELF } from "../files/client_name.ts";
import { DENO_FILES } from "../files/deno_files_io.ts";
import { parentOf } from "../files/parent_of.ts";
import { StoredFiles } from "./stored_files.ts";
import { readRows } from "./stored_rows_io.ts";

/** Files get other names while they are read: then all is read again. */
const MAX_TRIES = 5;

/** What operators did at collectors, of each whose clients are asked for; read once. */
export class Acts {
  readonly #byFolder = new Map<string, readonly OperatorAct[]>();

  /** Those at the collector of a client's folder. @throws StoreError "read-failed" */
  async at(clientFolder: string): Promise<readonly OperatorAct[]> {
    const folder = `${parentOf(clientFolder)}/${COLLECTOR_ITSELF}`;
    let acts = this.#byFolder.get(folder);
    if (!acts) this.#byFolder.set(folder, acts = await readActs(folder));
    return acts;
  }
}

async function readActs(folder: string): Promise<readonly OperatorAct[]> {
  for (let tries = 1;; tries++) {
    try {
      const acts: OperatorAct[] = [];
      const files = new StoredFiles(folder, await DENO_FILES.readFolder(folder));
      for (const { path } of files.of("OperatorAct", {})) {
        readRows(path, OperatorActSchema, {}, () => {}, (act) => acts.push(act));
      }
      return acts;
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound && tries < MAX_TRIES) continue;
      const message = `Cannot read the acts in "${folder}": ${messageOf(cause)}`;
      throw new StoreError("read-failed", message, { cause });
    }
  }
}
