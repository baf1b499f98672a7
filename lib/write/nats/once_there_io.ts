import type { Log } from "../../base/program/log_io.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { EngineError } from "./engine_error.ts";

const RETRY_MS = 1000;

/**
 * Does something with an engine, again and again while that is away.
 *
 * @param signal Ends the wait; undefined: there is none.
 * @throws What is thrown and will not pass.
 */
export async function onceThere<T>(
  use: () => Promise<T>,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (;;) {
    try {
      return await use();
    } catch (error) {
      const mayPass = error instanceof EngineError && error.mayPass;
      if (!mayPass || signal?.aborted !== false) throw error;
      log.problem("engine", `${error.message}; tried again`);
      await rest(RETRY_MS, signal);
    }
  }
}
