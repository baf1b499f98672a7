import { StoreError } from "../../base/errors.ts";
import { nearestName } from "../../base/text/nearest_name.ts";
import {
  clientOfFolder,
  folderOfClient,
  foldersMeant,
  isFolderOfClient,
} from "../files/client_name.ts";
import { parseFileName, recordFileName, UNKNOWN_TYPE } from "../files/file_names.ts";
import { notAFile, readError, specialFile } from "./followed_files_io.ts";

/** A row of record files of one type, a file, or standard input. */
export interface RecordSource {
  /** The file, of a row the one that is appended to; or {@linkcode STANDARD_INPUT}. */
  readonly path: string;
  /** Whether the rotated files before it belong to it. */
  readonly fromOldest: boolean;
  /** The name of its folder. */
  readonly folder?: string;
  /** Whether that folder is one of a client, since it was found in a store. */
  readonly isInStore: boolean;
}

/** The name by which standard input is asked for. */
export const STANDARD_INPUT = "-";

/** What to call a source in messages. */
export function sourceName(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : `"${path}"`;
}

/** Which sources are looked for, and who is told about them. */
export interface SourceOptions {
  /** Names of types, as in file names. */
  readonly types?: readonly string[];
  /** Names of clients, or of their folders. */
  readonly clients?: readonly string[];
  /** Whether a file or folder that does not exist may come. */
  readonly follow?: boolean;
  /** Told of what cannot be read, so that the rest is; without it that is thrown. */
  readonly onUnreadable?: (error: StoreError) => void;
  /** Told a line about what was asked for and is not there, or not yet. */
  readonly onNotice?: (line: string) => void;
}

/**
 * Finds the record files that somebody means: files, standard input, the folder of a client, or the
 * one that has the folders of all clients. No other folders are looked into.
 */
export class RecordSources {
  readonly #paths: readonly string[];
  readonly #options: SourceOptions;
  readonly #folders?: ReadonlySet<string>;
  /** Those that have been found, by path without links, and those that are not there. */
  readonly #known = new Set<string>();
  readonly #absent = new Set<string>();
  /** Clients that were found, wanted or not. */
  readonly #clients = new Set<string>();
  /** Folders without any. */
  readonly #empty = new Set<string>();
  #hasStore = false;

  constructor(paths: readonly string[], options: SourceOptions = {}) {
    this.#paths = paths;
    this.#options = options;
    this.#folders = options.clients && new Set(options.clients.flatMap(foldersMeant));
  }

  /** Whether more may come: folders are among what was named, or what is not there. */
  get mayGrow(): boolean {
    return this.#hasStore || this.#absent.size > 0;
  }

