import { CaptureError, messageOf } from "../base/errors.ts";
import { captureChunks } from "./capture_file_io.ts";
import { CaptureParser } from "./capture_parser.ts";

/** What is known of a capture file without reading it whole. */
export interface CapturePeek {
  readonly name: string;
  /** In the folder. */
  readonly path: string;
  /** Time of the first packet in seconds since 1970, and nanoseconds; undefined if there is none. */
  readonly first: readonly [number, number] | undefined;
  /** What the (unpacked) capture begins with: at most {@linkcode PREFIX_BYTES}. */
  readonly prefix: Uint8Array<ArrayBuffer>;
  readonly isCapture: boolean;
}

/** Enough to tell one capture from another: the headers and times of the first packets. */
export const PREFIX_BYTES = 4096;
/** How far the first packet is looked for, unpacked. */
const MAX_PEEK_BYTES = 16 << 20;

/**
 * The files in a folder: not those in folders of it, nor those whose name begins with a point.
 *
 * @throws CaptureError `not-found`, `not-permitted`, `read-failed`.
 */
export async function listFolder(folder: string): Promise<Map<string, Deno.FileInfo>> {
  const files = new Map<string, Deno.FileInfo>();
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.startsWith(".")) continue;
      // It may have been removed meanwhile, or be a link that leads nowhere.
      const info = await Deno.stat(`${folder}/${name}`).catch(() => undefined);
      if (info?.isFile) files.set(name, info);
    }
  } catch (cause) {
    const code = cause instanceof Deno.errors.NotFound ? "not-found" : "read-failed";
    const message = `Cannot read folder ${JSON.stringify(folder)}: ${messageOf(cause)}`;
    throw new CaptureError(code, message, { cause });
  }
  return files;
}

/** Files of a folder in the order of their first packets, then of their names; those without at the end. */
export async function peekInOrder(folder: string, names: Iterable<string>): Promise<CapturePeek[]> {
  const peeks: CapturePeek[] = [];
  for (const name of names) peeks.push(await peekCapture(folder, name));
  const seconds = ({ first }: CapturePeek) => first?.[0] ?? Infinity;
  // `cap2` before `cap10`. Not made before it is needed: the first of a program takes 7 ms.
  const collator = new Intl.Collator("en", { numeric: true });
  return peeks.sort((a, b) =>
    compare(seconds(a), seconds(b)) || compare(a.first?.[1] ?? 0, b.first?.[1] ?? 0) ||
    collator.compare(a.name, b.name)
  );
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A file that cannot be read counts as a capture: reading it will say why. */
async function peekCapture(folder: string, name: string): Promise<CapturePeek> {
  const path = `${folder}/${name}`;
  let first: readonly [number, number] | undefined;
  const parser = new CaptureParser({
    packet: (_bytes, _at, _end, _length, sec, nsec) => {
      first ??= [sec, nsec];
    },
  });
  const prefix = new Uint8Array(PREFIX_BYTES);
  let bytes = 0;
  try {
    for await (const chunk of captureChunks(path)) {
      if (bytes < PREFIX_BYTES) prefix.set(chunk.subarray(0, PREFIX_BYTES - bytes), bytes);
      bytes += chunk.length;
      parser.push(chunk);
      const isKnown = first !== undefined || parser.problem !== undefined;
      if (bytes >= MAX_PEEK_BYTES || (isKnown && bytes >= PREFIX_BYTES)) break;
    }
    parser.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return {
    name,
    path,
    first,
    prefix: prefix.slice(0, Math.min(bytes, PREFIX_BYTES)),
    isCapture: parser.problem?.code !== "not-a-capture",
  };
}
