import type { RecordOf, RecordSchema } from "../../base/record/schema_types.ts";
import { splitRecords } from "../../base/record/delimited.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import { typeNumber } from "../../base/record/record_types.ts";
import type { MemberPlace } from "../ledger/session_account.ts";
import { EngineError } from "./engine_error.ts";
import { type FoundMember, membersOf } from "./message_batches.ts";
import { type MessageHead, parseHead } from "./message_head.ts";
import type { NatsEngine } from "./nats_engine_io.ts";
import { type ReadMessage, streamMessages } from "./stream_messages_io.ts";
import { STREAM } from "./subjects.ts";
import { wholePayload } from "./whole_payload_io.ts";

/** The last piece of a message, and what its headers tell. */
export interface ReadHead {
  readonly message: ReadMessage;
  readonly head: MessageHead;
}

/** What the stream has of one client. Payloads are asked for only where rows are wanted. */
export class ClientStream {
  readonly #engine: NatsEngine;
  readonly #subjects: string;

  /** @param subjects Those of the client. */
  constructor(engine: NatsEngine, subjects: string) {
    this.#engine = engine;
    this.#subjects = subjects;
  }

  /** The headers of what was stored from a time on, ns since 1970; of all, where there is none. */
  async *heads(since: bigint | undefined): AsyncGenerator<ReadHead> {
    const wish = {
      subjects: this.#subjects,
      headersOnly: true,
      ...(since !== undefined && { since }),
    };
    for await (const message of streamMessages(this.#engine, STREAM, wish)) {
      if (message === "idle") return;
      const head = parseHead((name) => message.header(name));
      if (head && head.piece === head.pieces) yield { message, head };
    }
  }

  /** Rows of a type in a message, each with its batch. @throws EngineError When it cannot be read. */
  async rows<Schema extends RecordSchema>(
    { message, head }: ReadHead,
    schema: Schema,
  ): Promise<{ readonly row: RecordOf<Schema>; readonly place: MemberPlace }[]> {
    const type = typeNumber(schema.name);
    if (!head.members.some(({ claims }) => claims[0]!.type === type)) return [];
    const members = await this.#members({ message, head });
    return members.filter(({ entry, header }) =>
      entry.claims[0]!.type === type && header.reason === 0
    )
      .flatMap(({ header, records }) => {
        const { session, sequence, count, settled } = header;
        const place = { session, sequence, count, settled, arrival: message.storedAt };
        return splitRecords(records).flatMap((record) => {
          const row = parseMessage(schema, record);
          return row ? [{ row, place }] : [];
        });
      });
  }

  /** The members of a message with their types. @throws EngineError When it has to be read, and cannot be. */
  async places(
    { message, head }: ReadHead,
  ): Promise<readonly { readonly type: number; readonly place: MemberPlace }[]> {
    const { session, settled } = head;
    const arrival = message.storedAt;
    const isTold = head.members.every(({ sequence }) => sequence !== undefined);
    const members = isTold
      ? head.members
      : (await this.#members({ message, head })).map(({ entry, header }) => ({
        ...entry,
        ...header,
      }));
    return members.map(({ claims, sequence = 0n, reason }) => {
      const { type, count } = claims[0]!;
      return {
        type,
        place: { session, sequence, arrival, settled, count: reason ? 0 : count },
      };
    });
  }

  async #members({ message, head }: ReadHead): Promise<readonly FoundMember[]> {
    const stored = await this.#engine.at(STREAM, message.seq);
    const payload = stored && await wholePayload(this.#engine, stored, head);
    const found = payload ? membersOf(head, payload) : { problem: "it is not there any more" };
    if (!("problem" in found)) return found;
    throw new EngineError(`message ${message.seq} of ${message.subject}: ${found.problem}`, false);
  }
}
