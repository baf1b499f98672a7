import { encodeHex } from "../../base/bytes/bytes.ts";
import { ConfigError, KeyFileError, messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import {
  type CollectorKeys,
  formatRetiredKeys,
  keysInForce,
  parseRetiredKeys,
  replacedKeys,
  type RetiredKeyPair,
} from "../../seal/access/retired_keys.ts";
import type { KeyPair } from "../../seal/key.ts";
import { COLLECTOR_KEY_FILES, newKeyPair } from "../../seal/key_file_io.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { parentOf } from "../files/parent_of.ts";
import { readSmallFile, replaceSmallFile } from "../files/small_file_io.ts";
import { readKeyPair } from "./key_pair_io.ts";

/** Behind the name of the file with the private key. */
const RETIRED = ".retired";
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
  const publicPath = `${parentOf(path)}/${COLLECTOR_KEY_FILES.publicKey}`;
  try {
    const { current, had } = await readAll(layer, path);
    const writePublic = async ({ publicKey }: KeyPair) => {
      if (await layer.stat(publicPath) === undefined) return;
      await replaceSmallFile(layer, publicPath, encodeHex(publicKey));
    };
    const old = replacedKeys(current, had);
    const untilMs = Math.max(...old.map(({ untilMs }) => untilMs));
    if (nowMs < untilMs) {
      await writePublic(current);
      const until = new Date(untilMs).toISOString();
      throw new ConfigError(
        "usage",
        `Cannot change the key in ${path} yet: the one before it is accepted until ${until}`,
      );
    }
    const next = newKeyPair();
    const retired = formatRetiredKeys([...old, { ...current, untilMs: nowMs + overlapMs }]);
    await replaceSmallFile(layer, path + RETIRED, retired);
    await replaceSmallFile(layer, path, encodeHex(next.privateKey));
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
  const current = await readKeyPair(layer, path);
  if (!current) {
    throw new KeyFileError("not-found", `Cannot read the private key: there is no file ${path}`);
  }
  const had = parseRetiredKeys(await readSmallFile(layer, path + RETIRED) ?? "");
  if ("problem" in had) {
    throw new KeyFileError("malformed", `Cannot use ${path}${RETIRED}: ${had.problem}`);
  }
  return { current, had: had.keys };
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
