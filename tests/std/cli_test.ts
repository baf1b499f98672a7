/**
 * The stand-in keeps what `@std/cli` documents: test names quote its contract, arguments and
 * results are pairs that hold of the real package (denoland/std, cli/parse_args.ts and its tests).
 */
import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs } from "@std/cli";

Deno.test('parseArgs: a name "followed by an equal sign (`=`)" has its value behind it', () => {
  assertEquals(parseArgs(["--foo", "--bar=baz", "./quux.txt"]), {
    foo: true,
    bar: "baz",
    _: ["./quux.txt"],
  });
  assertEquals(parseArgs(["--b=123", "--f=abc=def", "--e==", "--foo=---=\\n--+34-=/="]), {
    b: 123,
    f: "abc=def",
    e: "=",
    foo: "---=\\n--+34-=/=",
    _: [],
  });
  assertEquals(parseArgs(["--s=X\nX", "-t", "X\nX"]), { s: "X\nX", t: "X\nX", _: [] });
});

Deno.test("parseArgs: a value may follow, but not one that starts with a hyphen", () => {
  assertEquals(parseArgs(["--pow", "xixxle", "--bool"]), { pow: "xixxle", bool: true, _: [] });
  assertEquals(parseArgs(["--a", "-b", "-c", "-d"], { string: ["a", "c"] }), {
    a: "",
    b: true,
    c: "",
    d: true,
    _: [],
  });
  assertEquals(parseArgs(["-n", "-"]), { n: "-", _: [] });
  assertEquals(parseArgs(["-"]), { _: ["-"] });
  assertEquals(parseArgs(["-b", "-"], { boolean: "b" }), { b: true, _: ["-"] });
});

Deno.test("parseArgs: letters behind one hyphen are flags of their own", () => {
  assertEquals(parseArgs(["-cats"]), { c: true, a: true, t: true, s: true, _: [] });
  assertEquals(parseArgs(["-cats", "meow"]), { c: true, a: true, t: true, s: "meow", _: [] });
  assertEquals(parseArgs(["-h", "localhost", "-fp", "555", "script.js"]), {
    h: "localhost",
    f: true,
    p: 555,
    _: ["script.js"],
  });
  assertEquals(parseArgs(["-1", "456"]), { 1: 456, _: [] });
  assertEquals(parseArgs(["-art"], { string: ["a", "t"] }), { a: "", r: true, t: "", _: [] });
});

Deno.test("parseArgs refuses what node:util cannot read as the real one does", () => {
  for (const arg of ["-n123", "-123", "-b=1", "-f-", "-xyz/foo", "--foo=", "--=x", "--no-b=x"]) {
    assertThrows(() => parseArgs([arg, "x"], { negatable: "b" }), TypeError, `"${arg}"`);
    assertEquals(parseArgs(["--", arg])._, [arg]);
  }
});

Deno.test('parseArgs: "Numeric-looking arguments" are numbers, unless declared', () => {
  assertEquals(
    parseArgs(["-x", "1234", "-y", "5.67", "-z", "1e7", "-w", "10f", "--hex", "0xdeadbeef", "789"]),
    { x: 1234, y: 5.67, z: 1e7, w: "10f", hex: 0xdeadbeef, _: [789] },
  );
  assertEquals(parseArgs(["-s", "0001234", "--x", "\t"], { string: "s" }), {
    s: "0001234",
    x: "\t",
    _: [],
  });
  assertEquals(parseArgs(["  ", "12"], { string: "_" })._, ["  ", "12"]);
});

Deno.test('parseArgs: boolean arguments are "`false` by default"', () => {
  assertEquals(parseArgs(["-x", "-z", "one", "two"], { boolean: ["x", "y", "z"] }), {
    x: true,
    y: false,
    z: true,
    _: ["one", "two"],
  });
  assertEquals(
    parseArgs(["--verbose", "false", "moo", "-t", "true", "--u=false"], {
      boolean: ["t", "u", "verbose"],
    }),
    { verbose: false, t: true, u: false, _: ["moo"] },
  );
  assertEquals(parseArgs(["-t", "true123"], { boolean: ["t"] }), { t: true, _: ["true123"] });
});

Deno.test('parseArgs: boolean: true is for "double hyphenated arguments without equal signs"', () => {
  assertEquals(
    parseArgs(["moo", "--honk", "cow", "-p", "55", "--tacos=good"], { boolean: true }),
    { honk: true, tacos: "good", p: 55, _: ["moo", "cow"] },
  );
});

