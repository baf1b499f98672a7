import { encodeHex } from "./base/bytes/bytes.ts";
import { messageOf, SendError } from "./base/errors.ts";
import type { FlagValues } from "./arguments/flags.ts";
import type { SENSOR_FLAGS } from "./arguments/sensor_flags.ts";
import { hostName } from "./base/program/host_name_io.ts";
import { MAX_NAME_BYTES } from "./base/max_name.ts";
import { printable } from "./base/text/printable.ts";
import { EnrolResult, RotateResult } from "./seal/access/access_state.ts";
import { parseToken } from "./seal/access/enrol_token.ts";
import { askCollector } from "./transport/access/ask_collector_io.ts";
import {
  encodeEnrol,
  encodeRotate,
  type Enrolled,
  parseEnrolled,
  parseRotated,
} from "./transport/session/access_message.ts";
import { KEY_BYTES, nameOfKey } from "./seal/key.ts";
import {
  isKeyItself,
  readKey,
  readKeyPairs,
  SENSOR_KEY_FILES,
  writeAnonymizeKey,
  writeKeyPair,
} from "./seal/key_file_io.ts";
import { rosterLine } from "./seal/roster.ts";
import { type Address, formatAddress, parseAddress, parseAddresses } from "./transport/address.ts";
import { enrolWords, rotateWords } from "./transport/session/enrol_words.ts";
import { rejectionWords } from "./transport/session/rejection_words.ts";
import { MessageType, Rejection } from "./transport/session/session_message.ts";
import { folderOfClient } from "./write/files/client_name.ts";
import { DENO_FILES } from "./write/files/deno_files_io.ts";
import { replaceSmallFile } from "./write/files/small_file_io.ts";
import {
  COLLECTOR_PUBLIC_KEY_FILE,
  enrolIdentity,
  rotateIdentity,
} from "./write/access/identity_files_io.ts";

/** What `-gen-identity`, `-gen-anonymize-key`, `-enroll` and `-rotate-identity` are told. */
export type IdentityFlags = Pick<
  FlagValues<typeof SENSOR_FLAGS>,
  | "addr"
  | "client"
  | "enroll"
  | "force"
  | "gen-anonymize-key"
  | "gen-identity"
  | "out"
  | "privkey"
  | "pubkey"
  | "transport"
>;

/**
 * Makes a key of a sensor's, has its own enrolled, or changes them, whichever is asked for.
 *
 * @returns What is to be said then, or what is wrong with the flags.
 * @throws KeyFileError When keys cannot be read or written, or exist; SendError when the collector cannot
 *   be reached, or says no.
 */
export async function identityCommand(
  flags: IdentityFlags,
): Promise<{ readonly lines: readonly string[] } | { readonly mistake: string }> {
  const { client, enroll, force, out = ".", privkey, pubkey, transport } = flags;
  if (out === "") return { mistake: 'Wrong value "" of -out: wanted a folder' };
  if (flags["gen-anonymize-key"]) {
    const path = await writeAnonymizeKey(out, force);
    return {
      lines: [`${path} is for -anonymize: sensors with the same one tell the same of the same`],
    };
  }
  if (flags["gen-identity"]) {
    if (client !== undefined && rosterLine(new Uint8Array(KEY_BYTES), client) === undefined) {
      const wrong = `Wrong value "${printable(client)}" of -client`;
      return {
        mistake: `${wrong}: wanted a name without spaces, #, and control characters, of ` +
          `${MAX_NAME_BYTES} bytes at most`,
      };
    }
    return { lines: await makeIdentity(client, out, force, transport === "box") };
  }
  if (enroll !== undefined) {
    const token = enroll === "-" ? await new Response(Deno.stdin.readable).text() : enroll;
    const lines = await enrolSensor(token, out, force);
    const mistake = "Wrong value of -enroll: wanted a whole token of the collector's -enroll";
    return lines ? { lines } : { mistake };
  }
  const [collector] = parseAddresses(flags.addr, "127.0.0.1") ?? [];
  if (!collector) return { mistake: `Wrong value "${flags.addr}" of -addr: wanted HOST:PORT` };
  if (privkey === undefined || isKeyItself(privkey) || pubkey === undefined) {
    return { mistake: "Cannot change the key: wanted -privkey FILE and -pubkey" };
  }
  await rotateSensorKey(privkey, collector, await readKey(pubkey, "public key of the collector"));
  const [{ publicKey }] = await readKeyPairs(privkey);
  const digits = encodeHex(publicKey);
  return { lines: [`${privkey} has another key, the public one of which is ${digits}`] };
}

/**
 * Makes lasting keys for a sensor in `folder`, as {@linkcode writeKeyPair} does.
 *
 * @param client Its name, which is that of the files then.
 * @returns What is to be said of it: a comment, and the line for the collector's file of sensors.
 * @throws KeyFileError When the keys cannot be written, or exist and `force` is false.
 */
