import {
  MAX_MEMBER_RECORDS_BYTES,
  MAX_UNSYNCED_BYTES,
  type MemberHeader,
} from "../../pack/member.ts";
import { printable } from "../../base/text/printable.ts";
import type { FileLayer, LayerFile } from "./file_layer.ts";
import { clearClientFolder, type ClientFile } from "./client_files_io.ts";
import type { FileName } from "./file_names.ts";
import { FileWindow, hopMembers, isWhole, type MemberSurvey } from "./member_survey_io.ts";
import { RecentBatches } from "./recent_batches.ts";
import { SessionLog, type StoredPart } from "./session_log.ts";
import { cutTail, moveAside, type SetAside } from "./set_aside_io.ts";
import { newerFile, orSyncError, storeError } from "./store_error.ts";
import { syncFolders } from "./sync_folders_io.ts";
import { WholeBatches } from "./whole_batches.ts";

/** What a client's files tell. */
export interface Recovered {
  readonly sessions: Map<bigint, SessionLog>;
  /** Up to where the files are whole that may be appended to, by path. */
  readonly lengths: ReadonlyMap<string, number>;
  /** What had to make way. */
  readonly setAside: readonly SetAside[];
  /** What somebody seems to have done there, a line each. */
  readonly noticed: readonly string[];
}

/**
 * Reads what is stored of a client's sessions out of its files, and mends what a crash has torn
 * (docs/protocol.md, Recovery): nothing may write there meanwhile. What it tells is durable when it
 * returns. It may be stopped anywhere and begun again.
 *
 * @param signal Stops it soon.
 * @throws StoreError When the file system refuses, or it has been stopped.
 */
export async function recoverClient(
  layer: FileLayer,
  folder: string,
  signal?: AbortSignal,
): Promise<Recovered> {
  try {
    return await new Recovery(layer, folder, signal).run();
  } catch (cause) {
    throw storeError(`recover the record files in "${folder}"`, cause);
  }
}

interface Member {
  readonly at: number;
  readonly header: MemberHeader;
}

/** A file that has been hopped over. */
interface Surveyed extends MemberSurvey {
  readonly path: string;
  readonly kind: FileName["kind"];
  readonly size: number;
  /** The last member and those that may not have been synced. */
  readonly unsynced: Member[];
  /** Where the last settled member begins that is not among them; -1 when there is none. */
  readonly lastSettledAt: number;
}

/** A file whose members have been checked. */
interface Judged extends Surveyed {
  /** Where what is bad begins: a member that is damaged, or what is no member. `size` when nothing is. */
  readonly badAt: number;
  readonly isDamaged: boolean;
  /** Whether that has never been settled and is cut off; else the file is put aside. */
  readonly isCut: boolean;
  /** Settled batches that are nowhere. */
  readonly hidden: bigint;
}

/** How many members are gathered before those found to be settled are dropped. */
const GATHERED_MEMBERS = 4096;
/** A tear begins no further from the end than this, even if it is that of the longest member. */
const MAX_TORN_BYTES = MAX_MEMBER_RECORDS_BYTES + (1 << 16);

class Recovery {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #signal?: AbortSignal;
  /** By session, the highest `settled` in any whole header. */
  readonly #settled = new Map<bigint, bigint>();
  /** By session, the last file with such a header. */
  readonly #settledIn = new Map<bigint, string>();
  /** By session, the good members above it. */
  readonly #stored = new Map<bigint, StoredPart[]>();
  readonly #lengths = new Map<string, number>();
  readonly #noticed: string[] = [];
  #recent = new RecentBatches(0n);
  /** Files that have lost their end, and what it told of sessions. */
  readonly #cut = new Set<string>();
  readonly #setAside: SetAside[] = [];

  constructor(layer: FileLayer, folder: string, signal?: AbortSignal) {
    this.#layer = layer;
    this.#folder = folder;
    this.#signal = signal;
  }

