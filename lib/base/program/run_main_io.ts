import { permittedVariable } from "./permitted_variable_io.ts";
import { FarcapError, messageOf } from "../errors.ts";
import { Output } from "./output_io.ts";
import { expectRelease } from "../bytes/release.ts";

/**
 * Runs a program and ends it with the exit code that `main` returns, or with 1 and one line for what
 * the environment did not allow. It ends at once, whatever still waits for input; what waits to be
 * read of its output is written, as long as somebody reads.
 */
export async function runMain(
  main: (args: string[], output: Output) => Promise<number>,
): Promise<never> {
  expectRelease();
  const output = new Output(permittedVariable("JOURNAL_STREAM"));
  let code = 1;
  try {
    code = await main(Deno.args, output);
  } catch (error) {
    const isDenied = error instanceof Deno.errors.NotCapable;
    if (!(error instanceof FarcapError || isDenied)) {
      await output.finish();
      throw error;
    }
    const message = isDenied ? `Cannot go on: ${messageOf(error)}` : error.message;
    output.write({ level: "error", message });
  }
  await output.finish();
  Deno.exit(code);
}
