import {
  MEMBER_HEADER_BYTES,
  type MemberHeader,
  type MemberProblem,
  parseMemberHeader,
  unpackMember,
} from "../pack/member.ts";

/**
 * A writer syncs after at most so many bytes (or one member): what a crash may have torn begins no
 * further from a file's end.
 */
export const MAX_UNSYNCED_BYTES = 1 << 20;

/** How far a file consists of whole members. */
export interface MemberSurvey {
  /** Bytes of the whole members at the beginning. */
  readonly wholeBytes: number;
  /** What follows them, when the file goes on. */
  readonly problem?: MemberProblem;
}

/** Read at once; about a millisecond of unpacking. */
const WINDOW_BYTES = 1 << 16;

/**
 * Finds out how far a record file is whole. Hops from header to header, then unpacks and checks every
 * member that was possibly not synced: in a torn file pages may be missing anywhere in what the last
 * write wrote. Never searches for the beginning of a member, since what looks like one may be a
 * sensor's bytes inside another.
 */
export async function surveyMembers(file: Deno.FsFile, size: number): Promise<MemberSurvey> {
  const window = new Window(file);
  const unsynced: { at: number; header: MemberHeader }[] = [];
  let survey: MemberSurvey = { wholeBytes: size };
  for (let at = 0; at < size;) {
    const header = parseMemberHeader(
      await window.read(at, Math.min(MEMBER_HEADER_BYTES, size - at)),
      0,
    );
    if (typeof header === "string" || at + header.length > size) {
      survey = { wholeBytes: at, problem: typeof header === "string" ? header : "cut short" };
      break;
    }
    if (at + header.length > size - MAX_UNSYNCED_BYTES) unsynced.push({ at, header });
    at += header.length;
  }
  for (const { at, header } of unsynced) {
    const records = unpackMember(await window.read(at, header.length), header);
    if (records === "damaged") return { wholeBytes: at, problem: "damaged" };
  }
  return survey;
}

/** Reads forward in a file, a window at a time. */
class Window {
  readonly #file: Deno.FsFile;
  #bytes = new Uint8Array(0);
  #at = 0;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** `length` bytes from `at`, which the file has; a view that the next call may overwrite. */
  async read(at: number, length: number): Promise<Uint8Array> {
    const isInside = at >= this.#at && at + length <= this.#at + this.#bytes.length;
    if (!isInside) await this.#fill(at, length);
    return this.#bytes.subarray(at - this.#at, at - this.#at + length);
  }

  async #fill(at: number, length: number): Promise<void> {
    const bytes = new Uint8Array(Math.max(length, WINDOW_BYTES));
    await this.#file.seek(at, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < length) {
      const read = await this.#file.read(bytes.subarray(filled));
      if (read === null) throw new Error(`the file ends at ${at + filled}, it has become shorter`);
      filled += read;
    }
    this.#bytes = bytes.subarray(0, filled);
    this.#at = at;
  }
}
