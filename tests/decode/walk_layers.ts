/** Walks the layers of a frame as the dissector does, holding each decoder to its contract. */
import { WireWriter } from "../../lib/base/record/wire_writer.ts";
import type { Decoder } from "../../lib/decode/decoder.ts";
import { Outcome, OUTCOME_NAMES } from "../../lib/decode/outcome.ts";
import { Packet } from "../../lib/decode/packet.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Routes } from "../../lib/decode/routes.ts";

const ROUTES = new Routes(DECODERS);

/** Gets each record that was written: `bytes[at, end)`, valid only during the call. */
export type Visit = (decoder: Decoder, bytes: Uint8Array, at: number, end: number) => void;

/** What `LayerWalk` needs of a captured frame. */
export interface Walked {
  readonly sec: number;
  readonly nsec: number;
  readonly linkType: number;
  /** How long it was before the capture cut it; as long as what is walked, if that is longer. */
  readonly originalLength: number;
}

/**
 * Decodes frames layer by layer into one writer. Throws when a decoder breaks its contract: writes or
 * moves something and refuses the bytes, or leaves the frame.
 */
export class LayerWalk {
  /** The records of the last frame, without framing; valid until the next walk. */
  readonly out = new WireWriter(1 << 16);
  readonly #packet: Packet;

  constructor(options: { payload: boolean; context: boolean; entropy: boolean }) {
    this.#packet = new Packet(options, ROUTES);
  }

  /**
   * Walks the frame `bytes[0, end)`.
   *
   * @returns How it ended: the number of layers decoded and the last outcome, in one number.
   */
  run(frame: Walked, bytes: Uint8Array, end: number, visit?: Visit): number {
    const { out } = this;
    const p = this.#packet;
    p.begin(bytes, 0, end, frame.sec, frame.nsec);
    p.isCut = end < frame.originalLength;
    out.at = 0;
    let layers = 0;
    let decoder = ROUTES.linkType.of(frame.linkType);
    for (; decoder !== undefined; decoder = p.next) {
      const { at: packetAt, end: packetEnd } = p;
      const recordAt = out.at;
      out.recordAt = recordAt;
      out.overflowed = false;
      p.next = undefined;
      const outcome = decoder.decode(p, out);
      if (outcome !== Outcome.Ok) {
        const stayed = out.at === recordAt && p.at === packetAt && p.end === packetEnd;
        if (!stayed || OUTCOME_NAMES[outcome] === undefined) {
          throw new Error(
            `${decoder.name}: outcome ${outcome}, yet something was written or moved`,
          );
        }
        return layers * OUTCOME_NAMES.length + outcome;
      }
      if (!(packetAt <= p.at && p.at <= p.end && p.end <= end)) {
        throw new Error(`${decoder.name}: went from ${packetAt} to ${p.at} of ${p.end} of ${end}`);
      }
      if (decoder.schema === undefined && out.at !== recordAt) {
        throw new Error(`${decoder.name}: wrote something without having a record`);
      }
      if (!out.overflowed) visit?.(decoder, out.bytes, recordAt, out.at);
      layers++;
      if (p.at === p.end) break;
    }
    return layers * OUTCOME_NAMES.length;
  }
}
