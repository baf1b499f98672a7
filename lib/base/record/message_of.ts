import { parseMessage } from "./parse_message.ts";
import type { RecordOf, RecordSchema } from "./schema_types.ts";
import { typeName } from "./record_types.ts";

/**
 * The message in an encoded record, if it is one of that schema's type.
 *
 * ```ts
 * import { messageOf, typeNumber } from "@farcap/farcap/decode";
 * import { UDPSchema } from "@farcap/farcap/schemas";
 *
 * const record = { type: typeNumber("UDP"), bytes: new Uint8Array([3 << 3, 53]) };
 * if (messageOf(record, UDPSchema)?.DstPort !== 53) throw new Error("field 3 is the port");
 * ```
 */
export function messageOf<Schema extends RecordSchema>(
  { type, bytes }: { readonly type: number; readonly bytes: Uint8Array },
  schema: Schema,
): RecordOf<Schema> | undefined {
  return typeName(type) === schema.name ? parseMessage(schema, bytes) : undefined;
}
