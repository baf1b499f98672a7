import { FarcapError } from "./errors.ts";

/**
 * Runs a program and ends it with the exit code that `main` returns, or with 1 and one line for what
 * the environment did not allow. It ends at once, whatever still waits for input.
 */
export async function runMain(main: (args: string[]) => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof FarcapError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
