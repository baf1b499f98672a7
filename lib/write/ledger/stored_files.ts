import type { TimeSpan } from "../../base/time_span.ts";
import {
  type FileName,
  parseFileName,
  RECORD_FILE_EXTENSION,
  timeInName,
} from "../files/file_names.ts";

/** A record file of a client. */
export type StoredFile = FileName & { readonly name: string; readonly path: string };

/** What stands behind the type in the name of a rotated file: `-20261124T110000.000Z.ncap.gz`. */
const ROTATED_LENGTH = "-20261124T110000.000Z.ncap.gz".length;

/**
 * The record files of a client, of which names tell when they were written: there are many thousands in
 * a year, so the times in names are compared as text.
 */
export class StoredFiles {
  readonly #folder: string;
  readonly #names: ReadonlySet<string>;
  /** Of each type: its rotated files, the oldest first; then others. */
  readonly #rotated = new Map<string, string[]>();
  readonly #others: string[] = [];

  /** @param names All that are in the folder. */
  constructor(folder: string, names: readonly string[]) {
    this.#folder = folder;
    this.#names = new Set(names);
    for (const name of names) {
      const typeLength = name.length - ROTATED_LENGTH;
      if (typeLength < 1 || name[typeLength] !== "-") {
        this.#others.push(name);
        continue;
      }
      const type = name.slice(0, typeLength);
      const files = this.#rotated.get(type) ?? [];
      this.#rotated.set(type, files);
      files.push(name);
    }
    for (const files of this.#rotated.values()) files.sort();
  }

  /** Whether there is a file of that name. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether files are there that have got a name since, other than those that are appended to. */
  areOthers(names: readonly string[]): boolean {
    return names.some((name) => !this.#names.has(name) && parseFileName(name)?.kind !== "live");
  }

  /** The files of one type that may have been written in a time. */
  of(type: string, times: TimeSpan): StoredFile[] {
    return this.#filesOf([...this.#rotatedIn(type, times), ...this.#others])
      .filter((file) => file.type === type);
  }

  /** Whether there are files of one type that were rotated before a time begins. */
  areBefore(type: string, { from }: TimeSpan): boolean {
    const [oldest] = this.#rotated.get(type) ?? [];
    return from !== undefined && oldest !== undefined && timeIn(type, oldest) < textOf(from);
  }

  /** The files of all types that may have been written in a time. */
  within(times: TimeSpan): StoredFile[] {
    const rotated = [...this.#rotated.keys()].flatMap((type) => this.#rotatedIn(type, times));
    return this.#filesOf([...rotated, ...this.#others]);
  }

  #rotatedIn(type: string, { from, to }: TimeSpan): string[] {
    const [first, last] = [from, to].map((time) => time === undefined ? undefined : textOf(time));
    return (this.#rotated.get(type) ?? []).filter((name, n, all) =>
      (first === undefined || timeIn(type, name) >= first) &&
      (last === undefined || n === 0 || timeIn(type, all[n - 1]!) <= last)
    );
  }

  /** Those that have names of record files. */
  #filesOf(names: readonly string[]): StoredFile[] {
    return names.flatMap((name) => {
      const parsed = parseFileName(name);
      return parsed ? [{ ...parsed, name, path: `${this.#folder}/${name}` }] : [];
    });
  }
}

/** Whether times, ns since 1970, lie within others at least in part. */
export function overlaps(begin: bigint, end: bigint, { from, to }: TimeSpan): boolean {
  return (from === undefined || end >= from) && (to === undefined || begin <= to);
}

/** When a file was rotated, as its name has it. */
function timeIn(type: string, name: string): string {
  return name.slice(type.length + 1, -RECORD_FILE_EXTENSION.length);
}

/** A time, ns since 1970, as names of rotated files have it. */
function textOf(nanos: bigint): string {
  const ms = Math.min(Math.max(Number(nanos / 1_000_000n), 0), 253_402_300_799_999);
  return timeInName(ms);
}
