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
 */
export function withoutOwnTraffic(
  filter: string,
  { addresses, port }: CollectorEndpoint,
): string {
  const ports = [port, port + 1].filter((port) => port <= 0xffff);
  const own = [...new Set(addresses.map(addressInPackets))]
    .flatMap((address) => trafficOf(address, ports))
    .map((traffic) => `(${traffic})`).join(" or ");
  // The user's filter comes last: its "vlan" or "mpls" would move all that stands behind it.
  return filter.trim() === "" ? `not (${own})` : `not (${own}) and (${filter})`;
}

/** What is sent to and from an address and these ports. */
function trafficOf(address: string, ports: readonly number[]): string[] {
  const { isFragment, isError, quotedPort } = address.includes(":") ? IPV6 : IPV4;
  const onePort = (what: string) => `(${ports.map((port) => `${what} ${port}`).join(" or ")})`;
  return [
    `src host ${address} and ${onePort("udp src port")}`,
    `dst host ${address} and ${onePort("udp dst port")}`,
    `src host ${address} and ${isError(onePort(`${quotedPort.dst} ==`))}`,
    `dst host ${address} and ${isError(onePort(`${quotedPort.src} ==`))}`,
    `host ${address} and ${isFragment}`,
  ];
}

/** As it is in packets: without a zone (RFC 4007, 11), IPv4 where IPv6 maps it (RFC 4291, 2.5.5.2). */
function addressInPackets(address: string): string {
  const withoutZone = address.replace(/%.*/, "");
  const url = `http://[${withoutZone}]`;
  // The URL parser writes all forms of an IPv6 address alike.
  const mapped = URL.canParse(url) && /^\[::ffff:(\w+):(\w+)\]$/.exec(new URL(url).hostname);
  if (!mapped) return withoutZone;
  return mapped.slice(1).map((group) => parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff]).join(".");
}

/** What differs between the versions of IP. */
interface Version {
  readonly isFragment: string;
  /** Destination unreachable, about a UDP datagram with such a port. */
  readonly isError: (hasPort: string) => string;
  readonly quotedPort: { readonly src: string; readonly dst: string };
}

/** RFC 791, 3.1; RFC 792: the datagram that the error is about begins at its byte 8. */
const IPV4: Version = {
  isFragment: "ip[6:2] & 0x3fff != 0",
  isError: (hasPort) => `icmp[0] == 3 and icmp[17] == 17 and ${hasPort}`,
  quotedPort: {
    src: "icmp[8 + ((icmp[8] & 0xf) << 2) : 2]",
    dst: "icmp[10 + ((icmp[8] & 0xf) << 2) : 2]",
  },
};

/** RFC 8200, 3 and 4.5; RFC 4443, 3.1: what it is about, here often a fragment, begins at byte 48. */
const IPV6: Version = {
  isFragment: "ip6[6] == 44",
  isError: (hasPort) =>
    `ip6[6] == 58 and ip6[40] == 1 and (ip6[54] == 44 or (ip6[54] == 17 and ${hasPort}))`,
  quotedPort: { src: "ip6[88:2]", dst: "ip6[90:2]" },
};
