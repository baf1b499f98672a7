/** The names of record files in a client's folder. */
import { recordSchema } from "../../base/record/record_schemas.ts";
import { RECORD_TYPES, typeName } from "../../base/record/record_types.ts";

/** What readers go by. */
export const RECORD_FILE_EXTENSION = ".ncap.gz";
/** Stands behind the name of a file that is being begun; it gets its own when its header is on disk. */
export const BEGUN_SUFFIX = ".new";

/** The type in the header of a file for batches of types that are not known. */
export const UNKNOWN_TYPE = 0;

/** The type under which batches of `type` are filed: its own, or {@linkcode UNKNOWN_TYPE}. */
export function filedType(type: number): number {
  return recordSchema(type) ? type : UNKNOWN_TYPE;
}

/** The name of the file that batches are appended to: `TCP.ncap.gz`, `Unknown.ncap.gz`. */
export function recordFileName(type: number): string {
  return `${type === UNKNOWN_TYPE ? "Unknown" : typeName(type)}${RECORD_FILE_EXTENSION}`;
}

/** The type of what a file holds, by its name; undefined for one that no record file has. */
export function typeOfFile(path: string): number | undefined {
  const parsed = parseFileName(path.slice(path.lastIndexOf("/") + 1));
  const name = parsed?.type;
  return name === "Unknown" ? UNKNOWN_TYPE : RECORD_TYPES.find((type) => typeName(type) === name);
}

/** The name of a file that is not appended to any more: `TCP-20261124T110000.000Z.ncap.gz`. */
export function rotatedPath(path: string, timeMs: number): string {
  const stem = path.slice(0, -RECORD_FILE_EXTENSION.length);
  return `${stem}-${timeInName(timeMs)}${RECORD_FILE_EXTENSION}`;
}

/** A time as such a name has it, which sorts as text: `20261124T110000.000Z`. */
export function timeInName(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[-:]/g, "");
}

/**
 * What a name in a client's folder stands for; undefined when it is no record file of ours.
 * `damaged`: put aside since it lost settled batches; what is whole in it counts.
 */
export function parseFileName(name: string): FileName | undefined {
  const match = NAME.exec(name);
  if (!match?.groups) return undefined;
  const { type, time, damaged } = match.groups;
  if (damaged !== undefined) return { kind: "damaged", type: type! };
  if (time === undefined) return { kind: "live", type: type! };
  const [date, clock] = time.split("T") as [string, string];
  const timeMs = Date.parse(
    `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T` +
      `${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}`,
  );
  return { kind: "rotated", type: type!, timeMs };
}

/** A record file's name, taken apart. */
export type FileName =
  | { readonly kind: "live" | "damaged"; readonly type: string }
  /** Rotated at that time. */
  | { readonly kind: "rotated"; readonly type: string; readonly timeMs: number };

const NAME = /^(?<type>\w+)(?:-(?<time>\d{8}T\d{6}\.\d{3}Z))?(?<damaged>\.damaged-\d+)?\.ncap\.gz$/;
