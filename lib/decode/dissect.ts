import { typeNumber } from "../base/record_types.ts";
import type { RecordSink } from "../base/record_sink.ts";
import { WireWriter } from "../base/wire_writer.ts";
import type { PacketHandler } from "../capture/packet_handler.ts";
import type { Decoder } from "./decoder.ts";
import { Layer, LAYER_COUNT } from "./layer.ts";
import { layerOfLinkType } from "./next_layer.ts";
import { Outcome, OUTCOME_NAMES } from "./outcome.ts";
import { Packet, type RecordOptions } from "./packet.ts";

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

const RECORDLESS = -1;
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
  readonly #decoders: (Decoder | undefined)[] = new Array(LAYER_COUNT).fill(undefined);
  /** Record type by layer; `RECORDLESS` where nothing is to be written. */
  readonly #types = new Int32Array(LAYER_COUNT).fill(RECORDLESS);
  /** Takes the records that nobody wants, so that their decoders still find the next layer. */
  readonly #scratch = new WireWriter(SCRATCH_BYTES);
  readonly #failed = new Float64Array(LAYER_COUNT * OUTCOME_NAMES.length);
  #packets = 0;
  #decoded = 0;
  #oversized = 0;

  /**
   * @param decoders The decoders to use, at most one a layer.
   * @param isWanted Whether records of that type are to be written.
   */
  constructor(
    decoders: readonly Decoder[],
    sink: RecordSink,
    options: RecordOptions,
    isWanted: (type: number) => boolean = () => true,
  ) {
    this.#sink = sink;
    this.#packet = new Packet(options);
    for (const decoder of decoders) {
      this.#decoders[decoder.layer] = decoder;
      if (!decoder.schema) continue;
      const type = typeNumber(decoder.schema.name);
      if (isWanted(type)) this.#types[decoder.layer] = type;
    }
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
    let layer = layerOfLinkType(linkType);
    for (let depth = 0; layer !== Layer.None; depth++) {
      const decoder = this.#decoders[layer];
      if (decoder === undefined) break;
      p.next = Layer.None;
      const outcome = depth < MAX_LAYERS ? this.#decodeLayer(decoder, p) : Outcome.TooDeep;
      if (outcome !== Outcome.Ok) {
        this.#failed[layer * OUTCOME_NAMES.length + outcome]!++;
        return;
      }
      if (p.at >= p.end) break;
      layer = p.next;
    }
    this.#decoded++;
  }

  /** The counts so far. */
  counts(): DissectCounts {
    const failed: Record<string, number> = {};
    for (const decoder of this.#decoders) {
      if (decoder === undefined) continue;
      for (let outcome = 1; outcome < OUTCOME_NAMES.length; outcome++) {
        const count = this.#failed[decoder.layer * OUTCOME_NAMES.length + outcome]!;
        if (count > 0) failed[`${layerName(decoder.layer)} ${OUTCOME_NAMES[outcome]}`] = count;
      }
    }
    return {
      packets: this.#packets,
      decoded: this.#decoded,
      failed,
      oversized: this.#oversized,
    };
  }

  #decodeLayer(decoder: Decoder, p: Packet): Outcome {
    const type = this.#types[decoder.layer]!;
    if (type === RECORDLESS) {
      this.#scratch.at = 0;
      return decoder.decode(p, this.#scratch);
    }
    const outcome = decoder.decode(p, this.#sink.begin(type));
    if (outcome !== Outcome.Ok) this.#sink.rewind(type);
    else if (!this.#sink.commit(type)) this.#oversized++;
    return outcome;
  }
}

function layerName(layer: Layer): string {
  return Object.keys(Layer).find((name) => Layer[name as keyof typeof Layer] === layer)!;
}
