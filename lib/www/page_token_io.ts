import { encodeHex } from "../base/bytes/bytes.ts";
import { ConfigError, messageOf } from "../base/errors.ts";
import { isExposed } from "../seal/key_file_io.ts";
import { DENO_FILES } from "../write/files/deno_files_io.ts";
import { parentOf } from "../write/files/parent_of.ts";

const TOKEN_BYTES = 32;
/** A shorter one might be guessed. */
const MIN_TOKEN_LENGTH = 16;

/**
 * The token that lets somebody see the page: what the file holds, but for blanks around it. Where there is
 * none, one is made, for its owner only.
 *
 * @param warn Told when others than its owner may read the file.
 * @throws ConfigError `usage` when it cannot be read or made, or is too short.
 */
export async function openPageToken(path: string, warn: (line: string) => void): Promise<string> {
  try {
    await DENO_FILES.makeFolder(parentOf(path));
    const made = encodeHex(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
    await Deno.writeTextFile(path, `${made}\n`, { createNew: true, mode: 0o600 });
    return made;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw refusal(path, messageOf(cause), cause);
  }
  let token: string;
  try {
    token = (await Deno.readTextFile(path)).trim();
    if (await isExposed(path)) {
      warn(`Others may read the page's token in ${path}; wanted: mode 0600`);
    }
  } catch (cause) {
    throw refusal(path, messageOf(cause), cause);
  }
  if (token.length < MIN_TOKEN_LENGTH) {
    throw refusal(path, `it has ${token.length} characters; wanted: at least ${MIN_TOKEN_LENGTH}`);
  }
  return token;
}

function refusal(path: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError("usage", `Cannot use the page's token in "${path}": ${why}`, { cause });
}
