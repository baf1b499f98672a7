/** Where the collector is: its IP addresses and the port of datagrams; sessions use the next one. */
export interface CollectorEndpoint {
  /** IPv4 or IPv6, as text; none while they are not known: nothing is left out then. */
  readonly addresses: readonly string[];
  /** The port of datagrams. */
  readonly port: number;
  /** Those that other collectors have, if these may serve in its place. */
  readonly otherPorts?: readonly number[];
}

/**
 * The filter that keeps a sensor from capturing what sensors send: UDP from or to the collector's
 * addresses and its two ports, whoever sends it; IP fragments from or to these, which do not show
 * their ports; and the ICMP errors that say that one of these did not arrive, since each would become a
 * record, and that another datagram. In the language of pcap-filter(7).
 *
 * @param isEthernet Whether packets are Ethernet frames: then it looks behind VLAN tags, too.
 * @throws TypeError When there is no address, or one is none.
 */
export function withoutOwnTraffic(
  { addresses, port, otherPorts = [] }: CollectorEndpoint,
  isEthernet: boolean,
): string {
  const all = new Set([port, ...otherPorts].flatMap((port) => [port, port + 1]));
  const ports = [...all].filter((port) => port <= 0xffff);
  const hosts = addresses.map(addressBytes);
  if (hosts.length === 0) throw new TypeError("A collector has an address");
  const own = [IPV4, IPV6].flatMap((version) => {
    const collectors = hosts.filter(({ length }) => length === version.addressBytes);
    if (collectors.length === 0) return [];
    return ipHeaders(version, isEthernet).map((ip) => trafficOf(collectors, ports, version, ip));
  }).join(" or ");
  return `not (${own})`;
}

/** Where an IP header may be. */
interface IpHeader {
  /** What must hold for it to be there. */
  readonly isThere: string;
  /** The number at a place behind its beginning. */
  readonly at: (place: number | string, bytes: number) => string;
}

/** Places of the ports in UDP's header. */
const SOURCE = 0;
const DESTINATION = 2;

/** What differs between the versions of IP; places are those of {@linkcode IpHeader.at}. */
interface Version {
  readonly name: string;
  readonly etherType: number;
  readonly headerBytes: number;
  readonly addressBytes: number;
  /** Places of the addresses. */
  readonly from: number;
  readonly to: number;
  readonly isFragment: (ip: IpHeader) => string;
  /** Whether it is a UDP datagram whose port at `portAt` is one of those. */
  readonly isUdp: (ip: IpHeader, portAt: number, hasPort: (port: string) => string) => string;
  /** The same of the datagram that a "destination unreachable" is about. */
  readonly isError: (ip: IpHeader, portAt: number, hasPort: (port: string) => string) => string;
}

/** RFC 791, 3.1; RFC 792: the datagram that the error is about begins at its byte 8. */
const IPV4: Version = {
  name: "ip",
  etherType: 0x0800,
  headerBytes: 20,
  addressBytes: 4,
  from: 12,
  to: 16,
  isFragment: ({ at }) => `${at(6, 2)} & 0x3fff != 0`,
  isUdp: (ip, portAt, hasPort) =>
    `${ip.at(9, 1)} == 17 and ${hasPort(ip.at(`${lengthAt(ip, 0)} + ${portAt}`, 2))}`,
  isError(ip, portAt, hasPort) {
    const icmp = lengthAt(ip, 0);
    const quoted = `${icmp} + 8`;
    return `${ip.at(9, 1)} == 1 and ${ip.at(icmp, 1)} == 3 and ` +
      `${ip.at(`${quoted} + 9`, 1)} == 17 and ` +
      hasPort(ip.at(`${quoted} + ${lengthAt(ip, quoted)} + ${portAt}`, 2));
  },
};

/** RFC 8200, 3 and 4.5; RFC 4443, 3.1: what it is about, here often a fragment, begins at byte 48. */
const IPV6: Version = {
  name: "ip6",
  etherType: 0x86dd,
  headerBytes: 40,
  addressBytes: 16,
  from: 8,
  to: 24,
  isFragment: ({ at }) => `${at(6, 1)} == 44`,
  isUdp: ({ at }, portAt, hasPort) => `${at(6, 1)} == 17 and ${hasPort(at(40 + portAt, 2))}`,
  isError: ({ at }, portAt, hasPort) =>
    `${at(6, 1)} == 58 and ${at(40, 1)} == 1 and ` +
    `(${at(54, 1)} == 44 or (${at(54, 1)} == 17 and ${hasPort(at(88 + portAt, 2))}))`,
};

