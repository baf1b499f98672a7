import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkLayers } from "../../../tools/checks/check_layers.ts";

/** What the check says of a tree, one line per violation. */
function violations(files: Record<string, string>): string[] {
  return checkLayers(new Map(Object.entries(files)))
    .map(({ file, line, what, why }) => `${file}:${line}: ${what}; ${why}`);
}

/** The tree of one file is refused once, in the line given, for the reason given. */
function refuses(path: string, text: string, what: string, why: string, line = 1): void {
  const found = violations({ [path]: text });
  assertEquals(found.length, 1, `${path} with ${text}: ${JSON.stringify(found)}`);
  assertStringIncludes(found[0]!, `${path}:${line}: ${what};`);
  assertStringIncludes(found[0]!, why);
}

function accepts(path: string, text: string): void {
  assertEquals(violations({ [path]: text }), [], text);
}

Deno.test("a tree whose imports point left is accepted", () => {
  assertEquals(
    violations({
      "lib/base/bytes.ts": "export const ZERO = 0;\n",
      "lib/arguments/flags.ts":
        'import { parseArgs } from "@std/cli";\nexport const p = parseArgs;\n',
      "lib/decode/udp.ts":
        'import { ZERO } from "../base/bytes.ts";\nimport { TCP } from "./tcp.ts";\nimport { create } from "@bufbuild/protobuf";\nimport { wkt } from "@bufbuild/protobuf/wkt";\nimport { UDPSchema } from "../../proto/gen/netcap_pb.ts";\n',
      "lib/pack/gzip.ts": 'import { gzipSync } from "node:zlib";\nimport "../decode/udp.ts";\n',
      "lib/seal/box.ts": 'import nacl from "tweetnacl";\n',
      "lib/capture/live_io.ts": 'import { open } from "../../ffi/pcap.ts";\n',
      "lib/run_sensor_io.ts": 'import "./www/page.ts";\nimport "./base/log_io.ts";\n',
      "ffi/pcap.ts": 'import { FarcapError } from "../lib/base/errors.ts";\n',
      "proto/gen/farcap_pb.ts": 'import "./netcap_pb.ts";\n',
      "std/cli.ts": 'import { parseArgs } from "node:util";\n',
      "mod.ts": 'export { runSensor } from "./lib/run_sensor_io.ts";\n',
      "sensor.ts": 'import { runSensor } from "./lib/run_sensor_io.ts";\nawait runSensor();\n',
      "tests/seal/box_test.ts":
        'import nacl from "tweetnacl";\nimport { assert } from "@std/assert";\nimport "../../lib/seal/box.ts";\nimport "../../tools/gen.ts";\n',
    }),
    [],
  );
});

Deno.test("an import that points right is refused, in every form", () => {
  const why = "imports point left, and gather/ is to the right of decode/";
  for (
    const text of [
      'import { a } from "../gather/a.ts";',
      'import type { A } from "../gather/a.ts";',
      'import * as a from "../gather/a.ts";',
      "import a from '../gather/a.ts';",
      'import "../gather/a.ts";',
      'const a = () => import("../gather/a.ts");',
      "const a = () => import(`../gather/a.ts`);",
      'type A = import("../gather/a.ts").A;',
    ]
  ) refuses("lib/decode/udp.ts", text, "imports lib/gather/a.ts", why);
  refuses(
    "lib/decode/udp.ts",
    '/* a\n comment */\nimport {\n  a,\n  b,\n} from\n  "../gather/a.ts";\n',
    "imports lib/gather/a.ts",
    why,
    3,
  );
  refuses(
    "lib/base/a.ts",
    'import "../capture/b.ts";',
    "imports lib/capture/b.ts",
    "base/ is for all",
  );
  refuses(
    "lib/base/a.ts",
    'import "../arguments/b.ts";',
    "imports lib/arguments/b.ts",
    "base/ is for all",
  );
  accepts("lib/arguments/a.ts", 'import "../base/b.ts";');
});

