import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import { digestOf } from "../../pack/digest.ts";

/**
 * A longer name is cut; with the digest behind it, it still fits into the 143 bytes of the meanest
 * file systems.
 */
const MAX_NAME_LENGTH = 120;
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const FOLDER = /^[A-Za-z0-9_%][A-Za-z0-9._%-]*$/;
const UTF8 = new TextEncoder();
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The name of the folder for a client's record files: one path component whatever the id is, another
 * one for every id, and the id itself if that is an ordinary name (`alice`, `sensor-01.example`).
 *
 * ASCII letters, digits, `.`, `_` and `-` stay, except a `.` or `-` in front, a `.` at the end and
 * the first letter of a Windows device name. Everything else becomes `%XX` for each of its UTF-8
 * bytes, half a surrogate pair `%uXXXX`. A result of more than 120 characters is cut; `%-` and 16
 * hex digits follow, the beginning of the SHA-256 of the id as a JSON string. No id at all is
 * `%empty`; the collector itself is `%collector`.
 *
 * @param foldsCase The file system takes `Alice` for `alice`: capital letters are escaped too.
 */
export function folderOfClient(client: string, foldsCase = false): string {
  if (client === "") return "%empty";
  if (client === COLLECTOR_ITSELF) return client;
  const kept = foldsCase ? /[a-z0-9._-]/ : /[A-Za-z0-9._-]/;
  const isDevice = DEVICE.test(client);
  let name = "";
  let at = 0;
  for (const character of client) { // by code point: a surrogate pair is one
    const isFirst = at === 0;
    at += character.length;
    const isEscaped = !kept.test(character) ||
      (isFirst && (isDevice || character === "." || character === "-")) ||
      (at === client.length && character === ".");
    const part = isEscaped ? escape(character) : character;
    if (name.length + part.length > MAX_NAME_LENGTH) {
      return `${name}%-${encodeHex(digestOf(UTF8.encode(JSON.stringify(client))))}`;
    }
    name += part;
  }
  return name;
}

/**
 * The collector itself where a client is wanted, and the name of the folder for what it says of itself. No
 * sensor may have that name.
 */
export const COLLECTOR_ITSELF = "%collector";

/** The names of folders that somebody means who names a client, or a folder. */
export function foldersMeant(client: string): string[] {
  return [client, folderOfClient(client), folderOfClient(client, true)];
}

/** Whether a folder's name is one that {@linkcode folderOfClient} gives. */
export function isFolderOfClient(name: string): boolean {
  return FOLDER.test(name);
}

/**
 * The id whose folder has this name; undefined for a name that {@linkcode folderOfClient} does not
 * give, and for one that has been cut.
 */
export function clientOfFolder(name: string): string | undefined {
  if (name === "%empty") return "";
  const client = name.replaceAll(ESCAPES, unescape);
  return [false, true].some((foldsCase) => folderOfClient(client, foldsCase) === name)
    ? client
    : undefined;
}

/** A run of escaped UTF-8 bytes, or half a surrogate pair. */
const ESCAPES = /(?:%[0-9A-F]{2})+|%u([0-9A-F]{4})/g;

function unescape(escaped: string, half?: string): string {
  return half === undefined
    ? TEXT.decode(parseHex(escaped.replaceAll("%", "")))
    : String.fromCharCode(parseInt(half, 16));
}

function escape(character: string): string {
  if (!character.isWellFormed()) return `%u${hex(character.charCodeAt(0))}`;
  return Array.from(UTF8.encode(character), (byte) => `%${hex(byte)}`).join("");
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, "0");
}