/** Bytes of the IPv4 header that begins there. */
function lengthAt({ at }: IpHeader, place: number | string): string {
  return `((${at(place, 1)} & 0xf) << 2)`;
}

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
/** VLAN tags in a frame; the kernel has taken off the outermost one of what comes by itself. */
const MAX_TAGS = 2;

/** Without tags, and behind each number of them; the word "vlan" would move all that stands behind it. */
function ipHeaders({ name, etherType, headerBytes }: Version, isEthernet: boolean): IpHeader[] {
  const untagged = (place: number | string, bytes: number) => `${name}[${place}:${bytes}]`;
  if (!isEthernet) return [{ isThere: name, at: untagged }];
  // A packet that is too short to be asked would be refused.
  const isLong = (begin: number) => `len >= ${begin + headerBytes}`;
  const tagged = Array.from({ length: MAX_TAGS }, (_, index) => {
    const begin = ETHERNET_BYTES + TAG_BYTES * (index + 1);
    const typeBefore = (end: number) => `ether[${end - 2}:2]`;
    const areTags = Array.from({ length: index + 1 }, (_, nth) => {
      const type = typeBefore(ETHERNET_BYTES + TAG_BYTES * nth);
      return `(${type} == 0x8100 or ${type} == 0x88a8)`;
    });
    return {
      isThere: [isLong(begin), ...areTags, `${typeBefore(begin)} == ${etherType}`].join(" and "),
      at: (place: number | string, bytes: number) => `ether[${begin} + ${place}:${bytes}]`,
    };
  });
  return [{ isThere: `${isLong(ETHERNET_BYTES)} and ${name}`, at: untagged }, ...tagged];
}

/** Of all collectors in one term: the kernel takes 4,096 instructions, and older ones only 20 KiB. */
function trafficOf(
  collectors: readonly (readonly number[])[],
  ports: readonly number[],
  { from, to, isFragment, isUdp, isError }: Version,
  ip: IpHeader,
): string {
  const hasPort = (field: string) => `(${ports.map((port) => `${field} == ${port}`).join(" or ")})`;
  const isCollector = (place: number) =>
    collectors.map((address) => `(${isAddress(ip, place, address)})`).join(" or ");
  const way = (place: number, portAt: number, quotedPortAt: number) =>
    `((${isCollector(place)}) and ((${isUdp(ip, portAt, hasPort)}) or ` +
    `(${isError(ip, quotedPortAt, hasPort)}) or ${isFragment(ip)}))`;
  return `(${ip.isThere} and ` +
    `(${way(from, SOURCE, DESTINATION)} or ${way(to, DESTINATION, SOURCE)}))`;
}

function isAddress({ at }: IpHeader, place: number, address: readonly number[]): string {
  return Array.from({ length: address.length / 4 }, (_, nth) => {
    const word = address.slice(4 * nth, 4 * nth + 4);
    return `${at(place + 4 * nth, 4)} == ${word.reduce((sum, byte) => sum * 256 + byte)}`;
  }).join(" and ");
}

/** As in packets: without a zone (RFC 4007, 11); IPv4 where IPv6 maps it (RFC 4291, 2.5.5.2). */
function addressBytes(address: string): number[] {
  const text = address.replace(/%.*/, "");
  // The URL parser writes all forms of an address alike.
  const { hostname } = new URL(`http://${text.includes(":") ? `[${text}]` : text}`);
  if (!hostname.startsWith("[")) {
    const bytes = hostname.split(".").map(Number);
    if (bytes.length === 4 && bytes.every(Number.isInteger)) return bytes;
    throw new TypeError(`${address} is no IP address`);
  }
  const [head = [], tail = []] = hostname.slice(1, -1).split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  const bytes = [...head, ...zeros, ...tail].map((group) => parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff]);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff &&
    bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}
