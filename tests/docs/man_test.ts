/** The manual pages, and what completes flags in shells. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BASH, GROFF, MANDOC, needs, ZSH } from "../needs.ts";
import { inFolder, runProgram } from "../programs/program.ts";
import { PROGRAMS } from "./program_flags.ts";

const DOCS = `${import.meta.dirname}/../../docs`;
const PAGES = [
  "farcap-sensor",
  "farcap-collector",
  "farcap-collector-dump",
  "farcap-collector-ledger",
  "farcap-collector-devices",
  "farcap-collector-export",
];
const EXECUTABLES = ["farcap-sensor", "farcap-collector"];

/** Without the letters that a printer overstrikes to make them bold. */
function plainText(page: string): string {
  const parts = page.split("\b");
  return parts.map((part, at) => at < parts.length - 1 ? part.slice(0, -1) : part).join("");
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test({
  ...needs("groff and mandoc find nothing wrong with the manual pages", GROFF, MANDOC),
  fn: async () => {
    for (const page of PAGES) {
      const path = `${DOCS}/man/${page}.1`;
      assertEquals(await run("groff", "-man", "-ww", "-z", "-Tutf8", path), "", page);
      assertEquals(await run("mandoc", "-Tlint", "-Wwarning", path), "", page);
    }
  },
});

Deno.test({
  ...needs("a manual page has every flag that its program lists", MANDOC),
  fn: async () => {
    for (const [at, program] of PROGRAMS.entries()) {
      const [source, ...args] = program.split(" ");
      const { stdout } = await runProgram(source!, [...args, "-help"]);
      const listed = [...stdout.matchAll(/^ {2}(-[\w-]+)/gm)].map(([, flag]) => flag!);
      const page = await run("mandoc", "-Tascii", "-Owidth=200", `${DOCS}/man/${PAGES[at]}.1`);
      const plain = plainText(page);
      const shown = [...plain.matchAll(/^ {7}(-[\w-]+)(?: |$)/gm)].map(([, flag]) => flag!);
      assert(listed.length > (/-(ledger|devices)$/.test(program) ? 9 : 10));
      assertEquals(shown, listed);
    }
  },
});

/** What bash offers for the last of these words. */
async function offered(executable: string, ...words: string[]): Promise<string[]> {
  const script = `
    compopt() { :; }
    source ${DOCS}/completion/${executable}.bash
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _${executable.replaceAll("-", "_")}
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return (await run("bash", "-c", script, "bash", executable, ...words)).trim().split("\n");
}

Deno.test({
  ...needs("bash completes flags, choices, files, and the flags of a dump and of a ledger", BASH),
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a.pcap`, "");
      await Deno.mkdir(`${folder}/b`);
      assertEquals(await offered("farcap-sensor", "-repl"), ["-replay-speed"]);
      assertEquals(await offered("farcap-sensor", "-transport", ""), ["session", "box"]);
      assertEquals(await offered("farcap-sensor", "--transport", "b"), ["box"]);
      assertEquals(await offered("farcap-sensor", "-read", `${folder}/a`), [`${folder}/a.pcap`]);
      assertEquals(await offered("farcap-sensor", "-watch", `${folder}/`), [`${folder}/b`]);
      assertEquals(await offered("farcap-sensor", "-client", "-r"), [""]);
      assertEquals(await offered("farcap-sensor", "-help", "uplin"), ["uplink"]);
      assertEquals(await offered("farcap-collector", "-dump", "-whe"), ["-where"]);
      assertEquals(await offered("farcap-collector", "-dump", `${folder}/a`), [`${folder}/a.pcap`]);
      assertEquals(await offered("farcap-collector", "-ledger", "-fr"), ["-from"]);
      assertEquals(await offered("farcap-collector", "-keep-d"), ["-keep-days"]);
    }),
});

Deno.test({
  ...needs("zsh understands its completions, which have every flag with its help", ZSH),
  fn: async () => {
    for (const executable of EXECUTABLES) {
      const path = `${DOCS}/completion/_${executable}`;
      assertEquals(await run("zsh", "-n", path), "");
      // Its arguments, as zsh gives them to the function that completes.
      const said = await run(
        "zsh",
        "-fc",
        `_arguments() { print -rl -- "$@" }; words=(); source ${path}`,
      );
      const source = `${executable.replace("farcap-", "")}.ts`;
      const { stdout } = await runProgram(source, ["-help"]);
      const listed = [...stdout.matchAll(/^ {2}(-[\w-]+)/gm)].map(([, flag]) => flag!);
      const shown = [...said.matchAll(/^\*?(-[\w-]+)\[/gm)].map(([, flag]) => flag!);
      assertEquals(shown, listed);
    }
  },
});

Deno.test("-help FLAG explains one, of either program, of a dump and of a ledger; others are not known", async () => {
  const explained = await runProgram("collector.ts", ["-help", "-keep-days"]);
  assertEquals(explained.code, 0);
  for (const fact of ["-keep-days DAYS\n", "1d to 36500d", "FARCAP_KEEP_DAYS", "SIGHUP"]) {
    assertStringIncludes(explained.stdout, fact);
  }
  assertStringIncludes((await runProgram("sensor.ts", ["-h", "iface"])).stdout, "each one counts");
  const dump = await runProgram("collector.ts", ["-dump", "-help", "where"]);
  assertStringIncludes(dump.stdout, "-where EXPR\n");
  const ledger = await runProgram("collector.ts", ["-ledger", "-help", "from"]);
  assertStringIncludes(ledger.stdout, "-from TIME\n");
  const unknown = await runProgram("sensor.ts", ["-help", "ifacee"]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
  assertStringIncludes(unknown.stderr, "did you mean -iface?");
});
