/** The numbers of a session in docs/protocol.md are those in the code. */
import { MAX_NAME_BYTES } from "../../lib/base/max_name.ts";
import { MAX_BODY_BYTES } from "../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import { MAX_PARTS } from "../../lib/pack/packed_batch.ts";
import { MAX_VALUES_BYTES, ValueKind } from "../../lib/transport/session/session_values.ts";
import { REKEY_1, REKEY_2, SWITCH } from "../../lib/seal/channel_keys.ts";
import { KEY_LIMITS } from "../../lib/seal/limited_cipher.ts";
import {
  BASE_CREDIT_BYTES,
  MessageType,
  Rejection,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import { STILL_MS } from "../../lib/transport/server/message_clock.ts";
import { MAX_FIRST_NOISE_BYTES } from "../../lib/transport/quic/secure_stream_io.ts";
import { readDocument, sectionOf, type Table, tablesOf } from "./markdown.ts";

const TEXT = sectionOf(readDocument("docs/protocol.md"), "Session");

function tableWith(heading: string, column: string): Table {
  const table = tablesOf(TEXT).find((table) =>
    table.heading === heading && table.header.includes(column)
  );
  assert(table, `a table with ${column} under ${heading}`);
  return table;
}

Deno.test("the types of messages in the text are those in the code", () => {
  const { rows } = tableWith("Messages", "type");
  const listed = rows.map(([type, name]) => [name!, Number(type)] as const);
  const known = Object.entries(MessageType).map(([name, type]) =>
    [name.toLowerCase(), type] as const
  );
  const ofChannel = [["rekey1", REKEY_1], ["rekey2", REKEY_2], ["switch", SWITCH]] as const;
  assertEquals(listed, [...known, ...ofChannel].sort(([, a], [, b]) => a - b));
});

Deno.test("the reasons to reject in the text are those in the code", () => {
  const { rows } = tableWith("Messages", "reason");
  assertEquals(rows.map(([reason]) => Number(reason)), Object.values(Rejection));
});

Deno.test("the kinds of values in the text are those in the code", () => {
  const { rows } = tableWith("Values", "kind");
  assertEquals(rows.map(([kind]) => Number(kind)), Object.values(ValueKind));
});

Deno.test("the limits of a session in the text are those in the code", () => {
  const { rows } = tableWith("Limits of a session", "limit");
  const limits = new Map(rows.map(([what, limit]) => [what!.split(",")[0]!, limit!]));
  const { renewAfterMs, renewAfterMessages, maxAgeMs, maxMessages } = KEY_LIMITS;
  const number = (value: number) => value.toLocaleString("en-US");
  const known = {
    "parts of a batch": `${MAX_PARTS}`,
    "values of offer or welcome": `${number(MAX_VALUES_BYTES)} bytes`,
    "body of a message": `${number(MAX_BODY_BYTES)} bytes`,
    "first Noise message of a sensor": `${number(MAX_FIRST_NOISE_BYTES)} bytes`,
    "until a message that stands still ends it": `${STILL_MS / 1000} s here`,
    "name": `${number(MAX_NAME_BYTES)} bytes`,
    "credit at first": `${number(BASE_CREDIT_BYTES)} bytes`,
    "key: renewed after": `${renewAfterMs / 1000} s, ${number(renewAfterMessages)} Noise messages`,
    "key: serves at most": `${maxAgeMs / 1000} s, ${number(maxMessages)} Noise messages`,
  };
  for (const [what, limit] of Object.entries(known)) assertEquals(limits.get(what), limit, what);
  assert(TEXT.includes(`\`schema\` is ${SCHEMA}:`));
});
