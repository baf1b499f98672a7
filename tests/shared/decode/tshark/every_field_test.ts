/** Whether the tables leave fields out: those that captures fill, type by type. */
import { assertEquals } from "@std/assert";
import { fromBinary, isMessage, type Message } from "@bufbuild/protobuf";
import { recordSchema } from "../../../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../../../lib/base/record/record_types.ts";
import { captures, framesOf } from "../../../decode/captured_frames.ts";
import { decodeFrame } from "../../../decode/decode_frame.ts";
import { COMMON_GROUPS, GROUPS } from "../../../decode/tshark/tables.ts";
import { UNREAD_FIELDS } from "../../../decode/tshark/unread_fields.ts";
import { sharedCaptures } from "../../shared_captures.ts";

const TABLES = [...COMMON_GROUPS, ...GROUPS].flatMap(({ tables }) => tables);
const OTHERS = new Set(
  [...COMMON_GROUPS, ...GROUPS].flatMap(({ others = [] }) => others.map(({ type }) => type)),
);
/** Fields of the packet, not of the header: the time, the context and the tunnel. */
const OF_PACKET = /^(Timestamp|(Src|Dst)(IP|Port)|Tunnel(ID)?)$/;
/** Frames of a capture that are looked at. */
const MAX_FRAMES = 400;

Deno.test("every field that a capture fills is read by a table of tshark fields or has another source", () => {
  const filled = new Map<string, Set<string>>();
  const read = new Map<string, Set<string>>();
  for (
    const capture of [...captures(), ...sharedCaptures()].filter(({ name }) =>
      !name.startsWith("hostile/")
    )
  ) {
    for (const frame of framesOf(capture).slice(0, MAX_FRAMES)) {
      const decoded = decodeFrame(frame.bytes, { ...frame, payload: true });
      for (const type of new Set(decoded.types)) {
        if (OTHERS.has(type)) continue;
        const schema = recordSchema(typeNumber(type))!;
        for (const bytes of decoded.encodingsOf(schema)) {
          const record: Message = fromBinary(schema, bytes);
          noteFilled(record, "", setOf(filled, type));
          const noting = noteRead(record, "", setOf(read, type));
          for (const table of TABLES.filter((each) => each.type === type)) {
            for (const readValues of table.readers.values()) readValues(noting);
          }
        }
      }
    }
  }
  const unread = [...filled].flatMap(([type, fields]) =>
    [...fields].filter((field) => !read.get(type)!.has(field) && !OF_PACKET.test(field))
      .map((field) => `${type}: ${field}`)
  );
  const listed = Object.entries(UNREAD_FIELDS).flatMap(([type, fields]) =>
    Object.keys(fields).map((field) => `${type}: ${field}`)
  );
  assertEquals(unread.sort(), listed.sort());
});

function setOf(sets: Map<string, Set<string>>, type: string): Set<string> {
  const set = sets.get(type) ?? new Set();
  sets.set(type, set);
  return set;
}

/** Notes the fields of a message that are not zero, as `Options.Type` if they are in a message. */
function noteFilled(message: Message, path: string, fields: Set<string>): void {
  for (const [name, value] of Object.entries(message)) {
    if (name.startsWith("$")) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (isMessage(one)) noteFilled(one, `${path}${name}.`, fields);
      else if (one instanceof Uint8Array ? one.length > 0 : one) fields.add(path + name);
    }
  }
}

/** The same message, which notes what is read of it. */
function noteRead<Value>(value: Value, path: string, fields: Set<string>): Value {
  if (Array.isArray(value)) {
    return value.map((one) => noteRead(one, path, fields)) as Value;
  }
  if (!isMessage(value)) return value;
  return new Proxy(value, {
    get(target, name) {
      const property: unknown = Reflect.get(target, name);
      if (typeof name === "symbol" || name.startsWith("$")) return property;
      fields.add(path + name);
      return noteRead(property, `${path}${name}.`, fields);
    },
  });
}
