import { encodeHex } from "../../base/bytes.ts";
import { KeyFileError, messageOf } from "../../base/errors.ts";
import { EnrolResult } from "../../seal/access/access_state.ts";
import { type KeyPair, keyPairOf, parseKey } from "../../seal/key.ts";
import { newKeyPair, SENSOR_KEY_FILES } from "../../seal/key_file_io.ts";
import type { Enrolled } from "../../transport/access_message.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { readSmallFile, replaceSmallFile } from "./small_file_io.ts";

/** Holds the private key of an enrolment that is under way. */
const BEGUN = `${SENSOR_KEY_FILES.privateKey}.enrol`;
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
  const keys = await orKeyFileError(path, async () => {
    await makeFolder(layer, folder);
    if (!force && await layer.stat(path) !== undefined) throw alreadyThere(path);
    return await beginKeys(layer, folder);
  });
  const answer = await ask(keys);
  await orKeyFileError(path, async () => {
    if (answer.result === EnrolResult.Later) return; // it may be known by then
    if (answer.result !== EnrolResult.Enrolled) return await layer.remove(`${folder}/${BEGUN}`);
    const { publicKey } = SENSOR_KEY_FILES;
    const collectorKey = encodeHex(answer.collectorKey);
    await replaceSmallFile(layer, folder, COLLECTOR_PUBLIC_KEY_FILE, collectorKey);
    await replaceSmallFile(layer, folder, publicKey, encodeHex(keys.publicKey));
    await layer.rename(`${folder}/${BEGUN}`, path);
    await layer.syncFolder(folder);
  });
  return answer;
}

/** A folder that is lost in a power cut takes what is synced in it along. */
async function makeFolder(layer: FileLayer, folder: string): Promise<void> {
  if (folder === ".") return;
  await layer.makeFolder(folder);
  const [, parent = "."] = /^(.*?[^/])\/+[^/]+\/*$/.exec(folder) ?? [];
  await layer.syncFolder(folder.startsWith("/") && parent === "." ? "/" : parent);
}

/** The keys of a try that broke off, or new ones, which are on disk for good. */
async function beginKeys(layer: FileLayer, folder: string): Promise<KeyPair> {
  const path = `${folder}/${BEGUN}`;
  const text = await readSmallFile(layer, path);
  if (text === undefined) {
    const keys = newKeyPair();
    await replaceSmallFile(layer, folder, BEGUN, encodeHex(keys.privateKey));
    return keys;
  }
  const parsed = parseKey(text);
  if ("key" in parsed) return keyPairOf(parsed.key);
  throw new KeyFileError("malformed", `Cannot use the private key in ${path}: ${parsed.reason}`);
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
