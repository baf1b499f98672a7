import type { Tagged } from "../../../proto/netcap_tags.ts";

/**
 * A protobuf field tag (`number << 3 | wire type`) that knows the TypeScript type of its field, so
 * that a string cannot be written where the schema has a number: `carries` is never there.
 */
export type Tag<Value> = number & { readonly carries: Value };

/** The tags of a message by field name; a repeated field has the tag of one element. */
export type Tags<Message> = {
  readonly [Name in Exclude<keyof Message, "$typeName" | "$unknown">]-?:
    NonNullable<Message[Name]> extends readonly (infer Item)[] ? Tag<Item>
      : Tag<NonNullable<Message[Name]>>;
};

/** In an entry of a map with text keys and values: Protocol Buffers, "Maps". */
export const ENTRY_KEY = (1 << 3 | 2) as Tag<string>;
export const ENTRY_VALUE = (2 << 3 | 2) as Tag<string>;

/**
 * The tags of a generated schema.
 *
 * ```ts
 * import { tagsOf } from "@farcap/farcap/decode";
 * import { UDPSchema } from "@farcap/farcap/tags";
 *
 * const TAG = tagsOf(UDPSchema);
 * if (TAG.SrcPort !== 2 << 3) throw new Error("field 2, varint");
 * ```
 */
export function tagsOf<Message>({ tags }: Tagged<Message>): Tags<Message> {
  return tags as unknown as Tags<Message>;
}
