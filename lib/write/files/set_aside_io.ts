import type { FileLayer, LayerFile, PathKind } from "./file_layer.ts";
import { orSyncError } from "./store_error.ts";

/** Something that was in the way of a record file and has been kept under another name. */
export interface SetAside {
  /** Where it is now. */
  readonly path: string;
  readonly why: string;
  /** Whether batches that were stored for good are damaged. */
  readonly isDamaged: boolean;
}

const COPY_BYTES = 1 << 16;
const WITH_EXTENSION = /^(.*?)((?:\.ncap\.gz)?)$/s;

/**
 * Renames a whole file, keeping the extension that readers go by: `TCP.foreign-1.ncap.gz`. The new
 * name is durable when the folder is synced.
 */
export async function moveAside(
  layer: FileLayer,
  path: string,
  word: "foreign" | "damaged",
): Promise<string> {
  const [, base, extension] = WITH_EXTENSION.exec(path)!;
  const aside = await freeName(layer, (n) => `${base}.${word}-${n}${extension}`);
  await layer.rename(path, aside);
  return aside;
}

/** Renames what is in the place of a record file and is none: to open it may wait for somebody for ever. */
export async function moveObstacle(
  layer: FileLayer,
  path: string,
  kind: PathKind,
): Promise<SetAside> {
  const aside = await moveAside(layer, path, "foreign");
  return { path: aside, why: `"${path}" was a ${kind}`, isDamaged: false };
}

/** Renames a record file that somebody has emptied: it is never left so. */
export async function moveEmptied(layer: FileLayer, path: string): Promise<SetAside> {
  const aside = await moveAside(layer, path, "damaged");
  return { path: aside, why: `somebody has emptied "${path}"`, isDamaged: true };
}

/** Renames a file of which nothing is whole: `TCP.ncap.gz.torn-1`. */
async function moveTorn(layer: FileLayer, path: string): Promise<string> {
  const aside = await tornPath(layer, path);
  await layer.rename(path, aside);
  return aside;
}

/** Copies a file from `from` on into a file of its own, `TCP.ncap.gz.torn-1`, and syncs that. */
async function copyAside(
  layer: FileLayer,
  path: string,
  file: LayerFile,
  from: number,
): Promise<string> {
  const aside = await tornPath(layer, path);
  const copy = await layer.open(aside, "create");
  try {
    const bytes = new Uint8Array(COPY_BYTES);
    let at = from;
    for (let read = await file.read(bytes, at); read !== null; read = await file.read(bytes, at)) {
      await writeAll(copy, bytes.subarray(0, read), at - from);
      at += read;
    }
    await orSyncError(aside, copy.sync());
  } catch (cause) {
    await layer.remove(aside).catch(() => {}); // the cause tells more
    throw cause;
  } finally {
    copy.close();
  }
  return aside;
}

/** Copies what follows the whole members aside and cuts it off; moves a file that has none. */
export async function cutTail(
  layer: FileLayer,
  path: string,
  file: LayerFile,
  wholeBytes: number,
  size: number,
  problem: string,
): Promise<SetAside> {
  const what = problem === "cut short" ? "a member that is cut short" : "a member that is damaged";
  const why = `the last ${size - wholeBytes} bytes of "${path}" begin with ${what}`;
  if (wholeBytes === 0) return { path: await moveTorn(layer, path), why, isDamaged: false };
  const aside = await copyAside(layer, path, file, wholeBytes);
  await file.truncate(wholeBytes);
  await orSyncError(path, file.sync());
  return { path: aside, why, isDamaged: false };
}

/** A write may take less than it was given: a full disk takes what fits, and fails at the next one. */
export async function writeAll(file: LayerFile, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await file.write(bytes.subarray(done), at + done);
  }
}

function tornPath(layer: FileLayer, path: string): Promise<string> {
  return freeName(layer, (n) => `${path}.torn-${n}`);
}

async function freeName(layer: FileLayer, nameOf: (n: number) => string): Promise<string> {
  for (let n = 1;; n++) {
    const name = nameOf(n);
    if (await layer.stat(name) === undefined) return name;
  }
}
