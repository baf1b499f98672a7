import type { Published } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import type { NatsEngine } from "./nats_engine_io.ts";

/**
 * Publishes what may not be stored on a subject, to see whether it would be otherwise.
 *
 * @throws EngineError When it would not.
 */
export async function probe(engine: NatsEngine, subject: string): Promise<void> {
  const published = await engine.publish({
    subject,
    headers: [["Nats-Expected-Stream", "NONE"]],
    payload: new Uint8Array(),
  });
  const isRefused = published.kind === "failed" && /expected stream/.test(published.why);
  if (isRefused) return;
  throw unusable(engine, published, "it was taken");
}

/** Why nothing can be stored. @param otherwise What is said where it is not the engine that says why. */
export function unusable(engine: NatsEngine, published: Published, otherwise: string): EngineError {
  const [why, mayPass] = published.kind === "failed"
    ? [published.why, published.mayPass]
    : [otherwise, false];
  return new EngineError(`Cannot store at ${engine.name}: ${why}`, mayPass);
}
