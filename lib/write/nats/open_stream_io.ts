import { DiscardPolicy, JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { RetentionPolicy, StorageType, type StreamInfo } from "@nats-io/jetstream";
import { streamProblem, type StreamSettings, streamWarning } from "./check_stream.ts";
import type { EngineOptions } from "./engine_access.ts";
import { EngineError } from "./engine_error.ts";
import { mayPass, type NatsEngine, whyOf } from "./nats_engine_io.ts";
import { SUBJECTS } from "./subjects.ts";

/**
 * Makes a stream unless it is there; one that is there stays as it is, and its messages as long as it takes.
 *
 * @returns What acknowledged messages do not survive there, if that is known.
 * @throws EngineError When it cannot be asked for or made, or is not as it has to be.
 */
export async function openStream(
  engine: NatsEngine,
  name: string,
  keeps: "all" | "last",
  { replicas = 1 }: Pick<EngineOptions, "replicas">,
): Promise<string | undefined> {
  const subjects = SUBJECTS[name]!;
  const { streams } = engine.streams;
  const check = (stream: StreamSettings) => {
    const problem = streamProblem(stream, { subjects, keeps }, engine.version);
    if (problem === undefined) return;
    throw new EngineError(`Cannot use the stream ${name} of ${engine.name}: ${problem}`, false);
  };
  let info: StreamInfo;
  try {
    info = await streams.info(name).catch(async (error) => {
      const isMissing = error instanceof JetStreamApiError &&
        error.code === JetStreamApiCodes.StreamNotFound;
      if (!isMissing) throw error;
      const made = {
        name,
        subjects: [subjects],
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.New, // full, it takes nothing more, and sensors hold
        num_replicas: replicas,
        ...(keeps === "last" && { max_msgs_per_subject: 1 }),
      };
      check(made);
      return await streams.add(made);
    });
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const why = whyOf(cause, `the stream ${name}`);
    const line = `Cannot use the stream ${name} of ${engine.name}: ${why}`;
    throw new EngineError(line, mayPass(cause), { cause });
  }
  check(info.config);
  const { max_msg_size: messageBytes } = info.config;
  if (messageBytes > 0) engine.limit(messageBytes);
  return streamWarning(info.config, engine.version);
}