Deno.test("rooms of a stage are imported as their table says", () => {
  accepts("lib/decode/tunnel/gre.ts", 'import "../link/ethernet.ts";\nimport "../packet.ts";');
  accepts("lib/decode/tunnel/gre.ts", 'import "./erspan.ts";\nimport "../../base/bytes.ts";');
  accepts("lib/decode/registry.ts", 'import "./tunnel/gre.ts";');
  accepts("lib/write/read/x.ts", 'import "../files/file_names.ts";');
  refuses(
    "lib/decode/link/ethernet.ts",
    'import "../tunnel/gre.ts";',
    "imports lib/decode/tunnel/gre.ts",
    "the room link/ may not import tunnel/",
  );
  refuses(
    "lib/decode/dissect.ts",
    'import "./link/ethernet.ts";',
    "imports lib/decode/link/ethernet.ts",
    "only lib/decode/registry.ts imports rooms",
  );
  refuses(
    "lib/decode/misc/a.ts",
    "",
    "a file in the room misc/",
    "ROOMS in tools/checks/check_layers.ts",
  );
});

Deno.test("comments, strings, templates and regular expressions are not imports or uses", () => {
  accepts(
    "lib/decode/udp.ts",
    [
      '// import "../gather/a.ts"; Deno.exit()',
      '/** Example: `import { a } from "../gather/a.ts"` and Date.now() */',
      `const a = 'import "../gather/a.ts"';`,
      'const b = "it\\"s Deno.env";',
      "const c = `Deno.exit() ${nested(`setTimeout ${a}`)} Date.now()`;",
      "const d = /[/]Deno\\.[`\"']/.test(a) ? 4 / 2 / 1 : 0; // Math.random()",
      "const e = { Denomination: 1, myDeno: 2 };",
      "",
    ].join("\n"),
  );
});

Deno.test("code behind strings, templates and regular expressions is still code", () => {
  for (
    const before of [
      'const a = "//";',
      "const a = '/*';",
      "const a = `//`;",
      "const a = `${b}`;",
      "const a = `${{ a: `}` }}`;",
      'const a = /[/*]"/;',
      "const a = 4 / 2; const b = 4 / 2;",
      "const a = f(1) / 2; const b = [1][0] / 2; // '",
      "const a = () => { return /'/; };",
    ]
  ) {
    refuses("lib/decode/udp.ts", `${before}\nconst z = Deno.pid;`, "uses Deno", "*_io.ts", 2);
  }
  refuses("lib/decode/udp.ts", "const z = `a ${Deno.pid} b`;", "uses Deno", "*_io.ts");
});

Deno.test("pure files of lib/ must not touch the world; *_io.ts, ffi/ and the programs may", () => {
  const uses: [string, string, string][] = [
    ["const a = () => Deno.pid;", "uses Deno", "touch the world"],
    ["const a = () => globalThis.Deno;", "uses Deno", "touch the world"],
    ["type A = Deno.NetAddr;", "uses Deno", "touch the world"],
    ["const a = () => console.log(1);", "uses console.", "touch the world"],
    ["const a = () => fetch(url);", "uses fetch(", "touch the world"],
    ["const a = () => Date.now();", "uses Date.now", "the time is a parameter"],
    ["const a = () => new Date();", "uses new Date", "the time is a parameter"],
    ["const a = () => new Date;", "uses new Date", "the time is a parameter"],
    ["const a = () => performance.now();", "uses performance.now", "the time is a parameter"],
    ["const a = Temporal.Now.instant();", "uses Temporal.Now", "the time is a parameter"],
    ["const a = () => setTimeout(b, 1);", "uses setTimeout", "no timers"],
    ["const a = () => globalThis.setInterval(b, 1);", "uses setInterval", "no timers"],
    ["const a = () => Math.random();", "uses Math.random", "random bytes are a parameter"],
    ["const a = () => crypto.getRandomValues(b);", "uses getRandomValues", "random bytes"],
    ["const a = () => crypto.randomUUID();", "uses randomUUID", "random bytes"],
    ["const a = () => crypto.subtle.generateKey(b);", "uses generateKey", "random bytes"],
    ["const a = () => nacl.box.keyPair();", "uses keyPair(", "random bytes"],
    ["const a = () => nacl.randomBytes(24);", "uses randomBytes", "random bytes"],
  ];
  for (const [text, what, why] of uses) {
    refuses("lib/seal/key.ts", text, what, why);
    for (const path of ["lib/seal/key_io.ts", "ffi/pcap.ts", "sensor.ts", "collector.ts"]) {
      accepts(path, text);
    }
  }
  for (
    const text of [
      "const a = (ms: number) => new Date(ms);",
      "const a = (ms: number) => new Date(\n  ms,\n);",
      "const a = () => clock.performance.now();",
      "const a = (key: Uint8Array) => nacl.box.keyPair.fromSecretKey(key);",
      "const a = () => crypto.subtle.digest(b);",
      "const a = () => this.fetch(1);",
      "const a = Math.round(1);",
      "const a = new DateRange();",
    ]
  ) accepts("lib/seal/key.ts", text);
});

