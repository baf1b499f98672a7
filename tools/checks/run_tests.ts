/**
 * Runs the tests and says, alone on the last line, `N passed, N failed, N skipped`.
 *
 *     deno task test [FILE…]
 *     deno task test-shared [FILE…]    those that need ../shared
 *
 * The numbers come from the report that `deno test` writes, steps included. What tests need is
 * installed first where that is possible; tests that miss something skip themselves.
 */
import { fileURLToPath } from "node:url";
import { SHARED } from "../../tests/shared/shared.ts";
import { installPackages } from "./install_packages.ts";
import { TestProgress } from "./test_progress.ts";
import { parseReport, type TestResult } from "./test_report.ts";

const ROOT = new URL("../..", import.meta.url);
/** Most tests wait most of the time. */
const FILES_PER_CORE = 2;

/** The arguments of `deno test` that say what to test. */
async function pathsOf([first, ...rest]: readonly string[]): Promise<string[]> {
  if (first !== "--shared") return first === undefined ? ALL : [first, ...rest];
  if (!await Deno.stat(SHARED).then(() => true, () => false)) {
    console.log(`Cannot run the shared tests: there is no ${fileURLToPath(SHARED)}`);
    Deno.exit(1);
  }
  return rest.length > 0 ? rest : ["tests/shared/"];
}

const ALL = ["--doc", "--ignore=tests/shared", "tests/", "lib/", "mod.ts"];

/** Runs `deno test`, several files at a time, its output going to ours. */
async function runTests(
  paths: readonly string[],
  jobs: string,
  files: number,
): Promise<{ code: number; results: TestResult[] }> {
  const report = await Deno.makeTempFile({ prefix: "farcap-tests-", suffix: ".xml" });
  try {
    const env: Record<string, string> = { DENO_JOBS: jobs };
    const isTerminal = Deno.stdout.isTerminal();
    if (!isTerminal) env.NO_COLOR = "1";
    if (Deno.env.get("DENO_TLS_CA_STORE") === undefined) env.DENO_TLS_CA_STORE = "system";
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", "--permission-set", "--parallel", `--junit-path=${report}`, ...paths],
      cwd: ROOT,
      env,
      stdin: "null",
      stdout: isTerminal ? "piped" : "inherit",
      stderr: isTerminal ? "piped" : "inherit",
    }).spawn();
    if (isTerminal) await new TestProgress(files).follow(child);
    const { code } = await child.status;
    return { code, results: parseReport(await Deno.readTextFile(report)) };
  } finally {
    await Deno.remove(report);
  }
}

/** How many files of tests there are below the paths. */
function countFiles(paths: readonly string[]): number {
  const ignored = paths.filter((path) => path.startsWith("--ignore="));
  let files = 0;
  for (const path of paths) {
    if (path.endsWith("_test.ts")) files++;
    if (!path.endsWith("/") || ignored.includes(`--ignore=${path.slice(0, -1)}`)) continue;
    const inside = [...Deno.readDirSync(new URL(path, ROOT))]
      .map(({ name, isDirectory }) => path + name + (isDirectory ? "/" : ""));
    files += countFiles([...ignored, ...inside]);
  }
  return files;
}

if (import.meta.main) {
  const paths = await pathsOf(Deno.args);
  await installPackages();
  const jobs = Deno.env.get("DENO_JOBS") ?? String(FILES_PER_CORE * navigator.hardwareConcurrency);
  const files = countFiles(paths);
  const time = paths === ALL ? "; some 5 minutes on two idle cores" : "";
  console.log(`Running ${files} files of tests, ${jobs} at a time${time}`);
  const { code, results } = await runTests(paths, jobs, files);
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
