import type { TimeSpan } from "../../base/time_span.ts";
import { type FileName, parseFileName } from "../files/file_names.ts";

/** A record file of a client. */
export interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly kind: FileName["kind"];
}

/** What stands behind the type in the name of a rotated file: `-20261124T110000.000Z.ncap.gz`. */
const ROTATED = /^-\d{8}T\d{6}\.\d{3}Z\.ncap\.gz$/;
const ROTATED_LENGTH = "-20261124T110000.000Z.ncap.gz".length;
const [TIME_AT, TIME_LENGTH] = [1, "20261124T110000.000Z".length];

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
    return [...this.#rotatedOf(type, times), ...this.#otherFiles((name) => name === type)];
  }

  /** The files of all types that may have been written in a time. */
  within(times: TimeSpan): StoredFile[] {
    const rotated = [...this.#rotated.keys()].flatMap((type) => [
      ...this.#rotatedOf(type, times),
    ]);
    return [...rotated, ...this.#otherFiles(() => true)];
  }

  *#rotatedOf(type: string, { from, to }: TimeSpan): Generator<StoredFile> {
    const [first, last] = [from, to].map((time) => time === undefined ? undefined : textOf(time));
    let before = "";
    for (const name of this.#rotated.get(type) ?? []) {
      const suffix = name.slice(type.length);
      const end = suffix.slice(TIME_AT, TIME_AT + TIME_LENGTH);
      const isWanted = (first === undefined || end >= first) &&
        (last === undefined || before <= last);
      before = end;
      if (isWanted && ROTATED.test(suffix)) {
        yield { name, path: `${this.#folder}/${name}`, kind: "rotated" };
      }
    }
  }

  *#otherFiles(isWanted: (type: string) => boolean): Generator<StoredFile> {
    for (const name of this.#others) {
      const parsed = parseFileName(name);
      if (!parsed || !isWanted(parsed.type)) continue;
      yield { name, path: `${this.#folder}/${name}`, kind: parsed.kind };
    }
  }
}

/** Whether times, ns since 1970, lie within others at least in part. */
export function overlaps(begin: bigint, end: bigint, { from, to }: TimeSpan): boolean {
  return (from === undefined || end >= from) && (to === undefined || begin <= to);
}

/** A time, ns since 1970, as names of rotated files have it. */
function textOf(nanos: bigint): string {
  const ms = Math.min(Math.max(Number(nanos / 1_000_000n), 0), 253_402_300_799_999);
  return new Date(ms).toISOString().replaceAll(/[-:]/g, "");
}
