import { KeyFileError } from "../../base/errors.ts";
import { type KeyPair, keyPairOf, parseKey } from "../../seal/key.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { readSmallFile } from "../files/small_file_io.ts";

/**
 * The pair of the private key in a file; undefined when there is no such file.
 *
 * @throws KeyFileError `malformed`.
 */
export async function readKeyPair(layer: FileLayer, path: string): Promise<KeyPair | undefined> {
  const text = await readSmallFile(layer, path);
  if (text === undefined) return undefined;
  const parsed = parseKey(text);
  if ("key" in parsed) return keyPairOf(parsed.key);
  throw new KeyFileError("malformed", `Cannot use the private key in ${path}: ${parsed.reason}`);
}
