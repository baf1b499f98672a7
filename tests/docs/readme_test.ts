/** The commands of the README work as written, and links between documents lead somewhere. */
import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { commandsOf, linksOf, readDocument } from "./markdown.ts";
import { flagsOf, PROGRAMS } from "./program_flags.ts";

const ROOT = new URL("../../", import.meta.url);
const COMMANDS = commandsOf(readDocument("README.md"));
const TASKS: Readonly<Record<string, string>> = config.tasks;

/** The arguments behind `deno`, which every command runs. */
function denoArguments(command: string): string[] {
  const match = /\bdeno(?:@\d[\w.]*)? (.*)$/.exec(command);
  assert(match, command);
  return match[1]!.split(/\s+/);
}

/** The program that a command runs, itself or by its task. */
function programOf([subcommand, ...rest]: string[]): typeof PROGRAMS[number] | undefined {
  const text = subcommand === "task" ? TASKS[rest[0]!]! : rest.join(" ");
  return PROGRAMS.findLast((program) => text.includes(program));
}

Deno.test("every command of the README runs Deno, and a task that there is", () => {
  assert(COMMANDS.length >= 7, COMMANDS.join("\n"));
  for (const command of COMMANDS) {
    const [subcommand, name] = denoArguments(command);
    assert(["task", "run"].includes(subcommand!), command);
    if (subcommand === "task") assert(Object.hasOwn(TASKS, name!), `no task ${name}`);
  }
});

Deno.test("the README's commands have flags that their programs have", async () => {
  const flags = {
    "sensor.ts": await flagsOf("sensor.ts"),
    "collector.ts": await flagsOf("collector.ts"),
    "collector.ts -dump": await flagsOf("collector.ts -dump"),
    "collector.ts -ledger": await flagsOf("collector.ts -ledger"),
    "collector.ts -devices": await flagsOf("collector.ts -devices"),
    "collector.ts -export": await flagsOf("collector.ts -export"),
  };
  let checked = 0;
  for (const command of COMMANDS) {
    const args = denoArguments(command);
    const program = programOf(args);
    if (program === undefined) continue;
    const behind = args[0] === "task"
      ? args.slice(2)
      : args.slice(args.indexOf(program.split(" ")[0]!) + 1);
    for (const arg of behind.filter((arg) => /^-\w/.test(arg))) {
      assert(flags[program].some(({ name }) => name === arg), `${arg} in: ${command}`);
      checked++;
    }
  }
  assert(checked >= 10, `${checked} flags`);
});

Deno.test("all documents name the version of Deno that the checks run with", () => {
  const texts = ["README.md", "CONTRIBUTING.md", ".ci/run"].map(readDocument);
  const versions = texts.map((text) => [...text.matchAll(/deno@(\d[\d.]*\d)/g)].map((m) => m[1]));
  assert(versions.every((found) => found.length > 0));
  assertEquals(new Set(versions.flat()).size, 1, versions.join());
});

/** Paths of our documents. */
async function documents(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of ["", "docs/", "docs/adr/", "tests/captures/"]) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (name.endsWith(".md")) found.push(folder + name);
    }
  }
  return found;
}

Deno.test("every link between documents leads to a file", async () => {
  let links = 0;
  for (const path of await documents()) {
    for (const link of linksOf(readDocument(path))) {
      const target = new URL(link, new URL(path, ROOT));
      const exists = await Deno.stat(target).then(() => true, () => false);
      assert(exists, `${path} leads to ${link}, which is not there`);
      links++;
    }
  }
  assert(links > 0);
});
