import { assertEquals } from "@std/assert";
import { counted, ofOne } from "../../../lib/base/text/counted.ts";

Deno.test("what there is one of is said as one", () => {
  assertEquals([0, 1, 2].map((count) => counted(count, "record")), [
    "0 records",
    "1 record",
    "2 records",
  ]);
  assertEquals([counted(1n, "batch", "batches"), counted(2n, "batch", "batches")], [
    "1 batch",
    "2 batches",
  ]);
  assertEquals(
    ofOne("TCP records dropped, and no more records"),
    "TCP record dropped, and no more records",
  );
  assertEquals(ofOne("batches of datagrams"), "batch of datagrams");
  assertEquals(ofOne("its sensor did not run"), "its sensor did not run");
});
