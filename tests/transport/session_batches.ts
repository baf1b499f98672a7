import { Encoding, type PackedBatch } from "../../lib/pack/packed_batch.ts";
import { encodeHello, encodeOffer, SCHEMA } from "../../lib/transport/session/session_message.ts";
import type { ReceiverStep, SessionReceiver } from "../../lib/transport/server/session_receiver.ts";
import type { CollectorValues } from "../../lib/transport/session/session_values.ts";

/** A batch with a body of that many bytes, which nobody unpacks. */
export function batchOf(type: number, bodyBytes: number): PackedBatch {
  return {
    parts: [{ type, count: 1 }],
    encoding: Encoding.Delimited,
    minute: 0,
    firstTime: 0n,
    lastTime: 0n,
    crc: 0,
    recordBytes: bodyBytes,
    containsPayloads: false,
    body: new Uint8Array(bodyBytes),
  };
}

/** What a collector says of itself. */
export const VALUES: CollectorValues = {
  encodings: [Encoding.Delimited],
  storeId: new Uint8Array(16).fill(7),
  largestBatch: 1 << 20,
  time: 0n,
};

export const OFFER = encodeOffer({ encodings: [Encoding.Delimited] });
export const HELLO = encodeHello({
  schema: SCHEMA,
  session: 5n,
  oldest: 1n,
  next: 1n,
  name: "plant",
});

/** Has a receiver hear who the sensor is and what it offers. */
export function greet(receiver: SessionReceiver, hello = HELLO): ReceiverStep {
  for (const { type, body } of [hello, OFFER]) receiver.admits(type, body.length);
  receiver.receive(hello, 0);
  return receiver.receive(OFFER, 0);
}
