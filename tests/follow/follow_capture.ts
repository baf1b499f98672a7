/** Runs captures through dissector and conversations, and gives the `Connection` records back. */
import { fromBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import type { RecordSink } from "../../lib/base/record/record_sink.ts";
import { SENSOR_DEFAULTS } from "../../lib/base/sensor_defaults.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { WireWriter } from "../../lib/base/record/wire_writer.ts";
import { type DissectCounts, Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import type { Reassembly } from "../../lib/decode/reassembly.ts";
import type { Connections } from "../../lib/follow/connections.ts";
import { Conversations, kernelFor } from "../../lib/follow/conversations.ts";
import type { FollowCounts } from "../../lib/follow/follow_counts.ts";
import type { FollowOptions } from "../../lib/follow/follow_options.ts";
import type { StreamReaders } from "../../lib/follow/stream_readers.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { CompactBatches } from "../../lib/gather/compact/compact_batches.ts";
import {
  type Connection,
  ConnectionSchema,
  IPv4Schema,
  IPv6Schema,
} from "../../proto/gen/netcap_pb.ts";
import type { Frame } from "../decode/captured_frames.ts";

const CONNECTION = typeNumber("Connection");
const IPV6_HEADER_BYTES = 40;
const MAX_BATCH_BYTES = 1 << 17;

/** A frame, as far as conversations need to know it. */
export type FollowedFrame = Omit<Frame, "number">;

/** What became of frames. */
export interface Followed {
  readonly records: readonly Connection[];
  readonly counts: FollowCounts;
  readonly dissected: DissectCounts;
  /** Frames with an IP header that was decoded, and their bytes, on the wire and by the innermost header. */
  readonly packets: number;
  readonly bytes: number;
  readonly ipBytes: number;
}

/**
 * Follows the frames one after the other, and ends; besides, with their headers taken, when the kernel
 * finds most connections itself, by which nothing may be another.
 */
export function follow(
  frames: Iterable<FollowedFrame>,
  options: Partial<FollowOptions> = {},
): Followed {
  const following = new Following(options);
  const taking = new Following(options, { takesHeaders: true });
  for (const frame of frames) {
    following.add(frame);
    taking.add(frame);
  }
  const followed = following.end();
  const { records, counts, dissected } = taking.end();
  assertEquals(records, followed.records);
  assertEquals(counts, followed.counts);
  assertEquals(dissected, followed.dissected);
  return followed;
}

/** What frames go through besides. */
export interface Stages {
  readonly makeReaders?: (connections: Connections, sink: RecordSink) => StreamReaders;
  readonly reassembly?: Reassembly;
  /** As compact batches have their headers taken; sizes are not known then. */
  readonly takesHeaders?: boolean;
}

/** Frames that are followed one by one. */
export class Following {
  readonly records: Connection[] = [];
  readonly conversations: Conversations;
  readonly #dissector: Dissector;
  readonly #ip: RecordSizes;
  #packets = 0;
  #bytes = 0;
  #ipBytes = 0;

  constructor(
    given: Partial<FollowOptions> = {},
    { makeReaders, reassembly, takesHeaders = false }: Stages = {},
  ) {
    const options = { ...SENSOR_DEFAULTS.follow, ...given };
    const kernel = kernelFor(options);
    this.#ip = new RecordSizes(this.records);
    this.conversations = new Conversations(
      options,
      this.#ip,
      true,
      new Uint8Array(12),
      makeReaders && ((connections) => makeReaders(connections, this.#ip)),
      undefined,
      undefined,
      kernel,
    );
    const records = { payload: false, context: true, entropy: false };
    const all = () => true;
    const headers = takesHeaders
      ? new CompactBatches(
        new Batches(MAX_BATCH_BYTES, () => {}),
        { isWanted: all, hasContext: true },
        () => {},
        kernel,
      )
      : undefined;
    headers?.switchOn();
    this.#dissector = new Dissector(
      DECODERS,
      this.#ip,
      records,
      all,
      [],
      headers,
      this.conversations,
      reassembly,
    );
  }

  add({ bytes, originalLength, sec, nsec, linkType }: FollowedFrame): void {
    this.#ip.innermost = undefined;
    this.#dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
    if (this.#ip.innermost === undefined) return;
    this.#packets++;
    this.#bytes += originalLength;
    this.#ipBytes += this.#ip.innermost;
  }

  end(): Followed {
    for (const _ of this.conversations.end());
    return {
      records: this.records,
      counts: this.conversations.counts(),
      dissected: this.#dissector.counts(),
      packets: this.#packets,
      bytes: this.#bytes,
      ipBytes: this.#ipBytes,
    };
  }
}

/** Keeps connections, and the length of the last IP header of each frame as its record tells it. */
class RecordSizes implements RecordSink {
  innermost: number | undefined;
  readonly #writer = new WireWriter(4096);

  constructor(readonly connections: Connection[]) {}

  begin(): WireWriter {
    this.#writer.at = 0;
    return this.#writer;
  }

  commit(type: number): boolean {
    const bytes = this.#writer.bytes.subarray(0, this.#writer.at);
    if (type === CONNECTION) this.connections.push(fromBinary(ConnectionSchema, bytes));
    else if (type === typeNumber("IPv4")) this.innermost = fromBinary(IPv4Schema, bytes).Length;
    else if (type === typeNumber("IPv6")) {
      const { Length, PayloadSize } = fromBinary(IPv6Schema, bytes);
      this.innermost = IPV6_HEADER_BYTES + (Length || PayloadSize);
    }
    return true;
  }

  rewind(): void {}
}
