/** What a program makes of its input; throws what it said when it fails. */
export async function piped(
  command: string,
  args: readonly string[],
  input: Uint8Array | string,
): Promise<Uint8Array> {
  const process = new Deno.Command(command, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const written = writer.write(bytes).then(() => writer.close());
  const { success, stdout, stderr } = await process.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await written;
  return stdout;
}

/** What jq prints of the JSON that it is given. */
export async function jq(args: readonly string[], input: string): Promise<string> {
  return new TextDecoder().decode(await piped("jq", args, input));
}
