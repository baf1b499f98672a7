/** Where the collector is: its IP addresses and the port of datagrams; sessions use the next one. */
export interface CollectorEndpoint {
  /** IPv4 or IPv6, as text; one at least. */
  readonly addresses: readonly string[];
  /** The port of datagrams. */
  readonly port: number;
}

/**
 * The filter that keeps a sensor from capturing what sensors send: UDP from or to the collector's
 * addresses and its two ports, whoever sends it; IP fragments from or to these, which do not show
 * their ports; and the ICMP errors that say that one of these did not arrive, since each would become a
 * record, and that another datagram. In the language of pcap-filter(7).
 *
 * @param filter What the user wants to capture; everything when it is empty.
 * @param isEthernet Whether packets are Ethernet frames, behind whose VLAN tags is looked, too.
 * @throws TypeError When an address is none.
 */
export function withoutOwnTraffic(
  filter: string,
  { addresses, port }: CollectorEndpoint,
  isEthernet: boolean,
): string {
  const ports = [port, port + 1].filter((port) => port <= 0xffff);
  const own = addresses.map(addressBytes).flatMap((address) => {
    const version = address.length === 4 ? IPV4 : IPV6;
    return ipFields(version, isEthernet).map((field) => trafficOf(address, ports, version, field));
  }).join(" or ");
  // The user's filter comes last: its "vlan" or "mpls" would move all that stands behind it.
  return filter.trim() === "" ? `not (${own})` : `not (${own}) and (${filter})`;
}

/** The number at a place behind the beginning of IP, and what must hold for IP to be there. */
interface IpField {
  (place: number | string, bytes: number): string;
  readonly isThere: string;
}

/** Place of a port in UDP's header. */
type Port = 0 | 2;
const SOURCE = 0;
const DESTINATION = 2;

/** What differs between the versions of IP; places are those of {@linkcode IpField}. */
interface Version {
  readonly name: string;
  readonly etherType: number;
  readonly headerBytes: number;
  /** Places of the addresses. */
  readonly from: number;
  readonly to: number;
  readonly isFragment: (ip: IpField) => string;
  /** The port of a UDP datagram, where there is one. */
  readonly isUdp: (ip: IpField, port: Port, hasPort: (port: string) => string) => string;
  /** The same of the datagram that a "destination unreachable" is about. */
  readonly isError: (ip: IpField, port: Port, hasPort: (port: string) => string) => string;
}

/** RFC 791, 3.1; RFC 792: the datagram that the error is about begins at its byte 8. */
const IPV4: Version = {
  name: "ip",
  etherType: 0x0800,
  headerBytes: 20,
  from: 12,
  to: 16,
  isFragment: (ip) => `${ip(6, 2)} & 0x3fff != 0`,
  isUdp: (ip, port, hasPort) =>
    `${ip(9, 1)} == 17 and ${hasPort(ip(`${lengthAt(ip, 0)} + ${port}`, 2))}`,
  isError(ip, port, hasPort) {
    const icmp = lengthAt(ip, 0);
    const quoted = `${icmp} + 8`;
    return `${ip(9, 1)} == 1 and ${ip(icmp, 1)} == 3 and ${ip(`${quoted} + 9`, 1)} == 17 and ` +
      hasPort(ip(`${quoted} + ${lengthAt(ip, quoted)} + ${port}`, 2));
  },
};

/** RFC 8200, 3 and 4.5; RFC 4443, 3.1: what it is about, here often a fragment, begins at byte 48. */
const IPV6: Version = {
  name: "ip6",
  etherType: 0x86dd,
  headerBytes: 40,
  from: 8,
  to: 24,
  isFragment: (ip) => `${ip(6, 1)} == 44`,
  isUdp: (ip, port, hasPort) => `${ip(6, 1)} == 17 and ${hasPort(ip(40 + port, 2))}`,
  isError: (ip, port, hasPort) =>
    `${ip(6, 1)} == 58 and ${ip(40, 1)} == 1 and ` +
    `(${ip(54, 1)} == 44 or (${ip(54, 1)} == 17 and ${hasPort(ip(88 + port, 2))}))`,
};

/** Bytes of the IPv4 header that begins there. */
function lengthAt(ip: IpField, place: number | string): string {
  return `((${ip(place, 1)} & 0xf) << 2)`;
}

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
/** VLAN tags that are looked behind; one more the kernel has taken off what it has received. */
const MAX_TAGS = 2;

/** IP without tags, and behind each number of them; the word "vlan" would move all that stands behind it. */
function ipFields({ name, etherType, headerBytes }: Version, isEthernet: boolean): IpField[] {
  // A packet that is too short to be asked would be refused.
  const isLong = (begin: number) => `len >= ${begin + headerBytes}`;
  const untagged = Object.assign(
    (place: number | string, bytes: number) => `${name}[${place}:${bytes}]`,
    { isThere: isEthernet ? `${isLong(ETHERNET_BYTES)} and ${name}` : name },
  );
  const tagged = Array.from({ length: isEthernet ? MAX_TAGS : 0 }, (_, index) => {
    const begin = ETHERNET_BYTES + TAG_BYTES * (index + 1);
    const typeAt = (end: number) => `ether[${end - 2}:2]`;
    const tags = Array.from({ length: index + 1 }, (_, nth) => {
      const type = typeAt(ETHERNET_BYTES + TAG_BYTES * nth);
      return `(${type} == 0x8100 or ${type} == 0x88a8)`;
    });
    return Object.assign(
      (place: number | string, bytes: number) => `ether[${begin} + ${place}:${bytes}]`,
      { isThere: [isLong(begin), ...tags, `${typeAt(begin)} == ${etherType}`].join(" and ") },
    );
  });
  return [untagged, ...tagged];
}

function trafficOf(
  address: readonly number[],
  ports: readonly number[],
  { from, to, isFragment, isUdp, isError }: Version,
  ip: IpField,
): string {
  const hasPort = (field: string) => `(${ports.map((port) => `${field} == ${port}`).join(" or ")})`;
  const isAddress = (place: number) =>
    Array.from({ length: address.length / 4 }, (_, nth) => {
      const word = address.slice(4 * nth, 4 * nth + 4);
      return `${ip(place + 4 * nth, 4)} == ${word.reduce((sum, byte) => sum * 256 + byte)}`;
    }).join(" and ");
  const way = (place: number, own: Port, quoted: Port) =>
    `(${isAddress(place)} and ` +
    `((${isUdp(ip, own, hasPort)}) or (${isError(ip, quoted, hasPort)}) or ${isFragment(ip)}))`;
  return `(${ip.isThere} and (${way(from, SOURCE, DESTINATION)} or ${
    way(to, DESTINATION, SOURCE)
  }))`;
}

/** As in packets: without a zone (RFC 4007, 11); IPv4 where IPv6 maps it (RFC 4291, 2.5.5.2). */
function addressBytes(address: string): number[] {
  const text = address.replace(/%.*/, "");
  // The URL parser writes all forms of an address alike.
  const { hostname } = new URL(`http://${text.includes(":") ? `[${text}]` : text}`);
  if (!hostname.startsWith("[")) return hostname.split(".").map(Number);
  const [head = [], tail = []] = hostname.slice(1, -1).split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  const bytes = [...head, ...zeros, ...tail].map((group) => parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff]);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff &&
    bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}