async function makeIdentity(
  client: string | undefined,
  folder: string,
  force: boolean,
  mayUseBox: boolean,
): Promise<readonly string[]> {
  const file = client === undefined ? undefined : folderOfClient(client);
  const names = file === undefined
    ? SENSOR_KEY_FILES
    : { publicKey: `${file}.pub`, privateKey: `${file}.key` };
  const { publicKey } = await writeKeyPair(folder, force, names);
  const [pub, key] = [names.publicKey, names.privateKey].map((name) =>
    folder === "." ? name : `${folder}/${name}`
  );
  const name = client ?? await hostName() ?? nameOfKey(publicKey);
  const line = rosterLine(publicKey, name) ?? rosterLine(publicKey, nameOfKey(publicKey))!;
  return [
    `# wrote ${key} (the sensor's -privkey) and ${pub}; the line for -sensors:`,
    mayUseBox ? `${line} box` : line,
  ];
}

/**
 * Enrols this sensor by a token, and keeps its keys and the collector's in `folder`.
 *
 * @param force Whether keys that exist are replaced.
 * @returns What is to be said of it, lines; undefined when the text is no token.
 * @throws KeyFileError When the keys cannot be written, or exist; SendError `not-connected`, or `refused`
 *   when the collector does not enrol it.
 */
async function enrolSensor(
  text: string,
  folder: string,
  force: boolean,
): Promise<readonly string[] | undefined> {
  const token = parseToken(text);
  const collector = token && parseAddress(token.address, "");
  if (!token || !collector) return undefined;
  const { collectorKey, address } = token;
  const { result, name } = await enrolIdentity(DENO_FILES, folder, async (keys) => {
    const asked = { collector, collectorKey, keys };
    const answer = await askCollector(asked, encodeEnrol(token), MessageType.Enrolled);
    return enrolledOf(answer, address);
  }, force);
  if (result !== EnrolResult.Enrolled) throw refused(address, enrolWords(result));
  const sensor = Deno.build.standalone ? "farcap-sensor" : "deno task sensor";
  const at = (file: string) => folder === "." ? file : `${folder}/${file}`;
  const files = [at(COLLECTOR_PUBLIC_KEY_FILE), at(SENSOR_KEY_FILES.privateKey)];
  return [
    `enrolled as ${printable(name)}; start it with`,
    `${sensor} -addr ${address} -pubkey ${files[0]} -privkey ${files[1]}`,
  ];
}

/**
 * Changes the key of this sensor, in the file at `path`, and lets the collector know; one that runs with
 * it notices.
 *
 * @param collector Where it receives datagrams.
 * @throws KeyFileError When keys cannot be read or written; SendError `not-connected`, or `refused` when
 *   the collector does not take the next key.
 */
async function rotateSensorKey(
  path: string,
  collector: Address,
  collectorKey: Uint8Array,
): Promise<void> {
  const at = formatAddress(collector);
  const answer = await rotateIdentity(DENO_FILES, path, async (keys, next) => {
    const question = encodeRotate(next.publicKey);
    const options = { collector, collectorKey, keys };
    const answer = await askCollector(options, question, MessageType.Rotated);
    if ("rejection" in answer) return answer;
    const result = parseRotated(answer.body);
    if (result === undefined) throw notChanged(at, "its answer is malformed");
    return { result };
  });
  if ("rejection" in answer) {
    const { rejection } = answer;
    const isOld = rejection === Rejection.Violation;
    throw notChanged(at, isOld ? "it is too old for that" : rejectionWords(rejection));
  }
  if (answer.result !== RotateResult.Rotated) throw notChanged(at, rotateWords(answer.result));
}

/**
 * Takes note of the collector's key to connect to from now on.
 *
 * @param path Of the file that is to have it; undefined where nothing may be written.
 * @returns What is to be said, if anything.
 */
export async function renewPublicKey(
  key: Uint8Array,
  path: string | undefined,
): Promise<string | undefined> {
  const digits = encodeHex(key);
  const said =
    `The collector has another key: -pubkey has to have ${digits} when the old one is over`;
  if (path === undefined) return said;
  try {
    if ((await Deno.readTextFile(path)).trim() === digits) return undefined;
    await replaceSmallFile(DENO_FILES, path, digits);
    return undefined;
  } catch (error) {
    return `${said}; it cannot be written there: ${messageOf(error)}`;
  }
}

function notChanged(address: string, why: string): SendError {
  return new SendError("refused", `The key was not changed at ${address}: ${why}`);
}

function enrolledOf(
  answer: { readonly body: Uint8Array } | { readonly rejection: number },
  address: string,
): Enrolled {
  if ("rejection" in answer) {
    const { rejection } = answer;
    throw refused(
      address,
      rejection === Rejection.Violation
        ? "it enrols nobody, or is too old for that"
        : rejectionWords(rejection),
    );
  }
  const enrolled = parseEnrolled(answer.body);
  if (!enrolled) throw refused(address, "its answer is malformed");
  return enrolled;
}

function refused(address: string, why: string): SendError {
  return new SendError("refused", `Not enrolled at ${printable(address)}: ${why}`);
}
