import { StoreError } from "../base/errors.ts";
import { foldersOfClients } from "../write/ledger/client_folders_io.ts";

/** Beyond so many files only folders are asked. */
const MAX_FILES = 20_000;

/**
 * The sensors of which records are there, with when something of them was stored last, seconds since 1970.
 *
 * @param out The folder of the records, which may not be there yet.
 */
export async function pastSensors(out: string): Promise<Map<string, number>> {
  const past = new Map<string, number>();
  let files = 0;
  try {
    for (const { folder, client } of await foldersOfClients([out], undefined, () => {})) {
      let last = await changedAt(folder);
      for await (const { name } of Deno.readDir(folder)) {
        if (++files <= MAX_FILES) last = Math.max(last, await changedAt(`${folder}/${name}`));
      }
      past.set(client, last);
    }
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
  return past;
}

async function changedAt(path: string): Promise<number> {
  const { mtime } = await Deno.stat(path);
  return (mtime?.getTime() ?? 0) / 1000;
}
