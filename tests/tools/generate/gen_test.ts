/** tools/generate/gen.ts in a project of its own, with programs in place of npm and buf that leave traces. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inFolder } from "../../programs/program.ts";

const TOOLS = "tools/generate";

/** Installs a buf that "generates" the text of each .proto file, and counts how often it is asked to. */
const NPM = `#!/bin/sh
echo "$@" >> "$XDG_CACHE_HOME/npm.log"
while [ "$1" != --prefix ]; do shift; done
bin="$2/node_modules/.bin"
mkdir -p "$bin"
cp "$XDG_CACHE_HOME/buf" "$bin/buf"
cp "$XDG_CACHE_HOME/buf" "$bin/protoc-gen-es"
`;
const BUF = `#!/bin/sh
[ "$1 $2" = "generate --template" ] || exit 9
from=$(echo "$3" | sed 's/.*"directory":"\\([^"]*\\)".*/\\1/')
to=$(echo "$3" | sed 's/.*"out":"\\([^"]*\\)".*/\\1/')
for file in "$from"/*.proto; do
  if grep -q nonsense "$file"; then echo "$file: what is that?" >&2; exit 100; fi
  cp "$file" "$to/$(basename "$file" .proto)_pb.ts"
done
`;

/** A project with one schema. */
class Project {
  constructor(readonly folder: string) {}

  static async make(folder: string): Promise<Project> {
    for (const name of [TOOLS, "proto", "bin", "cache"]) {
      await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    }
    for (const name of ["gen.ts", "npm_programs.ts"]) {
      await Deno.copyFile(
        new URL(`../../../${TOOLS}/${name}`, import.meta.url),
        `${folder}/${TOOLS}/${name}`,
      );
    }
    await Deno.writeTextFile(`${folder}/bin/npm`, NPM, { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/cache/buf`, BUF, { mode: 0o755 });
    const project = new Project(folder);
    await project.write("proto/net.proto", "first");
    return project;
  }

  write(path: string, text: string): Promise<void> {
    return Deno.writeTextFile(`${this.folder}/${path}`, text);
  }

  read(path: string): Promise<string> {
    return Deno.readTextFile(`${this.folder}/${path}`);
  }

  /** Names and texts of what has been generated. */
  async generated(): Promise<Record<string, string>> {
    const files: Record<string, string> = {};
    for await (const { name } of Deno.readDir(`${this.folder}/proto/gen`)) {
      files[name] = await this.read(`proto/gen/${name}`);
    }
    return files;
  }

  async gen(args: string[] = [], path = `${this.folder}/bin:/usr/bin:/bin`) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-config", `${this.folder}/${TOOLS}/gen.ts`, ...args],
      env: { PATH: path, XDG_CACHE_HOME: `${this.folder}/cache`, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }
}

Deno.test("gen writes what is generated, installs the generator once, and is done then", () =>
  inFolder(async (folder) => {
    const project = await Project.make(folder);
    const first = await project.gen();
    assertEquals([first.code, first.stderr], [0, ""]);
    assertEquals(await project.generated(), { "net_pb.ts": "first" });
    const second = await project.gen();
    assertEquals([second.code, second.stdout], [0, "proto/gen is up to date\n"]);
    const installs = (await project.read("cache/npm.log")).trim().split("\n");
    assertEquals(installs.length, 1);
    assertStringIncludes(installs[0]!, "--ignore-scripts");
    assert(
      / @bufbuild\/buf@\d+\.\d+\.\d+ @bufbuild\/protoc-gen-es@\d+\.\d+\.\d+$/.test(installs[0]!),
    );
  }));

Deno.test("gen --check names what is not fresh and writes nothing", () =>
  inFolder(async (folder) => {
    const project = await Project.make(folder);
    await project.gen();
    assertEquals((await project.gen(["--check"])).code, 0);

    await project.write("proto/net.proto", "second");
    const { code, stderr } = await project.gen(["--check"]);
    assertEquals(code, 1);
    assertEquals(
      stderr,
      "proto/gen/net_pb.ts is not what proto/ says; wanted: deno task gen\n",
    );
    assertEquals(await project.generated(), { "net_pb.ts": "first" });
  }));

Deno.test("gen leaves no file that is not generated any more", () =>
  inFolder(async (folder) => {
    const project = await Project.make(folder);
    await project.gen();
    await project.write("proto/gen/old_pb.ts", "of a schema that is gone");
    assertEquals((await project.gen(["--check"])).code, 1);
    assertEquals((await project.gen()).code, 0);
    assertEquals(await project.generated(), { "net_pb.ts": "first" });
  }));

Deno.test("gen says what the generator said when it failed, and keeps what was there", () =>
  inFolder(async (folder) => {
    const project = await Project.make(folder);
    await project.gen();
    await project.write("proto/net.proto", "nonsense");
    const { code, stderr } = await project.gen();
    assertEquals(code, 1);
    assertStringIncludes(stderr, "net.proto: what is that?");
    assertEquals(await project.generated(), { "net_pb.ts": "first" });
  }));

Deno.test("gen without npm says what is wanted", () =>
  inFolder(async (folder) => {
    const project = await Project.make(folder);
    const { code, stderr } = await project.gen([], `${folder}/proto`);
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^Cannot install @bufbuild\/buf@\S+ and .*: wanted, this once, npm, and a registry/,
    );
    assert(stderr.endsWith("\nCannot run npm: wanted Node.js with npm\n"), stderr);
  }));
