import { inFolder } from "../programs/program.ts";

/** What a program of these lines says on both outputs. */
export async function evaluate(
  code: string,
  permissions: readonly string[] = ["--allow-all"],
  env: Record<string, string> = {},
): Promise<string> {
  return await inFolder(async (folder) => {
    const file = `${folder}/main.ts`;
    await Deno.writeTextFile(file, code);
    const config = `${import.meta.dirname}/../../deno.json`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", `--config=${config}`, ...permissions, file],
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  });
}
