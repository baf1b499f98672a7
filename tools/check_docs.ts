/**
 * Runs `deno doc --lint mod.ts` and prints what it finds, exit code 1; types of packages and of
 * generated code that our functions return are left out, since they are documented elsewhere.
 */
const ELSEWHERE = /references private type '(DescMessage|Header|MessageShape)'/;
const COUNT = /^error: Found \d+ documentation lint error/;

const { stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", "mod.ts"],
  cwd: new URL("..", import.meta.url),
  env: { NO_COLOR: "1" },
}).output();

const findings = new TextDecoder().decode(stderr)
  .split(/^(?=error)/m)
  .filter((text) => /^error/.test(text) && !ELSEWHERE.test(text) && !COUNT.test(text));
for (const finding of findings) console.log(finding.trim());
if (findings.length > 0) Deno.exit(1);
