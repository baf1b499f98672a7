import { messageOf, SendError } from "../../base/errors.ts";
import { agree, importKeyPair } from "../../seal/agreement_key.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import type { KeyPair } from "../../seal/key.ts";
import { lowOrderKey } from "../../seal/low_order_key.ts";
import { type Address, sessionAddress } from "../address.ts";
import { QuicDialer } from "../quic/quic_dialer_io.ts";
import { SecureStream } from "../quic/secure_stream_io.ts";
import { LONGEST_BODY_BYTES, MessageType, parseRejected } from "../session/session_message.ts";
import { notConnectedTo } from "../sender/session_words.ts";

/** From the first try on. */
const ANSWER_MS = 20_000;

/** Whom a sensor asks, and who it is. */
export interface AskOptions {
  /** Of datagrams. */
  readonly collector: Address;
  readonly collectorKey: Uint8Array;
  readonly keys: KeyPair;
}

/**
 * Connects to the collector, asks it one thing in place of a hello, and takes its answer.
 *
 * @param answer Type of the message that is wanted.
 * @returns Its body, or the reason for which the collector has rejected the connection.
 * @throws SendError `not-connected`, KeyFileError `malformed` for a collector's key of low order.
 */
export async function askCollector(
  { collector, collectorKey, keys }: AskOptions,
  question: ChannelMessage,
  answer: number,
): Promise<{ readonly body: Uint8Array } | { readonly rejection: number }> {
  const own = await importKeyPair(keys);
  if (!await agree(own, collectorKey)) throw lowOrderKey();
  const address = sessionAddress(collector);
  using dialer = new QuicDialer(address);
  try {
    using stream = await dialer.dial(AbortSignal.timeout(ANSWER_MS));
    const timer = setTimeout(() => stream.abandon("it does not answer"), ANSWER_MS);
    try {
      const admits = (type: number, length: number) =>
        length <= (LONGEST_BODY_BYTES.get(type) ?? 0);
      const secure = await SecureStream.initiate(stream, { own, remoteKey: collectorKey, admits });
      await secure.send([question]);
      for (;;) {
        const messages = await secure.receive();
        if (!messages || secure.isDeaf) throw new Error("it has ended without an answer");
        for (const { type, body } of messages) {
          if (type === answer) return { body };
          if (type === MessageType.Rejected) return { rejection: parseRejected(body)?.reason ?? 0 };
        }
      }
    } finally {
      clearTimeout(timer);
    }
  } catch (cause) {
    const message = `${notConnectedTo(address)}: ${messageOf(cause) || "it broke off"}`;
    throw new SendError("not-connected", message, { cause });
  }
}
