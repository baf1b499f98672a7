import { assertEquals } from "@std/assert";
import { printable } from "../../../lib/base/text/printable.ts";

Deno.test("a name cannot end the line that it stands in, command a terminal or turn what is around it", () => {
  // Unicode 16, general categories Cc, Zl, Zp and Cf.
  const marks = [0x0a, 0x1b, 0x85, 0x2028, 0x2029, 0x200b, 0x200e, 0x202e, 0x2066, 0xfeff, 0xe0041];
  for (const mark of marks) {
    const name = `a${String.fromCodePoint(mark)}b`;
    assertEquals(printable(name), "a\ufffdb", mark.toString(16));
  }
  assertEquals(printable("Werk Süd/東京 #1"), "Werk Süd/東京 #1");
});

Deno.test("a long name is cut, and never amid a character", () => {
  assertEquals(printable("x".repeat(300)), "x".repeat(255));
  assertEquals(printable("x".repeat(254) + "\u{1f600}"), "x".repeat(254) + "\ufffd");
});
