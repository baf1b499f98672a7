/**
 * Everything that must hold before a change is taken, but for the tests; the cheapest check comes
 * first and the first that fails ends the run.
 *
 *     deno task ok
 */

const ROOT = new URL("../..", import.meta.url);

/** Name, what it makes sure of, and the arguments of `deno`. */
const CHECKS: readonly (readonly [string, string, ...string[]])[] = [
  ["format", "deno fmt has nothing to do", "fmt", "--check"],
  [
    "layers",
    "imports point left, the world stays outside",
    "run",
    "-R",
    "tools/checks/check_layers.ts",
  ],
  ["lint", "deno lint finds nothing", "lint"],
  ["generated", "proto/gen is what proto/ says", "run", "-A", "tools/generate/gen.ts", "--check"],
  [
    "tags",
    "proto/netcap_tags.ts is what proto/gen says",
    "run",
    "-R",
    "tools/generate/gen_tags.ts",
    "--check",
  ],
  [
    "kinds",
    "proto/netcap_kinds.ts is what proto/gen says",
    "run",
    "-R",
    "tools/generate/gen_kinds.ts",
    "--check",
  ],
  [
    "kernel",
    "lib/verify/compact_kernel_code.ts is what kernel/ says",
    ...["run", "-A", "tools/generate/gen_kernel.ts", "--check"],
  ],
  [
    "formatted",
    "deno fmt has nothing to do in kernel/",
    ...["fmt", "--check", "--no-config", "--line-width=100", "kernel"],
  ],
  ["pages", "docs/ says what code and notes say", "run", "-R", "tools/pages/docs.ts", "--check"],
  ["types", "all code and the examples in docstrings type-check", "check", "--doc"],
  [
    "page",
    "the scripts of the page type-check",
    ...["check", "--config", "lib/www/page/check.json", "lib/www/page/main.js"],
  ],
  [
    "docs",
    "every public name is documented",
    ...[
      "doc",
      "--lint",
      "mod.ts",
      "mod/capture.ts",
      "mod/decode.ts",
      "mod/records.ts",
      "mod/transport.ts",
    ],
  ],
  [
    "surface",
    "docs/surface.txt lists what others can import",
    "run",
    "-A",
    "tools/pages/surface.ts",
    "--check",
  ],
  ["publish", "the package is whole", "publish", "--dry-run", "--allow-dirty", "--no-check"],
];

for (const [name, promise, ...args] of CHECKS) {
  const env: Record<string, string> = {};
  if (!Deno.stdout.isTerminal()) env.NO_COLOR = "1";
  if (Deno.env.get("DENO_TLS_CA_STORE") === undefined) env.DENO_TLS_CA_STORE = "system";
  const started = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env,
    stdin: "null",
  }).output();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (success) {
    console.log(`ok      ${name.padEnd(10)} ${promise} (${seconds} s)`);
    continue;
  }
  const text = new TextDecoder();
  console.log(text.decode(stdout) + text.decode(stderr));
  console.log(`failed  ${name.padEnd(10)} ${promise}; again with: deno ${args.join(" ")}`);
  Deno.exit(1);
}
