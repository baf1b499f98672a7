import { assertEquals } from "@std/assert";
import { cutToWidth, displayWidth } from "../../../lib/base/text/display_width.ts";
import { needs, PYTHON } from "../../needs.ts";
import { runPython } from "../../write/read/python.ts";

Deno.test("displayWidth() counts columns of a terminal", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["漢字", 4],
    ["한글", 4],
    ["e\u0301", 1], // é of two characters
    ["ｆ", 2], // a fullwidth letter
    ["ｶ", 1], // a halfwidth one
    ["😀", 2],
    ["🇩🇪", 2],
    ["…€é", 3],
  ];
  for (const [text, width] of cases) assertEquals(displayWidth(text), width, text);
});

Deno.test(
  needs("displayWidth() gives two columns to what Unicode calls wide", PYTHON),
  async () => {
    const listed = await runPython(`
import json, unicodedata
put(json.dumps([(c, unicodedata.east_asian_width(chr(c)) in "WF") for c in range(0x20, 0x110000)
    if c < 0x3400 or c % 16 == 0 or 0x1f000 <= c < 0x20000
    if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co", "Cc", "Cf", "Mn", "Me", "Mc", "Zl", "Zp")]).encode())
`);
    const wrong = (JSON.parse(new TextDecoder().decode(listed)) as [number, boolean][])
      .filter(([code, isWide]) => displayWidth(String.fromCodePoint(code)) !== (isWide ? 2 : 1))
      .map(([code]) => code.toString(16));
    // Wide since Unicode 16, which Python may not know yet; letters of flags, which stand in pairs.
    const known = /^(263[0-7]|268[a-f]|4d[cdef].|1d3[0-7].|1f1(e[6-9a-f]|f.))$/;
    assertEquals(wrong.filter((code) => !known.test(code)), []);
  },
);

Deno.test("cutToWidth() leaves whole characters and says that there is more", () => {
  const cases: [string, number, string][] = [
    ["abcdef", 6, "abcdef"],
    ["abcdef", 5, "abcd…"],
    ["漢字漢字", 5, "漢字…"],
    ["漢字漢字", 6, "漢字…"],
    ["ae\u0301bc", 3, "ae\u0301…"],
    ["🇩🇪🇫🇷", 3, "🇩🇪…"],
    ["abc", 1, "…"],
  ];
  for (const [text, width, cut] of cases) assertEquals(cutToWidth(text, width), cut);
});
