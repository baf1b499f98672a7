import { assertEquals } from "@std/assert";
import { TextBytes } from "../../../lib/base/bytes/text_bytes.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("texts that were gathered are together what TextEncoder makes of each, however long they are", () => {
  const gathered = new TextBytes();
  for (
    const texts of [["a", "é€", "😀\n", ""], ["€".repeat(100_000), "z"], ["é".repeat(2_000_000)]]
  ) {
    for (const text of texts) gathered.add(text);
    const expected = encode(texts.join(""));
    assertEquals(gathered.length, expected.length);
    assertEquals(gathered.take(), expected);
    assertEquals([gathered.length, gathered.take().length], [0, 0]);
  }
});
