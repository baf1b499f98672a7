import { assertEquals } from "@std/assert";
import { escapeText, jsonString, terminalText } from "../../../lib/base/text/escape_text.ts";
import { needs, PYTHON } from "../../needs.ts";
import { runPython } from "../../write/read/python.ts";

Deno.test("escapeText() writes what commands a terminal so that it can be told from the rest", () => {
  const cases: [string, string][] = [
    ["", ""],
    ["plain é € 漢", "plain é € 漢"],
    ["a\nb\r\tc", String.raw`a\nb\r\tc`],
    ["\x00\x1b[2J\x7f", String.raw`\x00\x1b[2J\x7f`],
    ["\x9b1m\xad", String.raw`\u009b1m\u00ad`],
    ["\u202etxt.exe\u2066\u2028\ufeff", String.raw`\u202etxt.exe\u2066\u2028\ufeff`],
    ["\u{e0041}", String.raw`\u{e0041}`],
    [String.raw`\x1b \n`, String.raw`\\x1b \\n`],
  ];
  for (const [text, escaped] of cases) assertEquals(escapeText(text), escaped);
});

Deno.test("terminalText() leaves lines and tabs, and JSON that it escapes is the same JSON", () => {
  assertEquals(
    terminalText("a\tb\n\r\x1b\u202e"),
    String.raw`a	b
\u000d\u001b\u202e`,
  );
  const json = '"\x9b \u{e0041}"';
  assertEquals(JSON.parse(terminalText(json)), JSON.parse(json));
});

Deno.test(
  needs("no character that Unicode calls control, format or separator is left", PYTHON),
  async () => {
    const listed = await runPython(`
import json, unicodedata
put(json.dumps([c for c in range(0x110000)
    if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zl", "Zp")]).encode())
`);
    const codes = JSON.parse(new TextDecoder().decode(listed)) as number[];
    assertEquals(codes.length > 200, true);
    for (const code of codes) {
      const text = String.fromCodePoint(code);
      assertEquals(/^[ -~]+$/.test(escapeText(text)), true, `U+${code.toString(16)}`);
      assertEquals(/^[ -~]+$/.test(jsonString(text)), true, `U+${code.toString(16)}`);
      assertEquals(JSON.parse(jsonString(text)), text);
    }
  },
);
