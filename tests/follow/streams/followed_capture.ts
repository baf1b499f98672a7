/** Runs captures through decoders and the core of `follow/`, and gives back what streams became. */
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { typeName } from "../../../lib/base/record_types.ts";
import { Dissector } from "../../../lib/decode/dissect.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { dnsOverTcp } from "../../../lib/decode/application/dns_over_tcp.ts";
import { Conversations } from "../../../lib/follow/conversations.ts";
import type { StreamCounts } from "../../../lib/follow/streams/stream_counts.ts";
import { Streams } from "../../../lib/follow/streams/streams.ts";
import { type Frame, framesOf } from "../../decode/captured_frames.ts";
import { MemorySink } from "../../decode/decode_frame.ts";

const MEMORY_BYTES = 32 << 20;

/** What the streams of some frames became. */
export class Followed {
  constructor(
    private readonly sink: MemorySink,
    readonly counts: StreamCounts,
  ) {}

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
}

/** Follows frames, in their order; records of packets are left out. */
export function follow(
  frames: Iterable<Omit<Frame, "number">>,
  { hasCredentials = false, maxBytes = MEMORY_BYTES }: FollowedOptions = {},
): Followed {
  const sink = new MemorySink();
  const idleSeconds = { tcp: 300, udp: 60, icmp: 10 };
  let streams: Streams | undefined;
  const conversations = new Conversations(
    { idleSeconds, activeSeconds: 300, maxBytes, hasCredentials },
    sink,
    true,
    new Uint8Array(12),
    (connections) => {
      const isWanted = () => true;
      streams = new Streams(connections, sink, { isWanted, hasCredentials, hasContext: true });
      return streams;
    },
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
  return new Followed(sink, streams!.counts());
}

/** Follows a capture file. */
export function followCapture(url: URL, options?: FollowedOptions): Followed {
  return follow(framesOf({ url }), options);
}
