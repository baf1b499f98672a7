import type { RecordSink } from "../base/record_sink.ts";
import { WireWriter } from "../base/wire_writer.ts";
import type { PacketHandler } from "../capture/packet_handler.ts";
import type { Decoder } from "./decoder.ts";
import { Outcome, OUTCOME_NAMES } from "./outcome.ts";
import { Packet, type RecordOptions } from "./packet.ts";
import { Routes } from "./routes.ts";

/** What the dissector made of its packets: `packets = decoded + Σ failed`. */
export interface DissectCounts {
  /** All packets that it was given. */
  packets: number;
  /** Packets of which every layer that has a decoder was decoded. */
  decoded: number;
  /** Packets that ended early, by layer and reason, as `"Tcp truncated"`. */
  failed: Record<string, number>;
  /** Records that were larger than a record may be, and dropped. */
  oversized: number;
}

const SCRATCH_BYTES = 4096;
/**
 * No packet may have more layers, of which tunnels within tunnels make one record each: a large
 * packet of labels or of IP in IP would else become thousands of records, each over all the rest.
 */
const MAX_LAYERS = 64;

/**
 * Walks each packet from its outermost layer inwards and has each layer's decoder write its record
 * into the sink. Owns the framing: a record is begun, then committed, or taken back when its
 * decoder refuses the bytes. The first refusal ends the packet; the records of the layers before it
 * stay.
 */
export class Dissector implements PacketHandler {
  readonly #sink: RecordSink;
  readonly #packet: Packet;
  /** By record type, whether such records are written: 1 or 0. */
  readonly #isWritten: Uint8Array;
  /** Takes the records that nobody wants, so that their decoders still find the next layer. */
  readonly #scratch = new WireWriter(SCRATCH_BYTES);
  /** Counts by outcome, of decoders that have refused something. */
  readonly #failed = new Map<Decoder, number[]>();
  #packets = 0;
  #decoded = 0;
  #oversized = 0;

  /**
   * @param decoders The decoders to use, at most one for each number. Others to which they lead by
   *   name come along, but write nothing.
   * @param isWanted Whether records of that type are to be written.
   */
  constructor(
    decoders: readonly Decoder[],
    sink: RecordSink,
    options: RecordOptions,
    isWanted: (type: number) => boolean = () => true,
  ) {
    this.#sink = sink;
    this.#packet = new Packet(options, new Routes(decoders));
    const types = decoders.filter(({ schema }) => schema).map(({ type }) => type);
    this.#isWritten = new Uint8Array(1 + Math.max(0, ...types));
    for (const type of types) if (isWanted(type)) this.#isWritten[type] = 1;
  }

  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    originalLength: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): void {
    const p = this.#packet;
    p.begin(bytes, at, end, sec, nsec);
    p.isCut = end - at < originalLength;
    this.#packets++;
    let decoder = p.routes.linkType.of(linkType);
    for (let depth = 0; decoder !== undefined; depth++) {
      p.next = undefined;
      const outcome = depth < MAX_LAYERS ? this.#decodeLayer(decoder, p) : Outcome.TooDeep;
      if (outcome !== Outcome.Ok) {
        this.#countFailure(decoder, outcome);
        return;
      }
      if (p.at >= p.end) break;
      decoder = p.next;
    }
    this.#decoded++;
  }

  /** The counts so far. */
  counts(): DissectCounts {
    const failed: Record<string, number> = {};
    for (const [{ name }, counts] of this.#failed) {
      counts.forEach((count, outcome) => {
        if (count > 0) failed[`${name} ${OUTCOME_NAMES[outcome]}`] = count;
      });
    }
    return {
      packets: this.#packets,
      decoded: this.#decoded,
      failed,
      oversized: this.#oversized,
    };
  }

  #decodeLayer(decoder: Decoder, p: Packet): Outcome {
    const { type } = decoder;
    if (this.#isWritten[type] !== 1) {
      this.#scratch.at = 0;
      return decoder.decode(p, this.#scratch);
    }
    const outcome = decoder.decode(p, this.#sink.begin(type));
    if (outcome !== Outcome.Ok) this.#sink.rewind(type);
    else if (!this.#sink.commit(type)) this.#oversized++;
    return outcome;
  }

  #countFailure(decoder: Decoder, outcome: Outcome): void {
    let counts = this.#failed.get(decoder);
    if (counts === undefined) {
      counts = OUTCOME_NAMES.map(() => 0);
      this.#failed.set(decoder, counts);
    }
    counts[outcome]!++;
  }
}
