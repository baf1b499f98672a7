import { SendError } from "./base/errors.ts";
import { printable } from "./base/printable.ts";
import { EnrolResult } from "./seal/access/access_state.ts";
import { parseToken } from "./seal/access/enrol_token.ts";
import { askCollector } from "./transport/access/ask_collector_io.ts";
import { encodeEnrol, type Enrolled, parseEnrolled } from "./transport/access_message.ts";
import { parseAddress } from "./transport/address.ts";
import { enrolWords } from "./transport/enrol_words.ts";
import { rejectionWords } from "./transport/rejection_words.ts";
import { MessageType, Rejection } from "./transport/session_message.ts";
import { DENO_FILES } from "./write/files/deno_files_io.ts";
import { enrolIdentity } from "./write/access/identity_files_io.ts";

/** What a sensor has when it is enrolled. */
export interface Identity {
  /** Its name at the collector. */
  readonly name: string;
  /** Where the collector listens, `HOST:PORT`. */
  readonly address: string;
}

/**
 * Enrols this sensor by a token, and keeps its keys and the collector's in `folder`.
 *
 * @param force Whether keys that exist are replaced.
 * @returns undefined when the text is no token.
 * @throws KeyFileError When the keys cannot be written, or exist; SendError `not-connected`, or `refused`
 *   when the collector does not enrol it.
 */
export async function enrolSensor(
  text: string,
  folder: string,
  force: boolean,
): Promise<Identity | undefined> {
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
  return { name, address };
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
