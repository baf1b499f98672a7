/** The records that headers in compact batches become, and records of these types that stand among them. */
import { typeNumber } from "../../base/record/record_types.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "../../decode/taken_headers.ts";
import { OTHER, shapeOf, SHAPES } from "./headers.ts";

const ETHERNET = typeNumber("Ethernet");
const DOT1Q = typeNumber("Dot1Q");
const IPV4 = typeNumber("IPv4");
const IPV6 = typeNumber("IPv6");
const BY_PROTOCOL: Readonly<Record<number, number>> = {
  [TCP]: typeNumber("TCP"),
  [UDP]: typeNumber("UDP"),
  [ICMPV4]: typeNumber("ICMPv4"),
  [ICMPV6]: typeNumber("ICMPv6"),
};

/** In the order of the bits in which a batch says which of them it has; new ones come behind. */
export const COMPACT_TYPES: readonly number[] = [
  ETHERNET,
  DOT1Q,
  IPV4,
  IPV6,
  ...[TCP, UDP, ICMPV4, ICMPV6].map((protocol) => BY_PROTOCOL[protocol]!),
];

/** By the number of a shape: the types of the records that a packet of it makes, in order. */
export const TYPES_OF_SHAPE: readonly (readonly number[])[] = Array.from(
  { length: SHAPES },
  (_, number) => {
    const shape = shapeOf(number);
    if (shape === undefined) return [];
    return [
      ...(shape.isEthernet ? [ETHERNET] : []),
      ...Array.from({ length: shape.tags }, () => DOT1Q),
      ...(shape.ipVersion === 0 ? [] : [shape.ipVersion === 6 ? IPV6 : IPV4]),
      ...(shape.protocol === OTHER ? [] : [BY_PROTOCOL[shape.protocol]!]),
    ];
  },
);
