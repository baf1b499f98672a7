import { foldersOfClients } from "../write/ledger/client_folders_io.ts";
import { StoredFiles } from "../write/ledger/stored_files.ts";
import { readHeaders } from "../write/ledger/stored_rows_io.ts";

const MAX_MS = 2_000;

/**
 * When the newest record of these types is of, ms since 1970, for who has found none in a span; undefined
 * where there is none. It is looked for in bounded time, in each client's newest file that has any.
 *
 * @param client Empty for all.
 */
export async function newestOf(
  out: string,
  client: string,
  types: readonly string[],
): Promise<number | undefined> {
  const endMs = performance.now() + MAX_MS;
  let newest = 0n;
  const clients = client === "" ? undefined : [client];
  for (const { folder } of await foldersOfClients([out], clients, () => {})) {
    if (performance.now() > endMs) break;
    const files = new StoredFiles(folder, namesIn(folder));
    for (const type of types) {
      for (const { path } of files.of(type, {}).toReversed()) {
        if (performance.now() > endMs) break;
        const last = lastIn(path);
        if (last > newest) newest = last;
        if (last > 0n) break;
      }
    }
  }
  return newest === 0n ? undefined : Number(newest / 1_000_000n);
}

/** None of a folder that cannot be read, which has been said. */
function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    return [];
  }
}

/** The time of the newest record in a file; 0 where there is none, or it cannot be read, which has been said. */
function lastIn(path: string): bigint {
  let last = 0n;
  try {
    readHeaders(path, () => {}, () => false, ({ lastTime, count }) => {
      if (count > 0 && lastTime > last) last = lastTime;
    });
  } catch {
    // there is nothing to be had
  }
  return last;
}
