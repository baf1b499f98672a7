import { assertEquals } from "@std/assert";
import { drawn, span } from "../../lib/view/screen.ts";

Deno.test("a screen begins at the first line, cuts what is too long, and clears what was there", () => {
  const lines = [[span("abc", "bold"), span("defg")], [span("x")], [span("not shown")]];
  assertEquals(
    drawn(lines, { columns: 5, rows: 2 }, false),
    "\x1b[Habcd…\x1b[K\r\nx\x1b[K\x1b[J",
  );
});

Deno.test("looks are colours where there are any, each taken back behind its text", () => {
  const line = [span("a", "bad"), span("b"), span("c", "good")];
  assertEquals(
    drawn([line], { columns: 10, rows: 1 }, true),
    "\x1b[H\x1b[31ma\x1b[0mb\x1b[32mc\x1b[0m\x1b[K\x1b[J",
  );
});

Deno.test("what is wide takes two columns", () => {
  assertEquals(
    drawn([[span("工厂七"), span("xyz")]], { columns: 7, rows: 1 }, false),
    "\x1b[H工厂七…\x1b[K\x1b[J",
  );
});
