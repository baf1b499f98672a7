import { WireWriter } from "../base/record/wire_writer.ts";
import type { RecordSink } from "../base/record/record_sink.ts";
import { SENSOR_DEFAULTS } from "../base/sensor_defaults.ts";
import type { CapturedPacket } from "../capture/captured_packet.ts";
import { parseDecodeAs } from "./decode_as.ts";
import { type DissectCounts, Dissector } from "./dissect.ts";
import { type OwnDecoder, ownDecoders } from "./own_decoder.ts";
import type { RecordOptions } from "./packet.ts";
import { Reassembly } from "./reassembly.ts";
import { DECODERS } from "./registry.ts";

/** What is decoded, and what its records hold; what is left out is as in a sensor. */
export interface DecodingOptions {
  /** Numbers of the record types to write; all by default. */
  readonly types?: readonly number[];
  /** What records hold besides header fields. */
  readonly records?: Partial<RecordOptions>;
  /** Numbers that lead to other decoders, each as `udp.port==8472,vxlan`; later ones overrule. */
  readonly decodeAs?: readonly string[];
  /** Whether fragments of IP are put together. */
  readonly defrag?: boolean;
  /** Decoders of one's own, besides those there are: for numbers that lead to none yet. */
  readonly decoders?: readonly OwnDecoder[];
}

/** A record, encoded. */
export interface DecodedRecord {
  /** Number of its type, see `typeName`. */
  readonly type: number;
  /** The protobuf message. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Makes records of packets, one for each header, in its order.
 *
 * ```ts
 * import { readPackets } from "@farcap/farcap/capture";
 * import { PacketDecoder } from "@farcap/farcap/decode";
 *
 * const decoder = new PacketDecoder();
 * let records = 0;
 * for await (const packet of readPackets("tests/captures/dns.pcap")) {
 *   records += decoder.decode(packet).length;
 * }
 * console.log(`${records} records of ${decoder.counts.packets} packets`);
 * ```
 */
export class PacketDecoder {
  readonly #sink = new RecordList();
  readonly #dissector: Dissector;

  /**
   * Begins to count.
   *
   * @throws RangeError When one of `decoders` claims a number that is taken; for a wrong `decodeAs`.
   * @throws TypeError When one of them has a schema that is that of no record type.
   */
  constructor(options: DecodingOptions = {}) {
    const { types, records, decodeAs = [], defrag = SENSOR_DEFAULTS.defrag } = options;
    const decoders = [...DECODERS, ...ownDecoders(options.decoders)];
    this.#dissector = new Dissector(
      decoders,
      this.#sink,
      { ...SENSOR_DEFAULTS.records, ...records },
      types && ((type) => types.includes(type)),
      decodeAs.map((text) => {
        const parsed = parseDecodeAs(text, decoders);
        if (!parsed.ok) throw new RangeError(parsed.message);
        return parsed.value;
      }),
      undefined,
      undefined,
      defrag ? new Reassembly() : undefined,
    );
  }

  /**
   * The records of a packet. The first header that cannot be decoded ends it: what was in front of it
   * stays, and `counts` has the reason.
   */
  decode({ bytes, originalLength, sec, nsec, linkType }: CapturedPacket): DecodedRecord[] {
    this.#dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
    return this.#sink.take();
  }

  /** What became of all packets so far. */
  get counts(): DissectCounts {
    return this.#dissector.counts();
  }
}

/** Gives each record bytes of its own. */
class RecordList implements RecordSink {
  readonly #writer = new WireWriter(4096);
  #records: DecodedRecord[] = [];

  begin(): WireWriter {
    this.#writer.restart();
    return this.#writer;
  }

  commit(type: number): boolean {
    const { bytes, at, overflowed } = this.#writer;
    if (overflowed) return false;
    this.#records.push({ type, bytes: bytes.slice(0, at) });
    return true;
  }

  rewind(): void {}

  take(): DecodedRecord[] {
    const taken = this.#records;
    this.#records = [];
    return taken;
  }
}
