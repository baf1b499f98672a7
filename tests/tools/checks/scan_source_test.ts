import { assertEquals } from "@std/assert";
import { lineAt, scanSource } from "../../../tools/checks/scan_source.ts";

/** The code of a text without its white space. */
function codeOf(text: string): string {
  return scanSource(text).code.replaceAll(/\s+/g, " ").trim();
}

function importsOf(text: string) {
  return scanSource(text).imports.map(({ specifier, reexport, names }) => ({
    specifier,
    reexport,
    names,
  }));
}

Deno.test("comments leave no code, but what only looks like one does", () => {
  assertEquals(codeOf("a; // Deno.exit()\nb; /* Deno\n * exit */ c;"), "a; b; c;");
  assertEquals(codeOf('/** `import "x"` */ a;'), "a;");
  assertEquals(codeOf("a = 1 / 2; // b"), "a = 1 / 2;");
});

Deno.test("strings keep their quotes only", () => {
  assertEquals(codeOf(`a("Deno.exit()");`), `a(" ");`);
  assertEquals(codeOf(`a('// no comment'); b;`), `a(' '); b;`);
  assertEquals(codeOf(String.raw`a("\"Deno"); b;`), `a(" "); b;`);
});

Deno.test("templates keep the code within, however deep it is", () => {
  assertEquals(codeOf("a(`Deno ${Deno.pid} Deno`);"), "a(` ${Deno.pid} `);");
  assertEquals(codeOf("a(`x ${b({ c: `y ${d} y` })} x`); e;"), "a(` ${b({ c: ` ${d} ` })} `); e;");
  assertEquals(codeOf("a(`\\`${b}\\${c}`); d;"), "a(` ${b} `); d;");
});

Deno.test("regular expressions are told from divisions", () => {
  assertEquals(codeOf(`a = /Deno["'/]/g; b;`), "a = ; b;");
  assertEquals(codeOf(`return /[/"]/.test(a); b;`), "return .test(a); b;");
  assertEquals(codeOf(`a = b / c; d = "/";`), `a = b / c; d = " ";`);
  assertEquals(codeOf(`a = (b) / c / d;`), "a = (b) / c / d;");
});

Deno.test("the code is as long as the text, line for line", () => {
  const text = 'a; /* x\ny */ "b";\n`c\n${d}\n`; // e\nf;';
  const { code } = scanSource(text);
  assertEquals(code.length, text.length);
  assertEquals(
    [...code].flatMap((char, at) => char === "\n" ? [at] : []),
    [...text].flatMap((char, at) => char === "\n" ? [at] : []),
  );
  assertEquals(code.indexOf("f;"), text.indexOf("f;"));
});

Deno.test("imports of every kind are found, with the names that they bring", () => {
  assertEquals(
    importsOf(`
      import a from "./a.ts";
      import { b, type c as d } from "./b.ts";
      import * as e from './e.ts';
      import type { f } from "./f.ts";
      import "./g.ts";
      export { h } from "./h.ts";
      export * from "./i.ts";
      const { j } = await import("./j.ts");
    `),
    [
      { specifier: "./a.ts", reexport: false, names: ["a"] },
      { specifier: "./b.ts", reexport: false, names: ["b", "d"] },
      { specifier: "./e.ts", reexport: false, names: ["e"] },
      { specifier: "./f.ts", reexport: false, names: ["f"] },
      { specifier: "./g.ts", reexport: false, names: [] },
      { specifier: "./h.ts", reexport: true, names: [] },
      { specifier: "./i.ts", reexport: true, names: [] },
      { specifier: "./j.ts", reexport: false, names: [] },
    ],
  );
});

Deno.test("what only looks like an import is none", () => {
  assertEquals(importsOf(`// import "./a.ts"\nconst text = 'import "./b.ts"';`), []);
  assertEquals(importsOf("export const from = 1; a.import(b);"), []);
  assertEquals(importsOf("const url = import.meta.url;"), []);
});

Deno.test("lines are counted from 1", () => {
  assertEquals([0, 1, 2, 3].map((offset) => lineAt("a\nb\n", offset)), [1, 1, 2, 2]);
  assertEquals(lineAt("a\nb\n", 4), 3);
});
