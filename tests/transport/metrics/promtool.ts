/** What `promtool` says, and how it ends: 0 where it finds nothing wrong, 3 for what is not quite right. */
export async function promtool(...args: string[]): Promise<{ code: number; said: string }> {
  return await run(args, "");
}

/** What `promtool check metrics` finds wrong with a text; empty when that is nothing. */
export async function checkMetrics(text: string): Promise<string> {
  const { code, said } = await run(["check", "metrics"], text);
  return code === 0 ? said : `${said}promtool ended with ${code}`;
}

async function run(args: string[], input: string): Promise<{ code: number; said: string }> {
  const child = new Deno.Command("promtool", {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, said: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
}
