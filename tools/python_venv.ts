/** Python with libraries of pip, in a folder of its own. */

/**
 * Makes a virtual environment with the libraries that a file names, unless it is there.
 *
 * @returns why it cannot be made, one line; undefined when it is there.
 */
export async function preparePython(
  venv: string,
  requirements: string,
): Promise<string | undefined> {
  const stamp = `${venv}/requirements.txt`; // written last
  await Deno.mkdir(venv.slice(0, venv.lastIndexOf("/") + 1), { recursive: true });
  using lock = await Deno.open(`${venv}.lock`, { create: true, write: true });
  await lock.lock(true); // several tests may want it at once
  const wanted = await Deno.readTextFile(requirements);
  if (await Deno.readTextFile(stamp).catch(() => "") === wanted) return undefined;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const commands = [
    ["python3", "-m", "venv", "--clear", venv],
    [`${venv}/bin/python`, ...pip, "--retries", "1", "--timeout", "15", "-r", requirements],
  ];
  for (const [program, ...args] of commands) {
    const failure = await failureOf(venv, program!, args);
    if (failure !== undefined) return failure;
  }
  await Deno.writeTextFile(stamp, wanted);
  return undefined;
}

async function failureOf(
  venv: string,
  program: string,
  args: string[],
): Promise<string | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
      .output();
    if (success) return undefined;
    const text = new TextDecoder();
    const said = (text.decode(stdout) + text.decode(stderr)).trim().split("\n").at(-1);
    return `Cannot make ${venv}: ${program} ${args.slice(0, 3).join(" ")} ended with: ${said}`;
  } catch {
    return `Cannot make ${venv}: there is no ${program}; wanted: Python 3 with its venv module`;
  }
}
