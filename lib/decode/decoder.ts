import type { DescMessage } from "@bufbuild/protobuf";
import type { WireWriter } from "../base/wire_writer.ts";
import type { Layer } from "./layer.ts";
import type { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

/** How one layer becomes one record. */
export interface Decoder {
  readonly layer: Layer;
  /** The record's schema; absent for a layer that has no record. */
  readonly schema?: DescMessage;
  /**
   * Decodes the layer at `packet.at`: checks every length, then writes the fields in ascending
   * number to `out`, then moves `packet.at` behind the header, lowers `packet.end` where the header
   * says so, and sets `packet.next`. When it returns another outcome than `Ok` it has written and
   * moved nothing.
   */
  decode(packet: Packet, out: WireWriter): Outcome;
}