Deno.test('parseArgs: collect gathers values "into one array"; of others "the last value is used"', () => {
  assertEquals(
    parseArgs(["--foo", "bar", "--foo", "baz", "--bib", "--bib", "--x", "1", "--x", "2"], {
      collect: ["foo", "bib"],
    }),
    { foo: ["bar", "baz"], bib: [true, true], x: 2, _: [] },
  );
  assertEquals(parseArgs([], { string: ["s"], boolean: ["b"], collect: ["s", "b"] }), {
    s: [],
    b: [],
    _: [],
  });
  assertEquals(parseArgs(["--s=1"], { string: ["s"], collect: ["s"], default: { s: ["0"] } }).s, [
    "1",
  ]);
});

Deno.test('parseArgs: default maps names "to default values"', () => {
  const options = { boolean: "maybe", default: { maybe: null, n: 3 } } as const;
  assertEquals(parseArgs([], options), { maybe: null, n: 3, _: [] } as unknown);
  assertEquals(parseArgs(["--maybe", "--n=4"], options), { maybe: true, n: 4, _: [] } as unknown);
});

Deno.test("parseArgs: alias gives a flag other names", () => {
  const alias = { z: ["zm", "zoom"] };
  assertEquals(parseArgs(["--zoom", "55"], { alias }), { z: 55, zm: 55, zoom: 55, _: [] });
  assertEquals(parseArgs([], { alias, default: { z: 1 } }), { z: 1, zm: 1, zoom: 1, _: [] });
  assertEquals(parseArgs(["-h", "derp"], { boolean: "herp", alias: { h: "herp" } }), {
    h: true,
    herp: true,
    _: ["derp"],
  });
});

Deno.test("parseArgs: negatable names are false with the prefix `--no-`", () => {
  const options = { boolean: ["foo"], negatable: ["foo"] } as const;
  assertEquals(parseArgs(["--no-foo"], options), { foo: false, _: [] });
  assertEquals(parseArgs(["--no-foo", "--foo", "123"], options), { foo: true, _: [123] });
  assertEquals(parseArgs(["--no-moo"]), { "no-moo": true, _: [] });
  assertEquals(
    parseArgs(["--foo", "1", "-f", "2", "--no-foo"], {
      string: ["foo"],
      collect: ["foo"],
      negatable: ["foo"],
      alias: { foo: "f" },
    }) as unknown,
    { foo: false, f: false, _: [] },
  );
});

Deno.test('parseArgs: "--" holds "everything after the `--`"', () => {
  assertEquals(parseArgs(["--a", "--", "-b", "1"]), { a: true, _: ["-b", "1"] });
  assertEquals(parseArgs(["--name", "John", "before", "--", "after"], { "--": true }), {
    name: "John",
    _: ["before"],
    "--": ["after"],
  });
});

Deno.test('parseArgs: stopEarly leaves "everything after the first non-option" alone', () => {
  assertEquals(parseArgs(["--aaa", "bbb", "ccc", "--ddd"], { stopEarly: true }), {
    aaa: "bbb",
    _: ["ccc", "--ddd"],
  });
});

Deno.test('parseArgs: an argument is left out if unknown "returns `false`"', () => {
  const calls: unknown[][] = [];
  const unknown = (...call: unknown[]) => {
    calls.push(call);
    return false;
  };
  const args = ["--honk", "--tacos=good", "cow", "-p", "55", "--s=1", "--alias", "--", "rest"];
  const result = parseArgs(args, {
    boolean: "honk",
    string: "s",
    alias: { alias: "a" },
    unknown,
  });
  assertEquals(calls, [["--tacos=good", "tacos", "good"], ["cow"], ["-p", "p", "55"]]);
  assertEquals(result, { honk: true, s: "1", alias: true, a: true, _: ["rest"] } as unknown);
});

Deno.test("parseArgs: dots in names are levels", () => {
  const result = parseArgs(["--foo.bar", "3", "--foo.quux.oO", "--beep.boop"], {
    default: { "a.b": 11 },
  });
  assertEquals(result as unknown, {
    foo: { bar: 3, quux: { oO: true } },
    beep: { boop: true },
    a: { b: 11 },
    _: [],
  });
});

Deno.test("parseArgs: names of built-in properties are names like others", () => {
  const result = parseArgs(["--toString", "--valueOf", "foo", "--constructor.name", "x"]);
  assertEquals(Object.entries(result), [
    ["_", []],
    ["toString", true],
    ["valueOf", "foo"],
    ["constructor", { name: "x" }],
  ]);
});

Deno.test("parseArgs gives each flag its type", () => {
  const args = parseArgs(["--s", "x", "--c", "1", "--b"], {
    string: ["s", "c", "d"],
    boolean: ["b"],
    collect: ["c"],
    default: { d: 7 },
    "--": true,
  });
  const s: string | undefined = args.s;
  const c: string[] = args.c;
  const b: boolean = args.b;
  const d: string | number = args.d;
  const rest: string[] = args["--"];
  assertEquals([s, c, b, d, rest], ["x", ["1"], true, 7, []]);
  // @ts-expect-error: an undeclared flag's value is unknown
  assertThrows(() => args.e.length, TypeError);
});
