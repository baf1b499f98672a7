import type { StoreError } from "../base/errors.ts";
import { concat } from "../base/bytes.ts";
import type { MemberProblem } from "../pack/member.ts";
import { exists } from "./exists_io.ts";
import { surveyMembers } from "./member_survey_io.ts";
import { storeError } from "./store_error.ts";

/** Something that was in the way of a record file and has been kept under another name. */
export interface SetAside {
  /** Where it is now. */
  readonly path: string;
  readonly why: string;
}

/** How to open a record file. */
export interface OpenOptions {
  /** Makes the first member, should a new file be begun. */
  readonly firstMember: () => Uint8Array;
  /** Length at which this process closed the file; such a file needs no survey. */
  readonly knownLength?: number;
}

/** What tells a file from all others of this machine. */
type FileId = Pick<Deno.FileInfo, "dev" | "ino">;

const EXTENSION = ".ncap.gz";
const COPY_BYTES = 1 << 16;

/**
 * One record file open for appending; the only writer of its file. Its bytes up to `length` are
 * whole members. After an error it takes nothing more.
 */
export class RecordFile {
  /** Whether the file was begun by opening it. */
  readonly isNew: boolean;
  /** What had to make way when the file was opened. */
  readonly setAside?: SetAside;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #id: FileId;
  #length: number;
  #failure?: StoreError;

  private constructor(
    path: string,
    file: Deno.FsFile,
    id: FileId,
    length: number,
    setAside?: SetAside,
  ) {
    this.#path = path;
    this.#file = file;
    this.#id = id;
    this.#length = length;
    this.isNew = length === 0;
    this.setAside = setAside;
  }

  /**
   * Opens or creates the file at `path`, and the folder it is in. What another program wrote is moved
   * aside whole, what a crash tore is moved aside from the first member on that is not whole. The
   * names of a file and a folder are durable only when the folder around them is synced.
   *
   * @throws StoreError When the file system refuses.
   */
  static async open(path: string, options: OpenOptions): Promise<RecordFile> {
    let file: Deno.FsFile | undefined;
    try {
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
      file = await openForUpdate(path);
      const { size } = await file.stat();
      let length = size;
      let setAside: SetAside | undefined;
      if (size !== options.knownLength) {
        const { wholeBytes, problem } = await surveyMembers(file, size);
        if (problem === "foreign" && wholeBytes === 0) {
          file.close();
          file = undefined; // should the next line throw
          setAside = await moveAside(path);
          file = await openForUpdate(path);
        } else if (problem !== undefined) {
          setAside = await copyAside(path, file, wholeBytes, size, problem);
          await file.truncate(wholeBytes);
          await file.sync();
        }
        length = wholeBytes;
      }
      await file.seek(length, Deno.SeekMode.Start);
      const opened = new RecordFile(path, file, await file.stat(), length, setAside);
      if (opened.isNew) await opened.#begin(options.firstMember());
      return opened;
    } catch (cause) {
      file?.close();
      throw storeError(`open "${path}"`, cause);
    }
  }

  /** Bytes of the file; all of them whole members, and on disk up to the last append. */
  get length(): number {
    return this.#length;
  }

  /**
   * Whether it is still the file at its path and as long as it was left. Bytes appended to another
   * one could not be found, or not be read.
   */
  async isInPlace(): Promise<boolean> {
    try {
      const { dev, ino, size } = await Deno.stat(this.#path);
      return dev === this.#id.dev && ino === this.#id.ino && size === this.#length;
    } catch {
      return false; // opening it anew says why
    }
  }

  /**
   * Appends whole members and returns when they are on disk. At most `MAX_UNSYNCED_BYTES` at once
   * (or one member), else a survey may miss what a crash tears. Not to be called again before it
   * has returned.
   *
   * @throws StoreError When they could not be stored. The file is then cut back to what it held
   * before, if it can be.
   */
  async append(members: readonly Uint8Array[]): Promise<void> {
    if (this.#failure) throw this.#failure;
    await this.#write(concat(members));
    try {
      await this.#file.syncData();
    } catch (cause) {
      // Never tried again: the system may have forgotten what it could not write, and say yes.
      throw this.#failure = storeError(`sync "${this.#path}"`, cause);
    }
  }

  /** Closes the file; everything appended is on disk already. */
  close(): void {
    this.#file.close();
  }

  /** Writes the first member; a file that cannot even hold that is removed, since nobody could read it. */
  async #begin(firstMember: Uint8Array): Promise<void> {
    try {
      await this.#write(firstMember);
    } catch (error) {
      const { isFile, size } = await this.#file.stat();
      if (isFile && size === 0) await Deno.remove(this.#path).catch(() => {});
      throw error;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#file, bytes);
    } catch (cause) {
      throw this.#failure = storeError(`write "${this.#path}"`, cause, await this.#cutBack());
    }
    this.#length += bytes.length;
  }

  async #cutBack(): Promise<string> {
    try {
      await this.#file.truncate(this.#length);
      return "what was stored before is whole";
    } catch {
      return "the file keeps a torn end, which the next start sets aside";
    }
  }
}

function openForUpdate(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
}

/** A write may take less than it was given: a full disk takes what fits, and fails at the next one. */
async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** Renames a file that another program wrote, keeping the extension that readers go by. */
async function moveAside(path: string): Promise<SetAside> {
  const base = path.slice(0, -EXTENSION.length);
  for (let n = 1;; n++) {
    const aside = `${base}.foreign-${n}${EXTENSION}`;
    if (await exists(aside)) continue;
    await Deno.rename(path, aside);
    return { path: aside, why: "another program wrote it" };
  }
}

/** Copies what follows the whole members of a file into a file of its own, and syncs that. */
async function copyAside(
  path: string,
  file: Deno.FsFile,
  from: number,
  size: number,
  problem: MemberProblem,
): Promise<SetAside> {
  const { copy, copyPath } = await createAside(path);
  try {
    await file.seek(from, Deno.SeekMode.Start);
    const bytes = new Uint8Array(COPY_BYTES);
    for (let read = await file.read(bytes); read !== null; read = await file.read(bytes)) {
      await writeAll(copy, bytes.subarray(0, read));
    }
    await copy.sync();
  } catch (cause) {
    await Deno.remove(copyPath);
    throw cause;
  } finally {
    copy.close();
  }
  const why = problem === "cut short" ? "a member that is cut short" : "a member that is damaged";
  return { path: copyPath, why: `the last ${size - from} bytes of "${path}" begin with ${why}` };
}

async function createAside(path: string): Promise<{ copy: Deno.FsFile; copyPath: string }> {
  for (let n = 1;; n++) {
    const copyPath = `${path}.torn-${n}`;
    try {
      const copy = await Deno.open(copyPath, { write: true, createNew: true, mode: 0o600 });
      return { copy, copyPath };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
