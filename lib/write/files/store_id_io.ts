import { StoreError } from "../../base/errors.ts";
import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import { MEMBER_VERSION } from "../../pack/member.ts";
import type { FileLayer } from "./file_layer.ts";
import { replaceSmallFile } from "./small_file_io.ts";
import { newerFile, storeError } from "./store_error.ts";

const NAME = ".store";
const ID_BYTES = 16;
const MAX_BYTES = 256;
const TEXT = /^farcap (?<version>[1-9]\d{0,8}) (?<id>[0-9a-f]{32})\n/;

/**
 * The id of the records below a folder, random and made when there is none: the file `.store` there, a line
 * `farcap VERSION ID` with the newest version of members that may be in its record files and 32 hex
 * digits. What a newer build writes behind that line is not looked at.
 *
 * @throws StoreError `newer-version` when that is one that this build does not know; `damaged` when the
 *   file is another one.
 */
export async function openStoreId(layer: FileLayer, folder: string): Promise<Uint8Array> {
  const path = `${folder}/${NAME}`;
  try {
    const text = await readText(layer, path);
    if (text === undefined) return await begin(layer, path);
    const match = TEXT.exec(text);
    if (!match?.groups) {
      throw new StoreError(
        "damaged",
        `Cannot store in "${folder}": "${path}" is damaged; wanted: it from a backup, or none, ` +
          "so that sensors take it for another folder",
      );
    }
    if (Number(match.groups.version) > MEMBER_VERSION) throw newerFile(path);
    return parseHex(match.groups.id!)!;
  } catch (cause) {
    throw storeError(`read "${path}"`, cause);
  }
}

async function readText(layer: FileLayer, path: string): Promise<string | undefined> {
  if (await layer.stat(path) === undefined) return undefined;
  const file = await layer.open(path, "read");
  try {
    const bytes = new Uint8Array(MAX_BYTES);
    const read = await file.read(bytes, 0) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, read));
  } finally {
    file.close();
  }
}

async function begin(layer: FileLayer, path: string): Promise<Uint8Array> {
  const id = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  await replaceSmallFile(layer, path, `farcap ${MEMBER_VERSION} ${encodeHex(id)}\n`);
  return id;
}
