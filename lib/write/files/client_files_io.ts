import { MEMBER_HEADER_BYTES, parseMemberHeader } from "../../pack/member.ts";
import { folderOfClient } from "./client_name.ts";
import type { FileLayer, LayerFile } from "./file_layer.ts";
import { BEGUN_SUFFIX, type FileName, parseFileName } from "./file_names.ts";
import { readHeaderMember } from "./header_member.ts";
import { FileWindow } from "./member_survey_io.ts";
import { newerFile } from "./store_error.ts";
import { moveAside, moveEmptied, moveObstacle, type SetAside } from "./set_aside_io.ts";

/** Room for the header of any version. */
const MAX_HEADER_BYTES = 512;

/** A record file of a client. */
export interface ClientFile {
  readonly path: string;
  readonly name: FileName;
  /** When the first batch in it came, ns since 1970; 0 when that cannot be read. */
  readonly firstArrival: bigint;
  /** Whose file it says to be, when that is not the client of this folder. */
  readonly otherClient?: string;
}

/** What a client's folder holds. */
export interface ClientFiles {
  readonly files: readonly ClientFile[];
  /** What had to make way. */
  readonly setAside: readonly SetAside[];
}

/**
 * The record files in a client's folder, by name. What is in the place of one and is none is renamed: a
 * folder, a pipe, what another program wrote, a file that somebody has emptied. Files that were being
 * begun are removed.
 *
 * @throws StoreError `newer-version` when a newer build has written one of them; then nothing is touched.
 */
export async function clearClientFolder(
  layer: FileLayer,
  folder: string,
  signal?: AbortSignal,
): Promise<ClientFiles> {
  const ownName = folder.slice(folder.lastIndexOf("/") + 1);
  const files: ClientFile[] = [];
  const setAside: SetAside[] = [];
  const entries = (await layer.readFolder(folder)).sort();
  for (const entry of entries) {
    signal?.throwIfAborted();
    if (parseFileName(entry)) await refuseNewer(layer, `${folder}/${entry}`);
  }
  for (const entry of entries) {
    signal?.throwIfAborted();
    const name = parseFileName(entry);
    const isBegun = !name && isBegunFile(entry);
    if (!name && !isBegun) continue;
    const path = `${folder}/${entry}`;
    const there = await layer.stat(path);
    if (there === undefined) continue;
    if (there.kind !== "file") setAside.push(await moveObstacle(layer, path, there.kind));
    else if (!name) await layer.remove(path);
    else if (name.kind === "damaged") files.push({ path, name, firstArrival: 0n });
    else if (there.size === 0) setAside.push(await moveEmptied(layer, path));
    else {
      const { isForeign, client, firstArrival } = await startOf(layer, path, there.size);
      if (isForeign) {
        const aside = await moveAside(layer, path, "foreign");
        setAside.push({ path: aside, why: `another program wrote "${path}"`, isDamaged: false });
        continue;
      }
      const isOurs = client === undefined || isFolderOf(ownName, client);
      files.push({ path, name, firstArrival, ...(!isOurs && { otherClient: client }) });
    }
  }
  return { files, setAside };
}

/** Versions do not mix in a file: its first member tells. */
async function refuseNewer(layer: FileLayer, path: string): Promise<void> {
  if ((await layer.stat(path))?.kind !== "file") return;
  const file = await layer.open(path, "read");
  try {
    const bytes = new Uint8Array(MAX_HEADER_BYTES);
    const read = await file.read(bytes, 0) ?? 0;
    if (parseMemberHeader(bytes.subarray(0, read), 0) === "newer") throw newerFile(path);
  } finally {
    file.close();
  }
}

/** What a file begins with. */
interface Start {
  readonly isForeign: boolean;
  /** Of whom it says to be; undefined when that cannot be read. */
  readonly client?: string;
  readonly firstArrival: bigint;
}

async function startOf(layer: FileLayer, path: string, size: number): Promise<Start> {
  const file = await layer.open(path, "read");
  try {
    return await readStart(file, size);
  } finally {
    file.close();
  }
}

async function readStart(file: LayerFile, size: number): Promise<Start> {
  const window = new FileWindow(file);
  const headerAt = async (at: number) =>
    parseMemberHeader(await window.read(at, Math.min(MEMBER_HEADER_BYTES, size - at)), 0);
  const first = await headerAt(0);
  if (typeof first === "string") return { isForeign: first === "foreign", firstArrival: 0n };
  const next = first.length;
  if (next > size) return { isForeign: false, firstArrival: 0n };
  const header = readHeaderMember(await window.read(0, next), first);
  const second = next < size ? await headerAt(next) : first;
  return {
    isForeign: false,
    ...(header && { client: header.InputSource }),
    firstArrival: typeof second === "string" ? 0n : second.arrival,
  };
}

/** Whether a folder is the one of that client, on any file system. */
function isFolderOf(folder: string, client: string): boolean {
  return [false, true].some((foldsCase) => folderOfClient(client, foldsCase) === folder);
}

/** Whether a file was being begun, or compacted; it has no name of its own yet. */
function isBegunFile(entry: string): boolean {
  if (!entry.endsWith(BEGUN_SUFFIX)) return false;
  const kind = parseFileName(entry.slice(0, -BEGUN_SUFFIX.length))?.kind;
  return kind === "live" || kind === "rotated";
}
