import { typeNumber } from "../base/record/record_types.ts";
import { recordFileName } from "../write/files/file_names.ts";
import { foldersOfClients } from "../write/ledger/client_folders_io.ts";
import { readHeaders } from "../write/ledger/stored_rows_io.ts";

const MAX_MS = 2_000;

/**
 * When the newest record of these types is of, ms since 1970, for who has found none in a span; undefined
 * where there is none. It is looked for in the files that are appended to, in bounded time.
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
    for (const type of types) {
      if (performance.now() > endMs) break;
      try {
        const path = `${folder}/${recordFileName(typeNumber(type))}`;
        readHeaders(path, () => {}, () => false, ({ lastTime, count }) => {
          if (count > 0 && lastTime > newest) newest = lastTime;
        });
      } catch {
        // there is no such file, or it cannot be read, which has been said
      }
    }
  }
  return newest === 0n ? undefined : Number(newest / 1_000_000n);
}
