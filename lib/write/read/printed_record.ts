import type { DescMessage, Message } from "@bufbuild/protobuf";

/** A record that is to be printed. */
export interface PrintedRecord {
  readonly schema: DescMessage;
  /** Who sent it; empty where nobody knows. */
  readonly client: string;
  readonly message: Message;
}
