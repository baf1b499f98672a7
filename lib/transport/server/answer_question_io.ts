import { EnrolResult, RotateResult } from "../../seal/access/access_state.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import { encodeEnrolled, encodeRotated } from "../session/access_message.ts";
import { enrolWords } from "../session/enrol_words.ts";
import type { SessionHost } from "./session_host.ts";
import type { Question } from "./session_receiver.ts";

/** What is said to who asks, which ends the connection; and to the log, if it was no. */
export interface Answer {
  readonly message: ChannelMessage;
  readonly why?: string;
}

/**
 * Answers what comes in place of a hello, once what it changes is on disk.
 *
 * @param key Of who asks, which the handshake has proved.
 * @param collectorKey The one to connect to from now on.
 * @returns undefined where nobody can ask; the reason where who asks may not send.
 */
export async function answerQuestion(
  question: Question,
  key: Uint8Array,
  { host, collectorKey }: { readonly host: SessionHost; readonly collectorKey: Uint8Array },
): Promise<Answer | { readonly rejection: number } | undefined> {
  const { access } = host;
  if (!access) return undefined;
  if (question.kind === "enrol") {
    const { id, secret } = question.enrol;
    const { result, name = "" } = await access.enrol(key, id, secret);
    const message = encodeEnrolled({ result, name, collectorKey });
    return result === EnrolResult.Enrolled ? { message } : { message, why: enrolWords(result) };
  }
  const admitted = host.admit(key, "");
  if ("rejection" in admitted) return admitted;
  const result = await access.rotate(key, question.next);
  const message = encodeRotated(result);
  return result === RotateResult.Rotated
    ? { message }
    : { message, why: "its next key cannot be taken" };
}