Deno.test("pure files import neither *_io.ts files nor built-in modules that touch the world", () => {
  const text = 'import { log } from "../base/log_io.ts";\n';
  refuses("lib/decode/udp.ts", text, "imports lib/base/log_io.ts", "pure files import no *_io.ts");
  accepts("lib/decode/udp_io.ts", text);
  for (const name of ["node:fs", "node:os", "node:net", "node:crypto", "node:timers"]) {
    refuses("lib/decode/udp.ts", `import * as a from "${name}";`, `imports ${name}`, "pure files");
    accepts("lib/decode/udp_io.ts", `import * as a from "${name}";`);
  }
  accepts("lib/pack/digest.ts", 'import { createHash } from "node:crypto";');
  accepts("lib/seal/shared_key.ts", 'import { diffieHellman } from "node:crypto";');
});

Deno.test("run_*_io.ts import any stage and are imported by the programs, mod.ts, tools and tests only", () => {
  const run = "lib/run_sensor_io.ts";
  const why = "run_*_io.ts are imported by the programs and mod.ts only";
  refuses("lib/www/page_io.ts", 'import "../run_sensor_io.ts";', `imports ${run}`, why);
  refuses("lib/run_collector_io.ts", 'import "./run_sensor_io.ts";', `imports ${run}`, why);
  for (const path of ["sensor.ts", "collector.ts"]) accepts(path, `import "./${run}";`);
  for (const path of ["tools/demo.ts", "tests/run_test.ts"]) accepts(path, `import "../${run}";`);
  refuses("lib/a_io.ts", "export const a = 1;", "a file directly in lib/", "belongs to a stage");
});

Deno.test("proto/gen and std import nothing of ours, ffi/ only base/", () => {
  const target = "imports lib/base/a.ts";
  refuses("proto/gen/a_pb.ts", 'import "../../lib/base/a.ts";', target, "proto/ imports nothing");
  refuses("std/cli.ts", 'import "../lib/base/a.ts";', target, "std/ imports nothing of ours");
  refuses("ffi/pcap.ts", 'import "../lib/capture/a.ts";', "imports lib/capture/a.ts", "base/ only");
});

Deno.test("ffi/, std/, tests/, tools/, mod.ts and the programs are not imported by lib/", () => {
  const refusals: [string, string, string][] = [
    ["lib/capture/live.ts", "ffi/pcap.ts", "ffi/ is imported by lib/capture/*_io.ts only"],
    ["lib/gather/live_io.ts", "ffi/pcap.ts", "ffi/ is imported by lib/capture/*_io.ts only"],
    ["lib/base/flags.ts", "std/cli.ts", "stand-ins are imported by the name of the package"],
    ["lib/base/a.ts", "tests/base/a_test.ts", "no part of the product"],
    ["lib/base/a.ts", "tools/gen.ts", "no part of the product"],
    ["lib/base/a.ts", "mod.ts", "for those who use Farcap from outside"],
    ["lib/base/a_io.ts", "sensor.ts", "programs are started, not imported"],
  ];
  for (const [path, target, why] of refusals) {
    refuses(path, `import "../../${target}";`, `imports ${target}`, why);
  }
});

Deno.test("each package has its place, and a package without one is refused", () => {
  const nacl = 'import nacl from "tweetnacl";';
  refuses("lib/transport/box.ts", nacl, "imports tweetnacl", "only lib/seal/ may");
  refuses("sensor.ts", nacl, "imports tweetnacl", "only lib/seal/ may");
  const cli = 'import { parseArgs } from "@std/cli";';
  refuses("lib/base/log.ts", cli, "imports @std/cli", "only lib/arguments/flags.ts may");
  refuses("sensor.ts", cli, "imports @std/cli", "only lib/arguments/flags.ts may");
  const assertion = 'import { assert } from "@std/assert";';
  refuses("lib/base/log.ts", assertion, "imports @std/assert", "only tests/ may");
  refuses("tools/gen.ts", assertion, "imports @std/assert", "only tests/ may");
  for (const name of ["npm:tweetnacl@1", "jsr:@std/cli", "https://x.example/a.ts", "left-pad"]) {
    refuses("lib/seal/a.ts", `import "${name}";`, `imports ${name}`, "by their name in deno.json");
  }
});

