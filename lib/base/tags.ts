import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { LENGTH_DELIMITED, VARINT, wireTypeOf } from "./wire_types.ts";

declare const carries: unique symbol;

/**
 * A protobuf field tag (`number << 3 | wire type`) that knows the TypeScript type of its field, so
 * that a string cannot be written where the schema has a number.
 */
export type Tag<Value> = number & { readonly [carries]: Value };

/** The tags of a message by field name; a repeated field has the tag of one element. */
export type Tags<Message> = {
  readonly [Name in Exclude<keyof Message, "$typeName" | "$unknown">]-?: Tag<
    Element<NonNullable<Message[Name]>>
  >;
};

type Element<Value> = Value extends readonly (infer Item)[] ? Item : Value;

/**
 * The tags of a generated schema, for constants made once when a module loads.
 *
 * ```ts
 * import { tagsOf } from "./tags.ts";
 * import { UDPSchema } from "../../proto/gen/netcap_pb.ts";
 *
 * const TAG = tagsOf(UDPSchema);
 * if (TAG.SrcPort !== 2 << 3) throw new Error("field 2, varint");
 * ```
 */
export function tagsOf<Desc extends DescMessage>(schema: Desc): Tags<MessageShape<Desc>> {
  const tags = schema.fields.map((field) =>
    [field.localName, (field.number << 3) | wireType(field)] as const
  );
  return Object.fromEntries(tags) as unknown as Tags<MessageShape<Desc>>;
}

function wireType(field: DescMessage["fields"][number]): number {
  if (field.fieldKind === "list" || field.fieldKind === "map") return LENGTH_DELIMITED; // packed
  return field.fieldKind === "enum" ? VARINT : wireTypeOf(field.scalar);
}
