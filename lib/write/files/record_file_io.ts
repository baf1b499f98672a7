import { concat } from "../../base/bytes/bytes.ts";
import { StoreError } from "../../base/errors.ts";
import { release } from "../../base/bytes/release.ts";
import { MEMBER_HEADER_BYTES, type MemberHeader, parseMemberHeader } from "../../pack/member.ts";
import type { FileLayer, FileStat, LayerFile } from "./file_layer.ts";
import { BEGUN_SUFFIX } from "./file_names.ts";
import { surveyMembers } from "./member_survey_io.ts";
import { moveAside, moveEmptied, moveObstacle, type SetAside, writeAll } from "./set_aside_io.ts";
import type { StoreClock } from "./store_clock.ts";
import { newerFile, orSyncError, storeError, syncError } from "./store_error.ts";

/** How to open a record file. */
export interface OpenOptions {
  /** Makes the first member, should a new file be begun. */
  readonly firstMember: () => Uint8Array;
  /** Length up to which this process knows the file to be whole; such a file needs no survey. */
  readonly knownLength?: number;
  /** When it was begun, by the monotonic clock, if this process knows that. */
  readonly knownBegunMs?: number;
  readonly clock: StoreClock;
}

/** A file that can be gone on with. */
interface Opened {
  readonly file: LayerFile;
  readonly id: FileStat;
  readonly first: MemberHeader;
  readonly length: number;
  readonly isNew: boolean;
}

/**
 * One record file open for appending; the only writer of its file. Its bytes up to `length` are
 * whole members. After an error other than a full disk it takes nothing more.
 */
export class RecordFile {
  /** Whether the file was begun by opening it. */
  readonly isNew: boolean;
  /** What had to make way when the file was opened. */
  readonly setAside?: SetAside;
  /**
   * When the file was begun, by the monotonic clock; by what it says, and the wall clock, if this process
   * has not begun it. -Infinity when that lies in the future: nobody knows how old it is.
   */
  readonly begunMs: number;
  /** Bytes of its first member. */
  readonly firstBytes: number;
  /** Of its members: another one is not appended. */
  readonly version: number;
  readonly #layer: FileLayer;
  readonly #path: string;
  readonly #file: LayerFile;
  readonly #id: FileStat;
  #length: number;
  #failure?: StoreError;

  private constructor(
    layer: FileLayer,
    path: string,
    opened: Opened,
    begunMs: number,
    setAside?: SetAside,
  ) {
    this.#layer = layer;
    this.#path = path;
    this.#file = opened.file;
    this.#id = opened.id;
    this.#length = opened.length;
    this.isNew = opened.isNew;
    this.setAside = setAside;
    this.begunMs = begunMs;
    this.firstBytes = opened.first.length;
    this.version = opened.first.version;
  }

  /**
   * Opens or creates the file at `path`, and the folder it is in. It has been recovered: what another
   * program wrote or damaged since is moved aside whole. A file that is begun has its name only when
   * its first member is on disk; that name, and the one of the folder, are durable when the folder
   * around them is synced.
   *
   * @throws StoreError When the file system refuses; `sync-failed` is not to be tried again.
   */
  static async open(layer: FileLayer, path: string, options: OpenOptions): Promise<RecordFile> {
    try {
      await layer.makeFolder(path.slice(0, path.lastIndexOf("/")));
      const { opened: there, setAside } = await openThere(layer, path, options.knownLength);
      const opened = there ?? await begin(layer, path, options.firstMember());
      return new RecordFile(layer, path, opened, begunMsOf(opened, options), setAside);
    } catch (cause) {
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
      const there = await this.#layer.stat(this.#path);
      return there?.dev === this.#id.dev && there.ino === this.#id.ino &&
        there.size === this.#length;
    } catch {
      return false; // opening it anew says why
    }
  }

