import { encodeHex } from "../../base/bytes/bytes.ts";
import { KeyFileError, messageOf } from "../../base/errors.ts";
import { EnrolResult, RotateResult } from "../../seal/access/access_state.ts";
import type { KeyPair } from "../../seal/key.ts";
import { newKeyPair, NEXT, SENSOR_KEY_FILES } from "../../seal/key_file_io.ts";
import type { Enrolled } from "../../transport/session/access_message.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { makeDurableFolder } from "../files/durable_folder_io.ts";
import { parentOf } from "../files/parent_of.ts";
import { replaceSmallFile } from "../files/small_file_io.ts";
import { readKeyPair } from "./key_pair_io.ts";

/** Behind the name of the file with a sensor's private key: that of an enrolment that is under way. */
const BEGUN = ".enrol";
/** Name of the file with the collector's public key. */
export const COLLECTOR_PUBLIC_KEY_FILE = "collector.pub";

/**
 * Makes a sensor's lasting keys in `folder` and has them enrolled: `sensor.key`, `sensor.pub` and
 * `collector.pub`, for their owner only. The key is on disk before anybody hears of it, and has its name
 * when all else is there: whatever happens meanwhile, the same again goes on with it.
 *
 * @param ask Asks the collector; may be asked again for the same keys, with the same answer.
 * @param force Whether keys that exist are replaced.
 * @returns What the collector answered; only if that is `Enrolled` there are new keys.
 * @throws KeyFileError `exists` when there are keys and `force` is false; `malformed`, `write-failed`.
 */
export async function enrolIdentity(
  layer: FileLayer,
  folder: string,
  ask: (keys: KeyPair) => Promise<Enrolled>,
  force = false,
): Promise<Enrolled> {
  const path = `${folder}/${SENSOR_KEY_FILES.privateKey}`;
  const begunPath = path + BEGUN;
  const keys = await orKeyFileError(path, async () => {
    await makeDurableFolder(layer, folder);
    if (!force && await layer.stat(path) !== undefined) throw alreadyThere(path);
    return await beginKeys(layer, begunPath);
  });
  const answer = await ask(keys);
  await orKeyFileError(path, async () => {
    if (answer.result === EnrolResult.Later) return; // it may be known by then
    if (answer.result !== EnrolResult.Enrolled) return await layer.remove(begunPath);
    const collectorPath = `${folder}/${COLLECTOR_PUBLIC_KEY_FILE}`;
    const publicPath = `${folder}/${SENSOR_KEY_FILES.publicKey}`;
    await replaceSmallFile(layer, collectorPath, encodeHex(answer.collectorKey));
    await replaceSmallFile(layer, publicPath, encodeHex(keys.publicKey));
    await layer.rename(begunPath, path);
    await layer.syncFolder(folder);
  });
  return answer;
}

/**
 * Changes a sensor's key: makes the next one, has the collector take it in place of the one in `path`, and
 * puts it there. The next key is on disk, as `path` with `.next`, before anybody hears of it; whatever
 * happens meanwhile, the same again goes on with it, and a sensor that finds both tries both.
 *
 * @param ask Asks the collector, as the owner of the first keys, for the second in their place.
 * @returns What it answered; only if that is `Rotated` there is another key.
 * @throws KeyFileError When keys cannot be read or written.
 */
export async function rotateIdentity(
  layer: FileLayer,
  path: string,
  ask: (keys: KeyPair, next: KeyPair) => Promise<RotateAnswer>,
): Promise<RotateAnswer> {
  const [keys, next] = await orKeyFileError(path, async () => {
    const keys = await readKeyPair(layer, path);
    if (!keys) throw new KeyFileError("not-found", `Cannot read ${path}: there is no such file`);
    return [keys, await beginKeys(layer, path + NEXT)];
  });
  let answer = await ask(keys, next);
  // It may have been taken before, and be the only one by now.
  if ("rejection" in answer) answer = await ask(next, next);
  if ("rejection" in answer || answer.result !== RotateResult.Rotated) return answer;
  await orKeyFileError(path, async () => {
    const publicPath = path.replace(/\.key$/, ".pub");
    if (publicPath !== path && await layer.stat(publicPath) !== undefined) {
      await replaceSmallFile(layer, publicPath, encodeHex(next.publicKey));
    }
    await layer.rename(path + NEXT, path);
    await layer.syncFolder(parentOf(path));
  });
  return answer;
}

/** What a collector answers to a wish for another key. */
export type RotateAnswer = { readonly result: number } | { readonly rejection: number };

/** The keys of a try that broke off, or new ones, which are on disk for good. */
async function beginKeys(layer: FileLayer, path: string): Promise<KeyPair> {
  const begun = await readKeyPair(layer, path);
  if (begun) return begun;
  const keys = newKeyPair();
  await replaceSmallFile(layer, path, encodeHex(keys.privateKey));
  return keys;
}

async function orKeyFileError<T>(path: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    if (cause instanceof KeyFileError) throw cause;
    throw new KeyFileError("write-failed", `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

function alreadyThere(path: string): KeyFileError {
  return new KeyFileError(
    "exists",
    `Cannot write ${path}: it exists, and this sensor may be known by it; use -force to replace it`,
  );
}
