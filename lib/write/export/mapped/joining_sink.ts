import { type DescMessage, toBinary } from "@bufbuild/protobuf";
import { encodeHex, parseHex } from "../../../base/bytes/bytes.ts";
import { parseMessage } from "../../../base/record/parse_message.ts";
import { recordSchema } from "../../../base/record/record_schemas.ts";
import { typeNumber } from "../../../base/record/record_types.ts";
import type { PrintedRecord } from "../../read/printed_record.ts";
import type { ExportSink } from "../export_sink.ts";
import type { JoinRule } from "./join_rule.ts";
import { JoinedRecords } from "./joined_records.ts";

/** What waits for other records, by type, client and bytes in hex digits, and the state of the lines. */
export interface JoiningState {
  readonly held: readonly (readonly [type: string, client: string, record: string])[];
  readonly lines: unknown;
}

/** Joins records in front of what writes their lines; those that wait are part of the position. */
export class JoiningSink implements ExportSink {
  readonly isByTime = true;
  readonly #joined: JoinedRecords;
  readonly #lines: ExportSink;

  /** @param held Of the state that the last commit gave. */
  constructor(
    ruleOf: (schema: DescMessage) => JoinRule | undefined,
    lines: ExportSink,
    held: JoiningState["held"] = [],
  ) {
    this.#joined = new JoinedRecords(ruleOf);
    this.#lines = lines;
    for (const [type, client, hex] of held) {
      const schema = recordSchema(typeNumber(type));
      const bytes = parseHex(hex);
      const message = schema && bytes && parseMessage(schema, bytes);
      if (message !== undefined) this.add({ schema: schema!, client, message }, hex.length / 2);
    }
  }

  takes(schema: DescMessage): boolean {
    return this.#lines.takes(schema);
  }

  add(record: PrintedRecord, bytes: number): boolean {
    let isDue = false;
    for (const line of this.#joined.add(record, bytes)) {
      isDue = this.#lines.add(line, bytes) || isDue;
    }
    return isDue;
  }

  end(): void {
    for (const line of this.#joined.end()) this.#lines.add(line, 0);
  }

  get lines(): number | undefined {
    return this.#lines.lines;
  }

  flush(): Promise<void> {
    return this.#lines.flush();
  }

  get isFull(): boolean {
    return this.#lines.isFull;
  }

  async commit(): Promise<JoiningState> {
    const held = Array.from(
      this.#joined.held(),
      ({ schema, client, message }) =>
        [schema.name, client, encodeHex(toBinary(schema, message))] as const,
    );
    return { held, lines: await this.#lines.commit() };
  }

  committed(): Promise<void> {
    return this.#lines.committed();
  }

  close(): void {
    this.#lines.close();
  }
}
