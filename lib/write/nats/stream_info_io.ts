import type { StreamInfo, StreamInfoRequestOptions } from "@nats-io/jetstream";
import { EngineError } from "./engine_error.ts";
import { mayPass, type NatsEngine, whyOf } from "./nats_engine_io.ts";

/** What the engine says of a stream that is to be read. @throws EngineError When it does not answer, or refuses. */
export async function streamInfo(
  engine: NatsEngine,
  stream: string,
  options: Partial<StreamInfoRequestOptions> = {},
): Promise<StreamInfo> {
  try {
    return await engine.streams.streams.info(stream, options);
  } catch (cause) {
    throw cannotRead(engine, stream, cause);
  }
}

/** Why a stream cannot be read, in one line. */
export function cannotRead(engine: NatsEngine, stream: string, cause: unknown): EngineError {
  const why = whyOf(cause, `the stream ${stream}`);
  const line = `Cannot read the stream ${stream} of ${engine.name}: ${why}`;
  return new EngineError(line, mayPass(cause), { cause });
}
