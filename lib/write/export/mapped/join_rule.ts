import type { DescMessage, Message } from "@bufbuild/protobuf";

/** How records become parts of one line. */
export interface JoinRule {
  /** The types of the records. */
  readonly schemas: readonly DescMessage[];
  /** What the records of a line have in common; undefined for one that stands alone. */
  keyOf(record: Message): string | undefined;
  /** The part that a record plays. */
  partOf(record: Message): string;
  /** Whether a line with these parts has all that can come. */
  isWhole(parts: Readonly<Record<string, Message>>): boolean;
}
