import type { Tag } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import type { Tagged } from "../../proto/netcap_tags.ts";
import { Decoder } from "./decoder.ts";
import type { Outcome } from "./outcome.ts";

/** The kinds of numbers that lead to a header. */
export type NumberKind =
  | "linkType"
  | "etherType"
  | "ipProtocol"
  | "ppp"
  | "udpPort"
  | "tcpPort";

/** Where a packet looks up what a kind of numbers leads to. */
export interface Route {
  /** A number as counts show it. */
  readonly textOf: (number: number, organization: number) => string;
}

/** A packet, as a decoder of one's own has it. */
export interface OpenPacket {
  /** The buffer that holds it; the runtime's, for the call. */
  readonly bytes: Uint8Array;
  /** Where the header begins; the decoder moves it behind the header. */
  at: number;
  /** Where its bytes end; the decoder lowers it when the header says so. */
  end: number;
  /** Seconds since 1970 of the capture time. */
  readonly sec: number;
  /** Nanoseconds of that second. */
  readonly nsec: number;
  /** Whether less of it was captured than there was. */
  readonly isCut: boolean;
  /** Where the source address of its outermost IP header is. */
  readonly srcIpAt: number;
  /** And the destination's. */
  readonly dstIpAt: number;
  /** Length of both: 4, 16, or 0 without such a header. */
  readonly ipBytes: number;
  /** Where what comes next is looked up. */
  readonly routes: { readonly [Kind in NumberKind]: Route };
  /** Goes on with what a number leads to; one that leads nowhere is counted. */
  follow(route: Route, number: number): void;
  /** Writes the addresses of its IP header, if there are to be such in records. */
  writeAddresses(out: WireWriter, src: Tag<string>, dst: Tag<string>): void;
  /** Writes its ports, likewise. */
  writePorts(out: WireWriter, src: Tag<number>, dst: Tag<number>): void;
}

/** How a header that there is no decoder for becomes a record. */
export interface OwnDecoder {
  /** The header's name in counts, as in `"Ssdp truncated"`. */
  readonly name: string;
  /** Name and tags of its record, of `@farcap/farcap/tags`; none for a header that only leads on. */
  readonly schema?: Tagged<unknown>;
  /** The numbers that lead to it; those that lead elsewhere already are refused. */
  readonly from: { readonly [Kind in NumberKind]?: readonly number[] };
  /**
   * Decodes the header at `packet.at`: checks every length, then writes the fields in ascending number,
   * then moves `at`, and says by `follow` what comes next, if anything does. When it returns another
   * outcome than `Ok`, what it has written is taken back, and the packet ends there.
   */
  decode(packet: OpenPacket, out: WireWriter): Outcome;
}

/** As the dissector has them. @throws TypeError When a schema is that of no record type. */
export function ownDecoders(own: readonly OwnDecoder[] = []): Decoder[] {
  return own.map((each) =>
    new Decoder({ ...each, decode: (packet, out) => each.decode(packet, out) })
  );
}
