import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";

/**
 * The message of this schema in `bytes`, which others have written; undefined when they are none, which
 * protobuf-es says by exception. Unknown fields are not kept: millions of them fit into a datagram.
 */
export function parseMessage<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
): MessageShape<Desc> | undefined {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch {
    return undefined;
  }
}
