import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { readRecords } from "../../../../lib/write/read/read_records_io.ts";
import { originalFiles } from "./original_records.ts";

Deno.test("readRecords() reads the original's files", async () => {
  for (const { type, path, lines } of originalFiles()) {
    let records = 0;
    for await (const burst of readRecords(path)) {
      assertEquals(burst.schema.name, type);
      assertEquals(burst.header.Version, "v0.6.11");
      assertStringIncludes(burst.header.InputSource, ".pcap");
      assertEquals(burst.problems, []);
      for (const record of burst.records) fromBinary(burst.schema, record);
      records += burst.records.length;
    }
    assertEquals(records, lines.length, type);
  }
});
