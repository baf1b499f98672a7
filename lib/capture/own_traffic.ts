/** Where the collector is: an IP address and the port of datagrams; sessions use the next one. */
export interface CollectorEndpoint {
  /** IPv4 or IPv6, as text. */
  readonly address: string;
  /** The port of datagrams. */
  readonly port: number;
}

/**
 * The filter that keeps a sensor from capturing what sensors send: UDP from or to the collector's
 * address and its two ports, whoever sends it, and IP fragments from or to that address, which do not
 * show their ports. In the language of pcap-filter(7).
 *
 * @param filter What the user wants to capture; everything when it is empty.
 */
export function withoutOwnTraffic(
  filter: string,
  { address, port }: CollectorEndpoint,
): string {
  const ports = [port, port + 1].filter((port) => port <= 0xffff);
  const side = (side: "src" | "dst") => {
    const isOnPort = ports.map((port) => `udp ${side} port ${port}`).join(" or ");
    return `(${side} host ${address} and (${isOnPort}))`;
  };
  const isFragment = address.includes(":") ? "ip6[6] == 44" : "ip[6:2] & 0x3fff != 0";
  const own = `${side("src")} or ${side("dst")} or (host ${address} and ${isFragment})`;
  // The user's filter comes last: its "vlan" or "mpls" would move all that stands behind it.
  return filter.trim() === "" ? `not (${own})` : `not (${own}) and (${filter})`;
}
