import { StoreError } from "../base/errors.ts";
import { type ClientFolder, foldersOfClients } from "../write/ledger/client_folders_io.ts";

/** Beyond so many files only folders are asked. */
const MAX_FILES = 20_000;

/**
 * The sensors of which there are records, with when something of them was stored last, seconds since 1970.
 * What cannot be looked at tells nothing.
 *
 * @param out The folder of the records, which may not be there yet.
 */
export async function pastSensors(out: string): Promise<Map<string, number>> {
  const past = new Map<string, number>();
  let files = 0;
  for (const { folder, client } of await foldersIn(out)) {
    let last = await changedAt(folder);
    for (const { name } of await entriesOf(folder)) {
      if (++files <= MAX_FILES) last = Math.max(last, await changedAt(`${folder}/${name}`));
    }
    past.set(client, last);
  }
  return past;
}

async function foldersIn(out: string): Promise<ClientFolder[]> {
  try {
    return await foldersOfClients([out], undefined, () => {});
  } catch (error) {
    const isUnreadable = error instanceof StoreError || error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (isUnreadable) return []; // who stores there says why
    throw error;
  }
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  return await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
}

async function changedAt(path: string): Promise<number> {
  const { mtime } = await Deno.stat(path).catch(() => ({ mtime: null }));
  return (mtime?.getTime() ?? 0) / 1000;
}
