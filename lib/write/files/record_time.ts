import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { timeFieldOf } from "../../base/record/record_schemas.ts";

/**
 * A function that reads the time of records of one type, nanoseconds since 1970, without parsing
 * the rest; 0 when it is not set, undefined when the record cannot be read that far.
 */
export function recordTimeReader(schema: DescMessage): (record: Uint8Array) => bigint | undefined {
  const number = timeFieldOf(schema)?.number;
  return (record) => {
    const reader = new BinaryReader(record);
    try {
      while (reader.pos < reader.len) {
        const [field, wireType] = reader.tag();
        if (field === number) return BigInt(reader.int64());
        reader.skip(wireType, field);
      }
      return 0n;
    } catch {
      return undefined; // BinaryReader says by exception what is damaged
    }
  };
}
