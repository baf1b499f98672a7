import {
  MAX_UNSYNCED_BYTES,
  MEMBER_HEADER_BYTES,
  type MemberHeader,
  type MemberProblem,
  parseMemberHeader,
  unpackMember,
} from "../../pack/member.ts";
import type { LayerFile } from "./file_layer.ts";

/** How far a file consists of whole members. */
export interface MemberSurvey {
  /** Bytes of the whole members at the beginning. */
  readonly wholeBytes: number;
  /** What follows them, when the file goes on. */
  readonly problem?: MemberProblem;
}

/** Read at once: hopping over small members is mostly reading. */
const WINDOW_BYTES = 1 << 18;

/**
 * Hops over a record file from header to header, from its start, and shows each member whose header
 * is whole and that ends within the file. Never searches for the beginning of a member, since what
 * looks like one may be a sensor's bytes inside another.
 */
export async function hopMembers(
  window: FileWindow,
  size: number,
  visit: (at: number, header: MemberHeader) => void,
): Promise<MemberSurvey> {
  for (let at = 0; at < size;) {
    const length = Math.min(MEMBER_HEADER_BYTES, size - at);
    const bytes = window.has(at, length) ? window.view(at, length) : await window.read(at, length);
    const header = parseMemberHeader(bytes, 0);
    if (typeof header === "string") return { wholeBytes: at, problem: header };
    if (at + header.length > size) return { wholeBytes: at, problem: "cut short" };
    visit(at, header);
    at += header.length;
  }
  return { wholeBytes: size };
}

/**
 * Finds out how far a record file is whole: hops over it, then unpacks and checks every member that
 * was possibly not synced, since in a torn file pages may be missing anywhere in what the last write
 * wrote.
 */
export async function surveyMembers(file: LayerFile, size: number): Promise<MemberSurvey> {
  const window = new FileWindow(file);
  const unsynced: { at: number; header: MemberHeader }[] = [];
  const survey = await hopMembers(window, size, (at, header) => {
    if (at + header.length > size - MAX_UNSYNCED_BYTES) unsynced.push({ at, header });
  });
  for (const { at, header } of unsynced) {
    if (!await isWhole(window, at, header)) return { wholeBytes: at, problem: "damaged" };
  }
  return survey;
}

/** Whether the member at `at` holds what its header says. */
export async function isWhole(
  window: FileWindow,
  at: number,
  header: MemberHeader,
): Promise<boolean> {
  return unpackMember(await window.read(at, header.length), header) !== "damaged";
}

/** Reads forward in a file, a window at a time. */
export class FileWindow {
  readonly #file: LayerFile;
  /** Used again for each window. */
  #buffer = new Uint8Array(0);
  #bytes = this.#buffer;
  #at = 0;

  constructor(file: LayerFile) {
    this.#file = file;
  }

  /** `length` bytes from `at`, which the file has; a view that the next call may overwrite. */
  async read(at: number, length: number): Promise<Uint8Array> {
    if (!this.has(at, length)) await this.#fill(at, length);
    return this.view(at, length);
  }

  /** Whether these bytes have been read. */
  has(at: number, length: number): boolean {
    return at >= this.#at && at + length <= this.#at + this.#bytes.length;
  }

  /** Bytes that have been read. */
  view(at: number, length: number): Uint8Array {
    return this.#bytes.subarray(at - this.#at, at - this.#at + length);
  }

  async #fill(at: number, length: number): Promise<void> {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(Math.max(length, WINDOW_BYTES));
    const bytes = this.#buffer;
    this.#bytes = bytes.subarray(0, 0); // until it is filled
    let filled = 0;
    while (filled < length) {
      const read = await this.#file.read(bytes.subarray(filled), at + filled);
      if (read === null) throw new Error(`the file ends at ${at + filled}, it has become shorter`);
      filled += read;
    }
    this.#bytes = bytes.subarray(0, filled);
    this.#at = at;
  }
}
