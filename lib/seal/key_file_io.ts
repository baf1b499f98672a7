import { encodeHex } from "../base/bytes/bytes.ts";
import { KeyFileError, messageOf } from "../base/errors.ts";
import { exists } from "../base/exists_io.ts";
import { KEY_BYTES, type KeyPair, keyPairOf, parseKey } from "./key.ts";

/** Names of the two files of a key pair. */
export interface KeyFiles {
  /** Of the public key. */
  readonly publicKey: string;
  /** Of the private key. */
  readonly privateKey: string;
}

/** The collector's, as the original has them. */
export const COLLECTOR_KEY_FILES: KeyFiles = { publicKey: "pub.key", privateKey: "priv.key" };
/** A sensor's lasting pair. */
export const SENSOR_KEY_FILES: KeyFiles = { publicKey: "sensor.pub", privateKey: "sensor.key" };

/** Of a sensor that rewrites addresses. */
const ANONYMIZE_KEY_FILE = "anonymize.key";

/** Behind the name of a key file that is being written. */
const NEW = ".new";

const HEX_KEY = /^[0-9a-fA-F]{64}$/;
/** What is most likely a key that has been mistyped or cut: no message may show it. */
const ALMOST_KEY = /[0-9a-fA-F]{48}/;

/**
 * A new key pair from the system's random numbers.
 *
 * ```ts
 * import { newKeyPair } from "@farcap/farcap/transport";
 *
 * const { publicKey, privateKey } = newKeyPair();
 * console.log(publicKey.length, privateKey.length);
 * ```
 */
export function newKeyPair(): KeyPair {
  return keyPairOf(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * The key that a flag gives: 64 hex digits as they are, else the path of a file that holds them.
 *
 * ```ts
 * import { readKey, writeKeyPair } from "@farcap/farcap/transport";
 *
 * const folder = await Deno.makeTempDir();
 * await writeKeyPair(folder, false);
 * const publicKey = await readKey(`${folder}/pub.key`, "public key of the collector");
 * if (publicKey.length !== 32) throw new Error("32 bytes");
 * ```
 *
 * @param role What the key is, for messages: `public key of the collector`.
 * @throws KeyFileError `not-found`, `not-permitted` or `malformed`.
 */
export async function readKey(hexOrPath: string, role: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = isKeyItself(hexOrPath) ? hexOrPath : await readKeyFile(hexOrPath, role);
  const parsed = parseKey(text);
  if ("key" in parsed) return parsed.key;
  throw new KeyFileError("malformed", `Cannot use the ${role} in ${hexOrPath}: ${parsed.reason}`);
}

/**
 * The private key that a flag gives, as {@linkcode readKey} reads it.
 *
 * @param warn Told when others than the file's owner may read it (ADR 4).
 */
export async function readPrivateKey(
  hexOrPath: string,
  role: string,
  warn: (line: string) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await readKey(hexOrPath, role);
  if (await isExposed(hexOrPath)) {
    warn(`Others may read the private key in ${hexOrPath}; wanted: mode 0600`);
  }
  return key;
}

/** Behind the name of the file with a sensor's private key: the next one, while that is being changed. */
export const NEXT = ".next";

/**
 * The key pairs of the private keys in a file, and in the one with its next key if there is one.
 *
 * @throws KeyFileError As {@linkcode readKey}.
 */
export async function readKeyPairs(path: string): Promise<readonly [KeyPair, ...KeyPair[]]> {
  const role = "private key of this sensor";
  const next = await exists(path + NEXT) ? [await readKey(path + NEXT, role)] : [];
  return [keyPairOf(await readKey(path, role)), ...next.map(keyPairOf)];
}

/** Whether a flag gives a key itself, and not a file. */
export function isKeyItself(hexOrPath: string): boolean {
  return HEX_KEY.test(hexOrPath);
}

/** Whether others than its owner may read the file; false for keys given as digits. */
export async function isExposed(hexOrPath: string): Promise<boolean> {
  if (isKeyItself(hexOrPath)) return false;
  const { mode } = await Deno.stat(hexOrPath);
  return mode !== null && (mode & 0o077) !== 0;
}

/**
 * Writes a new pair as `pub.key` and `priv.key` (mode 0600) into `folder`, which is made if need be:
 * hex digits without a line end as the original writes them. {@linkcode readKey} shows both.
 *
 * @param force Whether files that exist are replaced.
 * @throws KeyFileError `exists` when one is there and `force` is false; `write-failed`.
 */
export async function writeKeyPair(
  folder: string,
  force: boolean,
  names: KeyFiles = COLLECTOR_KEY_FILES,
): Promise<KeyPair> {
  const pair = newKeyPair();
  const files = [
    { path: `${folder}/${names.privateKey}`, key: pair.privateKey, mode: 0o600 },
    { path: `${folder}/${names.publicKey}`, key: pair.publicKey, mode: 0o644 },
  ];
  await writeKeyFiles(folder, files, force, "whoever has its public key could not send any more");
  return pair;
}

/**
 * Writes a new key for `-anonymize` as `anonymize.key` (mode 0600) into `folder`, in the form of {@linkcode
 * writeKeyPair}; returns its path.
 *
 * @throws KeyFileError As {@linkcode writeKeyPair}.
 */
export async function writeAnonymizeKey(folder: string, force: boolean): Promise<string> {
  const path = `${folder}/${ANONYMIZE_KEY_FILE}`;
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const files = [{ path, key, mode: 0o600 }];
  await writeKeyFiles(folder, files, force, "the same addresses would be others from then on");
  return path;
}

/** @param loss What happens when files that exist are replaced, for messages. */
async function writeKeyFiles(
  folder: string,
  files: readonly { readonly path: string; readonly key: Uint8Array; readonly mode: number }[],
  force: boolean,
  loss: string,
): Promise<void> {
  if (!force) {
    for (const { path } of files) {
      if (await orKeyFileError(path, () => exists(path))) throw alreadyThere(path, loss);
    }
  }
  if (folder !== ".") await orKeyFileError(folder, () => Deno.mkdir(folder, { recursive: true }));
  // Both are written before either takes the place of an old one.
  for (const { path, key, mode } of files) {
    await orKeyFileError(path, async () => {
      await Deno.remove(path + NEW).catch(ignoreNotFound);
      await Deno.writeTextFile(path + NEW, encodeHex(key), { createNew: true, mode });
    });
  }
  for (const { path } of files) await orKeyFileError(path, () => Deno.rename(path + NEW, path));
}

async function readKeyFile(path: string, role: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const shown = ALMOST_KEY.test(path) ? "(not shown: almost a key)" : path;
    if (cause instanceof Deno.errors.NotFound) {
      throw new KeyFileError(
        "not-found",
        `Cannot read the ${role}: there is no file ${shown}; wanted: a key file or 64 hex digits`,
        { cause },
      );
    }
    const isDenied = cause instanceof Deno.errors.PermissionDenied ||
      cause instanceof Deno.errors.NotCapable;
    throw new KeyFileError(
      isDenied ? "not-permitted" : "not-found",
      `Cannot read the ${role} in ${shown}: ${messageOf(cause)}` +
        (isDenied ? "; the key may also be given as 64 hex digits" : ""),
      { cause },
    );
  }
}

async function orKeyFileError<T>(path: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    throw new KeyFileError("write-failed", `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

function alreadyThere(path: string, loss: string): KeyFileError {
  return new KeyFileError(
    "exists",
    `Cannot write ${path}: it exists, and ${loss}; use -force to replace it`,
  );
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
