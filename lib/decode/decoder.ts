import { typeNumber } from "../base/record/record_types.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import type { Tagged } from "../../proto/netcap_tags.ts";
import type { Outcome } from "./outcome.ts";
import type { Layer, Packet } from "./packet.ts";
import type { Numbers } from "./routes.ts";

/** No packet's record has this type: it is that of the header of record files. */
const RECORDLESS = 0;

type Decode = (packet: Packet, out: WireWriter) => Outcome;

/** How one layer becomes one record. */
export class Decoder implements Layer {
  /** The layer's name in counts, as in `"Tcp truncated"`. */
  readonly name: string;
  /** Name and tags of the record's schema; undefined for a layer that has no record. */
  readonly schema: Tagged<unknown> | undefined;
  /** The record's type, 0 without a record. */
  readonly type: number;
  /** The numbers that lead to this layer; none when only other decoders name it. */
  readonly from: Numbers;
  /**
   * Decodes the layer at `packet.at`: checks every length, then writes the fields in ascending
   * number to `out`, then moves `packet.at` behind the header, lowers `packet.end` where the header
   * says so, and sets `packet.next` to what follows, if anything does. When it returns another
   * outcome than `Ok` it has written and moved nothing.
   */
  readonly decode: Decode;

  constructor(
    { name, schema, from = {}, decode }: {
      name: string;
      schema?: Tagged<unknown>;
      from?: Numbers;
      decode: Decode;
    },
  ) {
    this.name = name;
    this.schema = schema;
    this.type = schema === undefined ? RECORDLESS : typeNumber(schema.name);
    this.from = from;
    this.decode = decode;
  }
}