  /** The sources that have not been found before, in the order of the paths, then by name. */
  async find(): Promise<RecordSource[]> {
    const found: RecordSource[] = [];
    for (const path of this.#paths) {
      try {
        if (path === STANDARD_INPUT) {
          this.#add(path, { path, fromOldest: false, isInStore: false }, found);
        } else await this.#look(path, found);
      } catch (cause) {
        if (!this.#isYetToCome(path, cause)) this.#refuse(path, cause);
      }
    }
    return found;
  }

  /** Says which folders are empty, and which of the clients that were asked for are not there. */
  noteMissing(): void {
    for (const path of this.#empty) this.#options.onNotice?.(`No record files in "${path}"`);
    if (!this.#hasStore) return;
    for (const client of this.#options.clients ?? []) {
      if (this.#clients.has(client) || this.#clients.has(folderOfClient(client))) continue;
      const nearest = nearestName(client, [...this.#clients]);
      const hint = nearest === undefined ? "" : `: did you mean "${nearest}"?`;
      this.#options.onNotice?.(`No records of a client "${client}"${hint}`);
    }
  }

  async #look(path: string, found: RecordSource[]): Promise<void> {
    const stat = await Deno.stat(path);
    if (stat.isDirectory) {
      this.#hasStore = true;
      await this.#lookInto(path.replace(/(?<=.)\/+$/, ""), found);
      return;
    }
    this.#absent.delete(path);
    const what = specialFile(stat);
    if (what !== undefined) throw notAFile(path, what);
    const real = await Deno.realPath(path);
    const folder = real.split("/").at(-2);
    this.#add(
      real,
      { path, fromOldest: false, isInStore: false, ...(folder && { folder }) },
      found,
    );
  }

  /** The record files in a folder and in those that have names of clients, links to such too. */
  async #lookInto(path: string, found: RecordSource[]): Promise<void> {
    const real = await Deno.realPath(path);
    const name = real.slice(real.lastIndexOf("/") + 1);
    const { files, folders } = await listFolder(path);
    // A folder without others is a client's. Beside those of clients there may be files of captures.
    const isClients = folders.length === 0 && files.length > 0;
    if (isClients) this.#see(name);
    if (!isClients || this.#isWanted(name)) {
      this.#addFiles(path, real, files, isClients ? name : undefined, found);
    }
    let hasFiles = files.length > 0;
    for (const folder of folders) {
      try {
        const inner = await listFolder(`${path}/${folder}`);
        if (inner.files.length === 0) continue;
        hasFiles = true;
        this.#see(folder);
        if (!this.#isWanted(folder)) continue;
        this.#addFiles(
          `${path}/${folder}`,
          await Deno.realPath(`${path}/${folder}`),
          inner.files,
          folder,
          found,
        );
      } catch (cause) {
        if (cause instanceof Deno.errors.NotFound) continue; // removed meanwhile
        this.#refuse(`${path}/${folder}`, cause);
      }
    }
    if (!hasFiles) this.#empty.add(path);
  }

  #addFiles(
    path: string,
    real: string,
    names: readonly string[],
    folder: string | undefined,
    found: RecordSource[],
  ): void {
    const { types } = this.#options;
    for (const name of rowsOf(names)) {
      const type = parseFileName(name)?.type ?? name.replace(PLAIN, "$1");
      if (types !== undefined && !types.includes(type)) continue;
      const fromOldest = parseFileName(name)?.kind === "live";
      const source = { path: `${path}/${name}`, fromOldest, isInStore: folder !== undefined };
      this.#add(`${real}/${name}`, { ...source, ...(folder !== undefined && { folder }) }, found);
    }
  }

  #see(folder: string): void {
    this.#clients.add(clientOfFolder(folder) ?? folder);
  }

  #isWanted(folder: string): boolean {
    return this.#folders?.has(folder) ?? true;
  }

  #add(key: string, source: RecordSource, found: RecordSource[]): void {
    if (this.#known.has(key)) return;
    this.#known.add(key);
    found.push(source);
  }

  #isYetToCome(path: string, cause: unknown): boolean {
    if (!this.#options.follow || !(cause instanceof Deno.errors.NotFound)) return false;
    if (!this.#absent.has(path)) this.#options.onNotice?.(`Waiting for "${path}"`);
    this.#absent.add(path);
    return true;
  }

  #refuse(path: string, cause: unknown): void {
    const error = cause instanceof StoreError ? cause : readError(path, cause);
    if (this.#options.onUnreadable === undefined) throw error;
    if (!this.#known.has(path)) this.#options.onUnreadable(error);
    this.#known.add(path);
  }
}

/** Names in a folder that readers of records go by: of record files, and of clients' folders. */
async function listFolder(path: string): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
    if (parseFileName(name) !== undefined || PLAIN.test(name)) files.push(name);
    else if (isDirectory && isFolderOfClient(name)) folders.push(name);
    else if (isSymlink && isFolderOfClient(name) && await leadsToFolder(`${path}/${name}`)) {
      folders.push(name);
    }
  }
  return { files: files.sort(), folders: folders.sort() };
}

const [UNKNOWN] = recordFileName(UNKNOWN_TYPE).split(".");

/** A file that is not packed, as the original may write it. */
const PLAIN = /^(\w+)\.ncap$/;

/**
 * One name for each row, of the file that is appended to, be it there or not, and those of files that
 * stand alone; without what holds no records.
 */
function rowsOf(names: readonly string[]): Set<string> {
  const rows = new Set<string>();
  for (const name of names) {
    const parsed = parseFileName(name);
    if (parsed?.type === UNKNOWN) continue;
    rows.add(parsed?.kind === "rotated" ? `${parsed.type}.ncap.gz` : name);
  }
  return rows;
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await Deno.stat(link)).isDirectory;
  } catch {
    return false; // it leads nowhere, or in a circle
  }
}
