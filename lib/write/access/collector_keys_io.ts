import { encodeHex } from "../../base/bytes.ts";
import { ConfigError, KeyFileError, messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log_io.ts";
import {
  type CollectorKeys,
  formatRetiredKeys,
  keysInForce,
  parseRetiredKeys,
  type RetiredKeyPair,
} from "../../seal/access/retired_keys.ts";
import { type KeyPair, keyPairOf, parseKey } from "../../seal/key.ts";
import { newKeyPair } from "../../seal/key_file_io.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { readSmallFile, replaceSmallFile } from "./small_file_io.ts";

/** Behind the name of the file with the private key. */
const RETIRED = ".retired";
const PUBLIC_KEY = "pub.key";
const LOOK_MS = 2000;

/**
 * Makes another private key the one in the file at `path`, and writes the old one down as retired. There
 * is the old key in that file or the new one, whatever happens; beside it `pub.key`, if there is one, has
 * the new one when this returns.
 *
 * @param overlapMs For how long the old key is accepted.
 * @throws ConfigError `usage` while the key before the present one is still accepted; KeyFileError.
 */
export async function replaceCollectorKey(
  layer: FileLayer,
  path: string,
  overlapMs: number,
  nowMs: number,
): Promise<KeyPair> {
  const at = path.lastIndexOf("/");
  const [folder, name] = at < 0 ? [".", path] : [path.slice(0, at) || "/", path.slice(at + 1)];
  try {
    const { current, had } = await readAll(layer, path);
    const writePublic = async ({ publicKey }: KeyPair) => {
      if (await layer.stat(`${folder}/${PUBLIC_KEY}`) === undefined) return;
      await replaceSmallFile(layer, folder, PUBLIC_KEY, encodeHex(publicKey));
    };
    const before = keysInForce(current, had, nowMs, Infinity);
    const old = had.filter(({ publicKey }) =>
      encodeHex(publicKey) !== encodeHex(current.publicKey)
    );
    if (before.accepted.length > 1) {
      await writePublic(current);
      const until = new Date(Math.max(...old.map(({ untilMs }) => untilMs))).toISOString();
      throw new ConfigError(
        "usage",
        `Cannot change the key in ${path} yet: the one before it is accepted until ${until}`,
      );
    }
    const next = newKeyPair();
    const retired = formatRetiredKeys([...old, { ...current, untilMs: nowMs + overlapMs }]);
    await replaceSmallFile(layer, folder, name + RETIRED, retired);
    await replaceSmallFile(layer, folder, name, encodeHex(next.privateKey));
    await writePublic(next);
    return next;
  } catch (cause) {
    if (cause instanceof KeyFileError || cause instanceof ConfigError) throw cause;
    throw new KeyFileError("write-failed", `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** The keys in force of the private key in the file at `path`. @throws KeyFileError */
export async function readCollectorKeys(
  layer: FileLayer,
  path: string,
  nowMs: number,
  keepMs: number,
): Promise<CollectorKeys> {
  const { current, had } = await readAll(layer, path);
  return keysInForce(current, had, nowMs, keepMs);
}

async function readAll(
  layer: FileLayer,
  path: string,
): Promise<{ current: KeyPair; had: readonly RetiredKeyPair[] }> {
  // What is to be replaced is written down first: so it is read last.
  const text = await readSmallFile(layer, path);
  if (text === undefined) {
    throw new KeyFileError("not-found", `Cannot read the private key: there is no file ${path}`);
  }
  const parsed = parseKey(text);
  if ("reason" in parsed) {
    const why = parsed.reason;
    throw new KeyFileError("malformed", `Cannot use the private key in ${path}: ${why}`);
  }
  const had = parseRetiredKeys(await readSmallFile(layer, path + RETIRED) ?? "");
  if ("problem" in had) {
    throw new KeyFileError("malformed", `Cannot use ${path}${RETIRED}: ${had.problem}`);
  }
  return { current: keyPairOf(parsed.key), had: had.keys };
}

/** Looks every 2 s whether the keys of a collector that runs are others by now. */
export class CollectorKeysFile implements Disposable {
  readonly #read: () => Promise<CollectorKeys>;
  readonly #log: Log;
  readonly #onChange: (keys: CollectorKeys) => void;
  readonly #looking: ReturnType<typeof setInterval>;
  #text: string;

  constructor(
    read: () => Promise<CollectorKeys>,
    keys: CollectorKeys,
    { log, onChange }: {
      readonly log: Log;
      readonly onChange: (keys: CollectorKeys) => void;
    },
  ) {
    this.#read = read;
    this.#log = log;
    this.#onChange = onChange;
    this.#text = textOf(keys);
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  async #look(): Promise<void> {
    try {
      const keys = await this.#read();
      if (textOf(keys) === this.#text) return;
      this.#text = textOf(keys);
      this.#onChange(keys);
    } catch (error) {
      this.#log.problem(
        "keys",
        `${messageOf(error)}; the keys that were read before stay in force`,
      );
    }
  }

  /** Stops looking. */
  [Symbol.dispose](): void {
    clearInterval(this.#looking);
  }
}

function textOf({ accepted, retired }: CollectorKeys): string {
  const digits = (keys: readonly KeyPair[]) => keys.map(({ publicKey }) => encodeHex(publicKey));
  return JSON.stringify([digits(accepted), digits(retired)]);
}
