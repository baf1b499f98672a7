/**
 * Types of other packages and of generated code under names of ours, for what `mod.ts` exports. They
 * are documented where they are made, and left out of our documentation (`@internal`).
 */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Header } from "../../../proto/gen/netcap_pb.ts";

/**
 * The schema of a record type: a `DescMessage` of @bufbuild/protobuf, as `UDPSchema` of
 * `@farcap/farcap/schemas`.
 *
 * @internal
 */
export type RecordSchema = DescMessage;

/**
 * The message that a record of that schema is, as `UDP` of `@farcap/farcap/schemas`.
 *
 * @internal
 */
export type RecordOf<Schema extends RecordSchema> = MessageShape<Schema>;

/**
 * The `Header` message that a record file begins with.
 *
 * @internal
 */
export type FileHeader = Header;
