import { StoreError } from "../../base/errors.ts";
import { nearestName } from "../../base/nearest_name.ts";
import { clientOfFolder, folderOfClient, isFolderOfClient } from "../files/client_name.ts";
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
  const found: ClientFolder[] = [];
  for (const named of paths) {
    const path = named.replace(/(?<=.)\/+$/, "");
    const there = await DENO_FILES.stat(path);
    if (there?.kind !== "folder") {
      throw new StoreError("read-failed", `Cannot read the books in "${path}": it is no folder`);
    }
    const inside = (await DENO_FILES.readFolders(path)).filter(isFolderOfClient).sort();
    for (const name of inside) found.push({ folder: `${path}/${name}`, client: clientOf(name) });
    const names = inside.length > 0 ? [] : await DENO_FILES.readFolder(path);
    if (names.some((name) => parseFileName(name) !== undefined)) {
      const real = await Deno.realPath(path);
      found.push({ folder: path, client: clientOf(real.slice(real.lastIndexOf("/") + 1)) });
    }
  }
  if (clients === undefined) return found;
  const names = new Set(found.map(({ client }) => client));
  for (const client of clients) {
    if (names.has(client) || names.has(clientOf(client))) continue;
    const nearest = nearestName(client, [...names]);
    const hint = nearest === undefined ? "" : `: did you mean "${nearest}"?`;
    say(`No books of a client "${client}"${hint}`);
  }
  const wanted = new Set(clients.flatMap((client) => [client, clientOf(client)]));
  return found.filter(({ folder, client }) =>
    wanted.has(client) || wanted.has(folder.slice(folder.lastIndexOf("/") + 1)) ||
    clients.some((name) => folderOfClient(name) === folder.slice(folder.lastIndexOf("/") + 1))
  );
}

function clientOf(folder: string): string {
  return clientOfFolder(folder) ?? folder;
}
