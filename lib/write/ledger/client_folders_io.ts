import { messageOf, StoreError } from "../../base/errors.ts";
import { nearestName } from "../../base/text/nearest_name.ts";
import {
  clientOfFolder,
  COLLECTOR_ITSELF,
  foldersMeant,
  isFolderOfClient,
} from "../files/client_name.ts";
import { DENO_FILES } from "../files/deno_files_io.ts";
import { parseFileName } from "../files/file_names.ts";

/** A client, and where its files are. */
export interface ClientFolder {
  readonly folder: string;
  readonly client: string;
}

/**
 * The folders of clients that somebody means: those named, and those in the ones named.
 *
 * @param clients Only these, by their names or those of their folders.
 * @param say Told a line about clients that are not there.
 * @throws StoreError "read-failed" when there is no such folder.
 */
export async function foldersOfClients(
  paths: readonly string[],
  clients: readonly string[] | undefined,
  say: (line: string) => void,
): Promise<ClientFolder[]> {
  const found: { readonly name: string; readonly folder: string }[] = [];
  for (const named of paths) {
    const path = named.replace(/(?<=.)\/+$/, "");
    const there = await DENO_FILES.stat(path).catch((cause) => cannotRead(path, messageOf(cause)));
    if (there?.kind !== "folder") cannotRead(path, "it is no folder");
    const inside = (await DENO_FILES.readFolders(path)).filter(isFolderOfClient)
      .filter((name) => name !== COLLECTOR_ITSELF).sort();
    for (const name of inside) found.push({ name, folder: `${path}/${name}` });
    const names = inside.length > 0 ? [] : await DENO_FILES.readFolder(path);
    if (names.some((name) => parseFileName(name) !== undefined)) {
      const real = await Deno.realPath(path);
      found.push({ name: real.slice(real.lastIndexOf("/") + 1), folder: path });
    }
  }
  const wanted = clients && new Set(clients.flatMap(foldersMeant));
  for (const client of clients ?? []) {
    if (found.some(({ name }) => foldersMeant(client).includes(name))) continue;
    const nearest = nearestName(client, found.map(({ name }) => clientOf(name)));
    const hint = nearest === undefined ? "" : `: did you mean "${nearest}"?`;
    say(`No books of a client "${client}"${hint}`);
  }
  return found.filter(({ name }) => wanted?.has(name) ?? true)
    .map(({ name, folder }) => ({ folder, client: clientOf(name) }));
}

function clientOf(folder: string): string {
  return clientOfFolder(folder) ?? folder;
}

function cannotRead(path: string, why: string): never {
  throw new StoreError("read-failed", `Cannot read the books in "${path}": ${why}`);
}
