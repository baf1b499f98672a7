/** What `promtool check` or `promtool test` finds wrong; empty when that is nothing. */
export async function check(what: "metrics", text: string): Promise<string> {
  const child = new Deno.Command("promtool", {
    args: ["check", what],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return code === 0 ? said : `${said}promtool ended with ${code}`;
}
