/** What a stream has to be like so that what is said of it is true. */

/** What is looked at of a stream's settings, as the engine calls them. */
export interface StreamSettings {
  readonly name: string;
  readonly subjects?: readonly string[];
  readonly retention: string;
  readonly storage: string;
  readonly num_replicas: number;
  readonly max_msg_size?: number;
  readonly max_msgs_per_subject?: number;
  /** Ns; 0: none. */
  readonly max_age?: number;
  readonly max_msgs?: number;
  readonly max_bytes?: number;
  /** What becomes of a message that is too many: it is refused, or the oldest one goes. */
  readonly discard?: string;
  readonly no_ack?: boolean;
  readonly sealed?: boolean;
  readonly mirror?: unknown;
}

/** What a stream is wanted for. */
export interface StreamNeed {
  /** What is to be stored in it. */
  readonly subjects: string;
  /** How many messages of a subject are to be there at least: all of them, or the last. */
  readonly keeps: "all" | "last";
}

/** What is wrong with a stream, and what is wanted; undefined when nothing is. */
export function streamProblem(
  stream: StreamSettings,
  { subjects, keeps }: StreamNeed,
  version: string,
): string | undefined {
  const { num_replicas: replicas, max_msgs_per_subject: each = -1, max_msg_size: size = -1 } =
    stream;
  if (stream.mirror) return "it mirrors another; wanted: one that takes messages";
  if (stream.sealed) return "it is sealed; wanted: one that takes messages";
  if (!stream.subjects?.some((taken) => covers(taken, subjects))) {
    return `its subjects are ${stream.subjects?.join(", ") || "none"}; wanted: ${subjects}`;
  }
  if (stream.no_ack) return "it acknowledges nothing; wanted: no_ack: false";
  if (stream.storage !== "file") return `its storage is ${stream.storage}; wanted: file`;
  if (stream.retention !== "limits") return `its retention is ${stream.retention}; wanted: limits`;
  if (size > 0 && size < MIN_MESSAGE_BYTES) {
    return `it takes messages of ${size} bytes; wanted: max_msg_size of ${MIN_MESSAGE_BYTES} or more, or none`;
  }
  if (keeps === "all" && each > 0) {
    return `it keeps ${each} messages of a subject; wanted: max_msgs_per_subject: -1`;
  }
  if (keeps === "last" && (stream.max_age ?? 0) > 0) {
    return "it forgets what is too old; wanted: max_age: 0";
  }
  const { max_msgs: messages = -1, max_bytes: bytes = -1, discard } = stream;
  if (keeps === "last" && discard !== "new" && (messages > 0 || bytes > 0)) {
    return "full, it forgets what is oldest; wanted: discard: new, or neither max_msgs nor max_bytes";
  }
  if (replicas > 1 && isOlder(version, SAFE_REPLICAS)) {
    return `it has ${replicas} replicas and the server is ${version}, which acknowledges messages that it ` +
      `should refuse then; wanted: ${SAFE_REPLICAS.join(".")} or newer, or one replica`;
  }
  return undefined;
}

/** What acknowledged batches do not survive there; undefined where nothing is known to be amiss. */
export function streamWarning(
  { num_replicas: replicas }: StreamSettings,
  version: string,
): string | undefined {
  if (replicas > 1) return undefined;
  return isOlder(version, SYNCS)
    ? `its server is ${version} and it has one replica: what is acknowledged survives a kill and no power ` +
      "cut; wanted: 2.10 or newer with sync_interval: always, or three replicas"
    : "it has one replica: what is acknowledged survives a power cut only where the server has " +
      "sync_interval: always, which cannot be asked";
}

const MIN_MESSAGE_BYTES = 65_536;
/** In 2.9 two of three publishers with the same expectation may both be acknowledged by replicas. */
const SAFE_REPLICAS = [2, 10] as const;
/** The first that has `sync_interval: always`. */
const SYNCS = [2, 10] as const;

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ofMajor = 0, ofMinor = 0] = version.split(".").map(Number);
  return ofMajor < major || (ofMajor === major && ofMinor < minor);
}

/** Whether all subjects of one pattern are among those of another. */
function covers(taken: string, wanted: string): boolean {
  const [tokens, needed] = [taken.split("."), wanted.split(".")];
  for (const [at, token] of tokens.entries()) {
    if (token === ">") return needed.length > at;
    const need = needed[at];
    if (need === undefined || need === ">") return false;
    if (token !== "*" && token !== need) return false;
  }
  return tokens.length === needed.length;
}
