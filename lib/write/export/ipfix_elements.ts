import type { IpfixFlow } from "./ipfix_flow.ts";

/** A part of a flow record: an information element of IANA's registry, in so many octets. */
export interface IpfixElement {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** What of a `Connection` it tells. */
  readonly from: string;
  /** Writes the value of the flow that `side` has sent: 0 the client's. */
  write(view: DataView, at: number, flow: IpfixFlow, side: 0 | 1): void;
}

/**
 * Octets of elements are those that nfcapd and nfacctd read alike: counters 8, tcpControlBits 1; see
 * docs/peers.md.
 */
function element(
  id: number,
  name: string,
  bytes: 1 | 2 | 8,
  from: string,
  value: (flow: IpfixFlow, side: 0 | 1) => number | bigint,
): IpfixElement {
  const write = bytes === 8
    ? (view: DataView, at: number, flow: IpfixFlow, side: 0 | 1) =>
      view.setBigUint64(at, value(flow, side) as bigint)
    : bytes === 2
    ? (view: DataView, at: number, flow: IpfixFlow, side: 0 | 1) =>
      view.setUint16(at, value(flow, side) as number)
    : (view: DataView, at: number, flow: IpfixFlow, side: 0 | 1) =>
      view.setUint8(at, value(flow, side) as number);
  return { id, name, bytes, from, write };
}

function octets(
  id: number,
  name: string,
  bytes: number,
  from: string,
  value: (flow: IpfixFlow, side: 0 | 1) => Uint8Array,
): IpfixElement {
  return {
    ...{ id, name, bytes, from },
    write(view, at, flow, side) {
      new Uint8Array(view.buffer, view.byteOffset + at, bytes).set(value(flow, side));
    },
  };
}

const other = (side: 0 | 1) => side === 0 ? 1 : 0;

const ICMP =
  "`ICMPType`, `ICMPCode` of who sent the first message; of the other side what answers it, or is answered by it, with code 0";

const IPV4_ADDRESSES = [
  octets(
    8,
    "sourceIPv4Address",
    4,
    "`SrcIP`, or `DstIP` of what the server sent",
    (flow, side) => flow.addresses[side],
  ),
  octets(
    12,
    "destinationIPv4Address",
    4,
    "the other one",
    (flow, side) => flow.addresses[other(side)],
  ),
  element(32, "icmpTypeCodeIPv4", 2, ICMP, (flow, side) => flow.icmp[side]),
];
const IPV6_ADDRESSES = [
  octets(
    27,
    "sourceIPv6Address",
    16,
    "`SrcIP`, or `DstIP` of what the server sent",
    (flow, side) => flow.addresses[side],
  ),
  octets(
    28,
    "destinationIPv6Address",
    16,
    "the other one",
    (flow, side) => flow.addresses[other(side)],
  ),
  element(139, "icmpTypeCodeIPv6", 2, ICMP, (flow, side) => flow.icmp[side]),
];
const COMMON = [
  element(
    152,
    "flowStartMilliseconds",
    8,
    "`TimestampFirst`, of both directions together, cut to milliseconds",
    (flow) => flow.startMs,
  ),
  element(153, "flowEndMilliseconds", 8, "`TimestampLast`, in the same way", (flow) => flow.endMs),
  element(
    1,
    "octetDeltaCount",
    8,
    "`IPBytesClientToServer` or `IPBytesServerToClient`: IP packets without padding",
    (flow, side) => flow.octets[side],
  ),
  element(
    2,
    "packetDeltaCount",
    8,
    "`PacketsClientToServer` or `PacketsServerToClient`",
    (flow, side) => flow.packets[side],
  ),
  element(
    7,
    "sourceTransportPort",
    2,
    "`SrcPort`, or `DstPort` of what the server sent; 0 where there is none or it is not known",
    (flow, side) => flow.ports[side],
  ),
  element(
    11,
    "destinationTransportPort",
    2,
    "the other one",
    (flow, side) => flow.ports[other(side)],
  ),
  element(4, "protocolIdentifier", 1, "`IPProtocol`", (flow) => flow.protocol),
  element(
    6,
    "tcpControlBits",
    1,
    "`TCPFlagsClientToServer` or `TCPFlagsServerToClient`; of records of 0.2.0 those of both",
    (flow, side) => flow.tcpFlags[side],
  ),
  element(
    136,
    "flowEndReason",
    1,
    "`EndReason`: `idle` 1, `active` 2, `fin`, `rst` and `replaced` 3, `end` 4, `evicted` 5",
    (flow) => flow.endReason,
  ),
  element(58, "vlanId", 2, "`VLANs`, the outer one; 0 for none", (flow) => flow.vlans[0]),
  element(
    245,
    "dot1qCustomerVlanId",
    2,
    "`VLANs`, the inner one; 0 for none",
    (flow) => flow.vlans[1],
  ),
  octets(
    56,
    "sourceMacAddress",
    6,
    "`SrcMAC`, or `DstMAC` of what the server sent; 0 for none",
    (flow, side) => flow.macs[side],
  ),
  octets(80, "destinationMacAddress", 6, "the other one", (flow, side) => flow.macs[other(side)]),
  element(
    148,
    "flowId",
    8,
    "`ConnectionID`: the same of both directions and of all parts",
    (flow) => flow.id,
  ),
];

/** The records of a kind: their template's number (256 and more), what is in them, and how long they are. */
export interface IpfixTemplate {
  readonly id: number;
  readonly elements: readonly IpfixElement[];
  readonly recordBytes: number;
}

function template(id: number, elements: readonly IpfixElement[]): IpfixTemplate {
  return { id, elements, recordBytes: elements.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Flows of IPv4. */
export const IPV4_TEMPLATE = template(256, [...COMMON, ...IPV4_ADDRESSES]);
/** Flows of IPv6. */
export const IPV6_TEMPLATE = template(257, [...COMMON, ...IPV6_ADDRESSES]);
/** All that there are. */
export const IPFIX_TEMPLATES = [IPV4_TEMPLATE, IPV6_TEMPLATE];