  async run(): Promise<Recovered> {
    this.#signal?.throwIfAborted();
    const cleared = await clearClientFolder(this.#layer, this.#folder, this.#signal);
    this.#setAside.push(...cleared.setAside);
    this.#recent = new RecentBatches(newestOf(cleared.files));
    const files: Surveyed[] = [];
    for (const file of cleared.files) {
      this.#signal?.throwIfAborted();
      files.push(await this.#survey(file));
    }
    const judged: Judged[] = [];
    for (const file of files) judged.push(await this.#judge(file, files));
    for (const file of judged) {
      this.#signal?.throwIfAborted();
      await this.#mend(file);
    }
    if (files.length > 0 || cleared.setAside.length > 0) {
      const parent = this.#folder.slice(0, this.#folder.lastIndexOf("/"));
      await syncFolders(this.#layer, [this.#folder, parent]);
    }
    this.#lookForMissing(files);
    const sessions = new Map<bigint, SessionLog>();
    for (const [session, settled] of this.#settled) {
      const path = this.#settledIn.get(session)!;
      const recorded = this.#cut.has(path) ? 0n : settled;
      const log = new SessionLog(settled, path, this.#stored.get(session), recorded);
      sessions.set(session, log);
    }
    return {
      sessions,
      lengths: this.#lengths,
      setAside: this.#setAside,
      noticed: this.#noticed,
    };
  }

  /** What is not whole hides some; that is said of it. */
  #lookForMissing(files: readonly Surveyed[]): void {
    if (files.some(({ problem }) => problem !== undefined)) return;
    let missing = 0n;
    for (const [session, settled] of this.#settled) {
      const above = this.#stored.get(session)?.filter(({ part }) => part === 1).length ?? 0;
      missing += this.#recent.missing(session, settled, above);
    }
    if (missing === 0n) return;
    this.#noticed.push(
      `${missing} stored batches are in none of the files in "${this.#folder}": ` +
        "one has been taken away, or is older than that",
    );
  }

  async #survey({ path, name: { kind }, otherClient }: ClientFile): Promise<Surveyed> {
    const file = await this.#layer.open(path, "read");
    try {
      const { size } = await file.stat();
      let unsynced: Member[] = [];
      let lastSettledAt = -1;
      let strangerAt: number | undefined;
      let limit = GATHERED_MEMBERS;
      const dropSettled = () => {
        unsynced = unsynced.filter(({ at, header }, index) => {
          if (index === unsynced.length - 1 || this.#isUnsynced(at, header, size)) return true;
          if (header.session !== 0n) lastSettledAt = at;
          return false;
        });
        limit = Math.max(GATHERED_MEMBERS, 2 * unsynced.length);
      };
      const survey = await hopMembers(new FileWindow(file), size, (at, header) => {
        this.#signal?.throwIfAborted();
        const { session, settled } = header;
        if (at > 0 && session === 0n && header.count === 0) strangerAt ??= at;
        if (otherClient === undefined && strangerAt === undefined) this.#recent.see(header);
        if (session !== 0n && settled >= (this.#settled.get(session) ?? 0n)) {
          this.#settled.set(session, settled);
          this.#settledIn.set(session, path);
        }
        unsynced.push({ at, header });
        if (unsynced.length > limit) dropSettled();
      });
      if (survey.problem === "newer") throw newerFile(path);
      dropSettled();
      if (otherClient !== undefined) {
        this.#noticed.push(
          `"${path}" says to be of the client ${JSON.stringify(printable(otherClient))}`,
        );
      } else if (strangerAt !== undefined) {
        this.#noticed.push(
          `"${path}" holds the content of another file from byte ${strangerAt} on`,
        );
      }
      return { ...survey, path, kind, size, unsynced, lastSettledAt };
    } finally {
      file.close();
    }
  }

  #isUnsynced(at: number, { session, sequence, length }: MemberHeader, size: number): boolean {
    return session === 0n
      ? at + length > size - MAX_UNSYNCED_BYTES
      : sequence > this.#settled.get(session)!;
  }

  /** Checks what may not have been synced, and takes in what is good and stays. */
  async #judge(surveyed: Surveyed, all: readonly Surveyed[]): Promise<Judged> {
    const { path, kind, size, wholeBytes } = surveyed;
    // Others were synced before they got their names; somebody may have protected them since.
    const isSynced = kind !== "live";
    const file = await this.#layer.open(path, isSynced ? "read" : "update");
    try {
      const { good, bad } = await this.#check(file, surveyed);
      const badAt = bad?.at ?? wholeBytes;
      const hidden = wholeBytes < size ? await this.#countHidden(surveyed, all) : 0n;
      const isCut = kind !== "damaged" && badAt < size &&
        hidden === 0n && !this.#isSettledBehind(badAt, surveyed);
      const kept = good.filter((member) => this.#isAbove(member) && !(isCut && member.at >= badAt));
      for (const { header } of kept) this.#take(header);
      // A killed process may have left what it wrote in no more than the system's memory.
      if (kept.length > 0 && !isSynced) await orSyncError(path, file.sync());
      return { ...surveyed, isDamaged: bad !== undefined, badAt, isCut, hidden };
    } finally {
      file.close();
    }
  }

  async #check(
    file: LayerFile,
    { unsynced }: Surveyed,
  ): Promise<{ good: Member[]; bad?: Member }> {
    const window = new FileWindow(file);
    const good: Member[] = [];
    let bad: Member | undefined;
    for (const member of unsynced) {
      this.#signal?.throwIfAborted();
      if (await isWhole(window, member.at, member.header)) good.push(member);
      else bad ??= member;
    }
    return { good, bad };
  }

