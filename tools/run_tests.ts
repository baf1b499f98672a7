/**
 * Runs the tests and says, alone on the last line, `N passed, N failed, N skipped`.
 *
 *     deno task test [FILE…]
 *
 * The numbers come from the report that `deno test` writes, steps included. Programs that tests
 * compare us with are installed first where that is possible; tests that miss one skip themselves.
 */

/** What one test came to. */
export interface TestResult {
  file: string;
  name: string;
  outcome: "passed" | "failed" | "skipped";
}

/** Reads the JUnit report of `deno test`. */
export function parseReport(xml: string): TestResult[] {
  return [...xml.matchAll(/<testcase\s([^>]*)>(.*?)<\/testcase>/gs)].map(
    ([, attributes = "", body = ""]) => ({
      file: attributeOf(attributes, "classname"),
      name: attributeOf(attributes, "name"),
      outcome: /<(failure|error)\b/.test(body)
        ? "failed"
        : body.includes("<skipped")
        ? "skipped"
        : "passed",
    }),
  );
}

function attributeOf(attributes: string, name: string): string {
  const text = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return text.replaceAll(/&(\w+);/g, (whole, entity) => ENTITIES[entity] ?? whole);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};

/** Debian packages that tests use, and what shows that they are there. */
const PACKAGES: readonly { name: string; probe: readonly string[] }[] = [
  { name: "iproute2", probe: ["sh", "-c", "command -v ip"] },
  { name: "jq", probe: ["sh", "-c", "command -v jq"] },
  { name: "libpcap0.8", probe: ["sh", "-c", "/sbin/ldconfig -p | grep -q libpcap.so.0.8"] },
  { name: "python3-nacl", probe: ["/usr/bin/python3", "-c", "import nacl"] },
  { name: "python3-venv", probe: ["python3", "-c", "import ensurepip, venv"] },
  { name: "tcpdump", probe: ["sh", "-c", "command -v tcpdump"] },
  { name: "tcpreplay", probe: ["sh", "-c", "command -v tcpreplay"] },
  { name: "tshark", probe: ["sh", "-c", "command -v tshark"] },
];

/** Installs what is missing, or says that its tests will skip themselves. */
async function installPackages(): Promise<void> {
  const missing: string[] = [];
  for (const { name, probe } of PACKAGES) {
    if (!await succeeds(probe)) missing.push(name);
  }
  if (missing.length === 0) return;
  const list = missing.join(", ");
  if (Deno.uid() !== 0 || !await succeeds(["apt-get", "--version"])) {
    return console.log(`Missing ${list}: tests that need them are skipped`);
  }
  console.log(`Installing ${list} with apt-get`);
  const apt = ["apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"];
  await succeeds([...apt, "update"]);
  if (!await succeeds([...apt, "install", "-y", "--no-install-recommends", ...missing])) {
    console.log(`apt-get failed for ${list}: tests that need them are skipped`);
  }
}

async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program!, {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false; // there is no such program
  }
}

/** Runs `deno test`, its output going to ours. */
async function runTests(paths: string[]): Promise<{ code: number; results: TestResult[] }> {
  const report = await Deno.makeTempFile({ prefix: "farcap-tests-", suffix: ".xml" });
  try {
    const env: Record<string, string> = {};
    if (!Deno.stdout.isTerminal()) env.NO_COLOR = "1";
    if (Deno.env.get("DENO_TLS_CA_STORE") === undefined) env.DENO_TLS_CA_STORE = "system";
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--permission-set", `--junit-path=${report}`, ...paths],
      cwd: new URL("..", import.meta.url),
      env,
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    return { code, results: parseReport(await Deno.readTextFile(report)) };
  } finally {
    await Deno.remove(report);
  }
}

if (import.meta.main) {
  await installPackages();
  const paths = Deno.args.length > 0
    ? Deno.args
    : ["--doc", "--ignore=tests/shared", "tests/", "lib/", "mod.ts"];
  const { code, results } = await runTests(paths);
  const [passed, failed, skipped] = (["passed", "failed", "skipped"] as const)
    .map((outcome) => results.filter((result) => result.outcome === outcome));

  if (skipped!.length > 0) console.log("Skipped:");
  for (const { file, name } of skipped!) console.log(`  ${name} (${file})`);
  for (const { file, name } of failed!) console.log(`Failed: ${name} (${file})`);
  let failures = failed!.length;
  if (code !== 0 && failures === 0) {
    console.log("deno test failed outside the tests (a module that does not load): counted as one");
    failures = 1;
  }
  if (passed!.length + failures === 0) console.log("No test ran");
  console.log(`${passed!.length} passed, ${failures} failed, ${skipped!.length} skipped`);
  if (failures > 0 || passed!.length === 0) Deno.exit(1);
}