  /**
   * Appends whole members and returns when they are on disk. At most `MAX_UNSYNCED_BYTES` at once
   * (or one member), else a survey may miss what a crash tears. Not to be called again before it
   * has returned.
   *
   * @throws StoreError When they could not be stored. After `disk-full` the file has been cut back to
   * what it held before, and goes on; after anything else the store must not.
   */
  async append(members: readonly Uint8Array[]): Promise<void> {
    if (this.#failure) throw this.#failure;
    const bytes = concat(members);
    try {
      await writeAll(this.#file, bytes, this.#length);
    } catch (cause) {
      throw await this.#cutBack(cause);
    }
    try {
      await this.#file.syncData();
    } catch (cause) {
      throw this.#failure = syncError(this.#path, cause);
    }
    this.#length += bytes.length;
    release(bytes);
  }

  /**
   * Makes all of the file durable, what the system keeps of it besides its bytes too.
   *
   * @throws StoreError `sync-failed`.
   */
  async sync(): Promise<void> {
    try {
      await this.#file.sync();
    } catch (cause) {
      throw this.#failure = syncError(this.#path, cause);
    }
  }

  /** Closes the file; everything appended is on disk already. */
  close(): void {
    this.#file.close();
  }

  /** Takes back what a failed write has written of its bytes; returns the error to throw. */
  async #cutBack(cause: unknown): Promise<StoreError> {
    const attempt = `write "${this.#path}"`;
    try {
      await this.#file.truncate(this.#length);
    } catch {
      const consequence = "the file keeps a torn end, which the next start sets aside";
      const { message } = storeError(attempt, cause, consequence);
      return this.#failure = new StoreError("write-failed", message, { cause });
    }
    const error = storeError(attempt, cause, "what was stored before is whole");
    if (error.code !== "disk-full") this.#failure = error;
    return error;
  }
}

function begunMsOf({ isNew, first }: Opened, { knownBegunMs, clock }: OpenOptions): number {
  const nowMs = clock.monotonicMs();
  if (isNew) return nowMs;
  if (knownBegunMs !== undefined) return knownBegunMs;
  const ageMs = clock.wallMs() - Number(first.arrival / 1_000_000n);
  return ageMs < 0 ? -Infinity : nowMs - ageMs;
}

/**
 * Opens what is at the path; nothing when there is nothing to go on with. A file that is not whole is
 * never cut: what a crash tore the recovery has cut off before, so this was stored for good.
 */
async function openThere(
  layer: FileLayer,
  path: string,
  knownLength?: number,
): Promise<{ opened?: Opened; setAside?: SetAside }> {
  const there = await layer.stat(path);
  if (there === undefined) return {};
  const { size, kind } = there;
  if (kind !== "file") return { setAside: await moveObstacle(layer, path, kind) };
  if (size === 0) return { setAside: await moveEmptied(layer, path) };
  const file = await layer.open(path, "update");
  let opened: Opened | undefined;
  try {
    if (size !== knownLength) {
      const { wholeBytes, problem } = await surveyMembers(file, size);
      if (problem === "newer") throw newerFile(path);
      if (problem === "foreign" && wholeBytes === 0) {
        const aside = await moveAside(layer, path, "foreign");
        return { setAside: { path: aside, why: "another program wrote it", isDamaged: false } };
      }
      if (problem !== undefined) {
        const aside = await moveAside(layer, path, "damaged");
        const why = `somebody has changed "${path}": what is in it from byte ${wholeBytes} on ` +
          `is ${problem}`;
        return { setAside: { path: aside, why, isDamaged: true } };
      }
    }
    const bytes = new Uint8Array(MEMBER_HEADER_BYTES);
    await file.read(bytes, 0);
    const first = parseMemberHeader(bytes, 0);
    if (typeof first === "string") throw new Error("it has become another file meanwhile");
    const id = await layer.stat(path);
    if (id === undefined) throw new Error("it has been taken away meanwhile");
    opened = { file, id, first, length: size, isNew: false };
    return { opened };
  } finally {
    if (!opened) file.close();
  }
}

/** Begins a file: it gets its name when its first member is on disk. */
async function begin(layer: FileLayer, path: string, bytes: Uint8Array): Promise<Opened> {
  const first = parseMemberHeader(bytes, 0);
  if (typeof first === "string") throw new TypeError(`The first member is ${first}`);
  const begunPath = path + BEGUN_SUFFIX;
  let file: LayerFile | undefined;
  try {
    file = await layer.open(begunPath, "replace");
    await writeAll(file, bytes, 0);
    await orSyncError(begunPath, file.sync());
    const id = await file.stat();
    await layer.rename(begunPath, path);
    return { file, id, first, length: bytes.length, isNew: true };
  } catch (cause) {
    file?.close();
    await layer.remove(begunPath).catch(() => {}); // the cause tells more
    throw cause;
  }
}