  /** Whether a settled batch would be cut off; a tear begins near the end. */
  #isSettledBehind(badAt: number, { size, unsynced, lastSettledAt }: Surveyed): boolean {
    return lastSettledAt >= badAt || size - badAt > MAX_TORN_BYTES ||
      unsynced.some((member) => member.at >= badAt && this.#isSettledMember(member));
  }

  #isAbove({ header: { session, sequence } }: Member): boolean {
    return session !== 0n && sequence > this.#settled.get(session)!;
  }

  /** A note is none: it was written of what is settled, and is not settled itself. */
  #isSettledMember({ header: { session, sequence } }: Member): boolean {
    return session !== 0n && sequence > 0n && sequence <= this.#settled.get(session)!;
  }

  /**
   * How many settled batches are in none of the files and may thus be where nobody can hop to in
   * this one: behind its last whole member. They came later than that did, and so did none of their
   * session that has a smaller number than one that came before. May be too many, when files have
   * been taken away.
   */
  async #countHidden(surveyed: Surveyed, all: readonly Surveyed[]): Promise<bigint> {
    const lastArrival = surveyed.unsynced.at(-1)?.header.arrival ?? 0n;
    const seen = new Map<bigint, bigint>();
    for (const file of all) {
      await this.#hop(file, ({ session, sequence, arrival }) => {
        const isBefore = file === surveyed || arrival < lastArrival;
        if (isBefore && sequence > (seen.get(session) ?? 0n)) seen.set(session, sequence);
      });
    }
    const found = new Map<bigint, bigint>();
    const batches = new WholeBatches();
    for (const file of all) {
      await this.#hop(file, (header) => {
        const { session, sequence } = header;
        const isSettled = session !== 0n && sequence <= this.#settled.get(session)!;
        if (!isSettled || sequence <= (seen.get(session) ?? 0n) || !batches.see(header)) return;
        found.set(session, (found.get(session) ?? 0n) + 1n);
      });
    }
    let hidden = 0n;
    for (const [session, settled] of this.#settled) {
      const above = settled - (seen.get(session) ?? 0n);
      if (above > 0n) hidden += above - (found.get(session) ?? 0n);
    }
    return hidden;
  }

  async #hop({ path, size }: Surveyed, visit: (header: MemberHeader) => void): Promise<void> {
    const file = await this.#layer.open(path, "read");
    try {
      await hopMembers(new FileWindow(file), size, (_at, header) => {
        this.#signal?.throwIfAborted();
        visit(header);
      });
    } finally {
      file.close();
    }
  }

  #take(header: MemberHeader): void {
    const stored = this.#stored.get(header.session) ?? [];
    this.#stored.set(header.session, stored);
    stored.push(header);
  }

  /** Makes way for what comes: a torn end is cut off, a file with damaged settled batches put aside. */
  async #mend({ path, kind, size, badAt, isCut, isDamaged, problem, hidden }: Judged) {
    if (kind === "damaged") return;
    if (badAt === size) {
      if (kind === "live") this.#lengths.set(path, size);
    } else if (isCut) {
      const file = await this.#layer.open(path, "update");
      try {
        const what = isDamaged ? "damaged" : problem!;
        this.#setAside.push(await cutTail(this.#layer, path, file, badAt, size, what));
        this.#cut.add(path);
      } finally {
        file.close();
      }
      if (kind === "live" && badAt > 0) this.#lengths.set(path, badAt);
    } else {
      const aside = await moveAside(this.#layer, path, "damaged");
      const lost = hidden > 0n ? `, and ${hidden} of them cannot be found` : "";
      const why = `stored batches in "${path}" are damaged from byte ${badAt} on${lost}`;
      this.#setAside.push({ path: aside, why, isDamaged: true });
    }
  }
}

/** When the newest of the files was rotated, or got its first batch, ns since 1970. */
function newestOf(files: readonly ClientFile[]): bigint {
  let newest = 0n;
  for (const { name, firstArrival } of files) {
    const rotated = name.kind === "rotated" ? BigInt(name.timeMs) * 1_000_000n : 0n;
    for (const each of [rotated, firstArrival]) if (each > newest) newest = each;
  }
  return newest;
}