Deno.test("default exports are refused everywhere", () => {
  for (const path of ["lib/base/a.ts", "tools/a.ts", "mod.ts", "tests/a_test.ts"]) {
    refuses(path, "export default 1;", "a default export", "its own name");
    refuses(path, "const a = 1;\nexport { a as default };", "a default export", "its own name", 2);
  }
  accepts("lib/base/a.ts", "import { default as a } from './b.ts';\nconst c = a as unknown;\n");
});

Deno.test("re-exports are refused but in mod.ts and mod/", () => {
  const what = "re-exports from ../base/b.ts";
  for (
    const text of [
      'export * from "../base/b.ts";',
      'export * as b from "../base/b.ts";',
      'export { b } from "../base/b.ts";',
      'export type { B } from "../base/b.ts";',
    ]
  ) {
    refuses("lib/decode/a.ts", text, what, "only mod.ts and mod/ re-export");
    accepts("mod.ts", text.replace("..", "./lib"));
    accepts("mod/a.ts", text.replace("..", "../lib"));
  }
  for (const list of ["{ b }", "{ b as c }", "{ type b }"]) {
    const text = `import { a as b, type C } from "../base/b.ts";\nexport ${list};`;
    refuses("lib/decode/a.ts", text, "re-exports b", "only mod.ts and mod/ re-export", 2);
  }
  accepts("lib/decode/a.ts", 'import { b } from "../base/b.ts";\nconst c = b;\nexport { c };');
});

Deno.test("modules do nothing when loaded, but for those of workers", () => {
  const why = "only the worker's module may";
  const text = "export const a = 1;\nregister(a);\n";
  for (const path of ["lib/base/a.ts", "lib/gather/a_io.ts", "ffi/a.ts", "std/a.ts", "mod.ts"]) {
    refuses(path, text, "does something when loaded (register…)", why, 2);
  }
  for (
    const statement of [
      "for (const a of b) c();",
      "if (a) b();",
      "await a();",
      "a.b = 1;",
      "[a] = b;",
    ]
  ) {
    assertStringIncludes(violations({ "lib/base/a.ts": statement })[0] ?? "", why);
  }
  for (const path of ["lib/gather/a_worker_io.ts", "sensor.ts", "tools/a.ts", "tests/a_test.ts"]) {
    accepts(path, text);
  }
  accepts(
    "lib/base/a.ts",
    [
      "/** Text. */",
      "export const a = [",
      "  1,",
      "];",
      "const b = `",
      "not code at all",
      "`;",
      "export abstract class C {",
      "}",
      "async function d(): Promise<",
      "  void",
      "> {}",
      "",
    ].join("\n"),
  );
});

Deno.test("tests are left out by needs() only", () => {
  const what = "leaves a test out";
  refuses("tests/a_test.ts", 'Deno.test({ name: "a", ignore: true, fn });', what, "needs()");
  refuses("tests/a_test.ts", 'Deno.test.ignore("a", fn);', what, "needs()");
  accepts("tests/a_test.ts", 'Deno.test(needs("a", ROOT), fn); // or ignore');
});

Deno.test("the tool prints each violation of a tree and exits with 1, and is silent with 0 for a good one", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/lib/decode`, { recursive: true });
    await Deno.mkdir(`${root}/node_modules/x`, { recursive: true });
    await Deno.writeTextFile(`${root}/node_modules/x/a.ts`, "export default 1;");
    await Deno.writeTextFile(`${root}/lib/decode/udp.ts`, "export const A = 1;\n");
    assertEquals(await runTool(root), { code: 0, lines: [] });

    await Deno.writeTextFile(
      `${root}/lib/decode/tcp.ts`,
      'import "../gather/a.ts";\n\nexport const now = () => Date.now();\n',
    );
    assertEquals(await runTool(root), {
      code: 1,
      lines: [
        "lib/decode/tcp.ts:1: imports lib/gather/a.ts; imports point left, and gather/ is to the right of decode/",
        "lib/decode/tcp.ts:3: uses Date.now; the time is a parameter",
      ],
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

async function runTool(root: string): Promise<{ code: number; lines: string[] }> {
  const tool = `${import.meta.dirname}/../../../tools/checks/check_layers.ts`;
  const args = ["run", "--no-lock", "--allow-read", tool, root];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  return {
    code,
    lines: new TextDecoder().decode(stdout).split("\n").filter((line) => line !== ""),
  };
}
