/** Runs captures through decoders and the core of `follow/`, and gives back what streams became. */
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { typeName } from "../../../lib/base/record/record_types.ts";
import { Dissector } from "../../../lib/decode/dissect.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { dnsOverTcp } from "../../../lib/decode/application/dns_over_tcp.ts";
import type { Connections } from "../../../lib/follow/connections.ts";
import type { FollowCounts } from "../../../lib/follow/follow_counts.ts";
import { Conversations } from "../../../lib/follow/conversations.ts";
import type { WantedProfiles } from "../../../lib/follow/profiles.ts";
import type { StreamCounts } from "../../../lib/follow/streams/stream_counts.ts";
import { Streams } from "../../../lib/follow/streams/streams.ts";
import { type Frame, framesOf } from "../../decode/captured_frames.ts";
import { MemorySink } from "../../decode/decode_frame.ts";

/** For captures, and for a few connections. */
const CAPTURE_BYTES = 32 << 20;
const TALK_BYTES = 1 << 20;

/** What the streams of some frames became. */
export class Followed {
  constructor(
    private readonly sink: MemorySink,
    readonly counts: StreamCounts,
    /** Memory that streams have now, and had at most. */
    readonly memory: { readonly bytes: number; readonly most: number },
    readonly followed: FollowCounts,
  ) {}

  /** All that was written. */
  get encodings(): Uint8Array[] {
    return this.sink.records.map(({ bytes }) => bytes);
  }

  /** Names of the types of all records, in their order. */
  get types(): string[] {
    return this.sink.records.map(({ type }) => typeName(type));
  }

  /** The records of one type, in the order in which they were written. */
  of<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    return this.sink.records.filter(({ type }) => typeName(type) === schema.name)
      .map(({ bytes }) => fromBinary(schema, bytes));
  }

  /** Their bytes. */
  encodingsOf(schema: DescMessage): Uint8Array[] {
    return this.sink.records.filter(({ type }) => typeName(type) === schema.name)
      .map(({ bytes }) => bytes);
  }
}

export interface FollowedOptions {
  readonly hasCredentials?: boolean;
  readonly maxBytes?: number;
  readonly profiles?: WantedProfiles;
}

/** Follows frames, in their order; records of packets are left out. */
export function follow(
  frames: Iterable<Omit<Frame, "number">>,
  { hasCredentials = false, maxBytes = TALK_BYTES, profiles }: FollowedOptions = {},
): Followed {
  const sink = new MemorySink();
  const idleSeconds = { tcp: 300, udp: 60, icmp: 10 };
  const memory = { bytes: 0, most: 0 };
  let streams: Streams | undefined;
  const conversations = new Conversations(
    {
      idleSeconds,
      activeSeconds: 300,
      maxBytes,
      hasCredentials,
      hasProfiles: profiles !== undefined,
    },
    sink,
    true,
    new Uint8Array(12),
    (connections) => {
      watchMemory(connections, memory);
      const isWanted = () => true;
      streams = new Streams(connections, sink, { isWanted, hasCredentials, hasContext: true });
      return streams;
    },
    undefined,
    profiles,
  );
  const dissector = new Dissector(
    DECODERS.filter((decoder) => decoder !== dnsOverTcp),
    new MemorySink(),
    { payload: false, context: true, entropy: false },
    () => true,
    [],
    undefined,
    conversations,
  );
  for (const { bytes, originalLength, sec, nsec, linkType } of frames) {
    dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
  }
  for (const _ of conversations.end());
  return new Followed(sink, streams!.counts(), memory, conversations.counts());
}

/** Notes what readers take and give back. */
function watchMemory(connections: Connections, memory: { bytes: number; most: number }): void {
  const reserve = connections.reserve.bind(connections);
  const release = connections.release.bind(connections);
  connections.reserve = (bytes) => {
    const isThere = reserve(bytes);
    if (isThere) memory.bytes += bytes;
    memory.most = Math.max(memory.most, memory.bytes);
    return isThere;
  };
  connections.release = (bytes) => {
    memory.bytes -= bytes;
    release(bytes);
  };
}

/** Follows a capture file. */
export function followCapture(url: URL, options?: FollowedOptions): Followed {
  return follow(framesOf({ url }), { maxBytes: CAPTURE_BYTES, ...options });
}
