import { encodeHex } from "./base/bytes/bytes.ts";
import { ConfigError } from "./base/errors.ts";
import { printable } from "./base/text/printable.ts";
import { userWords } from "./base/program/user_words_io.ts";
import {
  type AccessState,
  hasName,
  isRestricted,
  revokeName,
  withToken,
} from "./seal/access/access_state.ts";
import {
  formatToken,
  hashOfSecret,
  TOKEN_ID_BYTES,
  TOKEN_SECRET_BYTES,
} from "./seal/access/enrol_token.ts";
import type { RosterEntry } from "./seal/roster.ts";
import { readRoster } from "./seal/roster_file_io.ts";
import { replaceCollectorKey } from "./write/access/collector_keys_io.ts";
import { AccessFolder } from "./write/access/access_folder_io.ts";
import type { AccessPlace } from "./write/access/kept_state.ts";
import { DENO_FILES } from "./write/files/deno_files_io.ts";
import { filesOfOwner } from "./write/files/files_of_owner_io.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";

/** Where it stands who may send at a collector. */
export interface AccessPlaceOptions {
  /** The folder of its records. */
  readonly out: string;
  /** What it has in common with other collectors, in place of that. */
  readonly engine?: EngineOptions;
}

/** For whom a token is made. */
export interface TokenOptions {
  /** The name that the sensor gets, and what it may. */
  readonly entry: RosterEntry;
  readonly collectorKey: Uint8Array;
  /** Where the sensor finds the collector, `HOST:PORT` of datagrams. */
  readonly address: string;
  /** For how long the token is good. */
  readonly validMs: number;
}

/** A token, and what is so from then on. */
export interface MadeToken {
  readonly token: string;
  readonly expires: Date;
  /** Whether every key might send so far, unless an operator's list said otherwise. */
  readonly isFirst: boolean;
}

/**
 * Makes a token that lets one sensor enrol at the collector of a place, whether that runs or not.
 *
 * @throws StoreError, EngineError When that cannot be written there.
 */
export async function makeToken(
  where: AccessPlaceOptions,
  { entry: { name, ...options }, collectorKey, address, validMs }: TokenOptions,
): Promise<MadeToken> {
  const id = crypto.getRandomValues(new Uint8Array(TOKEN_ID_BYTES));
  const secret = crypto.getRandomValues(new Uint8Array(TOKEN_SECRET_BYTES));
  const secretHash = encodeHex(await hashOfSecret(secret));
  const madeMs = Date.now();
  const expiresMs = madeMs + validMs;
  const stored = { id: encodeHex(id), secretHash, name, options, madeMs, expiresMs };
  const who = await userWords();
  const { isFirst } = await at(where, ({ access }) =>
    access.change((state) => ({
      state: withToken(state, stored, who),
      isFirst: !isRestricted(state),
    })));
  return {
    isFirst,
    token: formatToken({ collectorKey, id, secret, address }),
    expires: new Date(expiresMs),
  };
}

/**
 * Revokes a name at the collector of a place: nothing is taken of its keys any more, in a moment where that
 * collector runs.
 *
 * @param sensors The operator's file, if there is one.
 * @throws ConfigError `usage` when nobody has that name, `roster` when the file cannot be read;
 *   StoreError, EngineError.
 */
export async function revokeSensor(
  where: AccessPlaceOptions,
  name: string,
  sensors: string | undefined,
): Promise<void> {
  const isListed = sensors !== undefined && (await readRoster(sensors)).hasName(name);
  const who = await userWords();
  const revoke = (state: AccessState) => {
    if (!isListed && !hasName(state, name)) {
      const known = state.keys.map((each) => each.name).join(", ") || "nobody";
      const place = where.engine ? `at ${where.engine.url}` : `in "${where.out}"`;
      throw new ConfigError(
        "usage",
        `Cannot revoke ${printable(name)}: it is not in -sensors, and enrolled ${place} is ` +
          printable(known),
      );
    }
    return { state: revokeName(state, name, Date.now(), who) };
  };
  await at(where, ({ access }) => access.change(revoke));
}

/**
 * Makes another private key the one in the file at `path`; a collector that runs with it notices.
 *
 * @returns Its public key, 64 hex digits.
 * @throws ConfigError `usage` while the key before the present one is still accepted; KeyFileError.
 */
export async function rotateCollectorKey(path: string, overlapMs: number): Promise<string> {
  const { publicKey } = await replaceCollectorKey(DENO_FILES, path, overlapMs, Date.now());
  return encodeHex(publicKey);
}

/**
 * What that collector knows of its sensors by itself, a line each, the newest last.
 *
 * @throws StoreError, EngineError
 */
export async function listSensors(where: AccessPlaceOptions): Promise<readonly string[]> {
  const state = await at(where, ({ access }) => access.read(), false);
  return linesOf(state, Date.now());
}

function linesOf(
  { tokens, keys, revoked, accepted }: AccessState,
  nowMs: number,
): readonly string[] {
  const lines = [
    ...tokens.filter(({ usedBy }) => usedBy === undefined).map(({ name, madeMs, expiresMs }) => {
      const what = nowMs < expiresMs ? "awaited until" : "never came: its token expired";
      return { name, atMs: madeMs, text: `${what} ${timeText(expiresMs)}` };
    }),
    ...keys.map(({ name, key, sinceMs }) => {
      const came = accepted.find((each) => each.key === key);
      const text = came ? `came ${timeText(came.sinceMs)}` : "has not come yet";
      return {
        name,
        atMs: sinceMs,
        text: `enrolled ${timeText(sinceMs)}, ${text}, key ${key.slice(0, 8)}`,
      };
    }),
    ...revoked.map(({ name, sinceMs }) => ({
      name,
      atMs: sinceMs,
      text: `revoked ${timeText(sinceMs)}`,
    })),
  ];
  return lines.sort((a, b) => a.atMs - b.atMs).map(({ name, text }) => `${name} ${text}`);
}

async function at<T>(
  { out, engine }: AccessPlaceOptions,
  use: (place: AccessPlace) => Promise<T>,
  makes = true,
): Promise<T> {
  if (!engine) return await use(new AccessFolder(await filesOfOwner(), out));
  const { withEnginePlace } = await import("./write/nats/engine_place_io.ts");
  return await withEnginePlace(engine, use, makes);
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19) + "Z";
}
