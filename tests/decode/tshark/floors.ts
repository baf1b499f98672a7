/**
 * How many values of each record type are compared with tshark's at least, over our own captures and
 * the shared ones: a little below what was found, since our own are recorded anew at times.
 */
export const FLOORS: Readonly<Record<string, number>> = {
  Ethernet: 35_000,
  Dot1Q: 800,
  ARP: 2_600,
  IPv4: 43_000,
  IPv6: 6_900,
  IPv6HopByHop: 200,
  IPv6Fragment: 60,
  ICMPv4: 700,
  ICMPv6: 1_000,
  ICMPv6Echo: 190,
  ICMPv6NeighborSolicitation: 130,
  ICMPv6NeighborAdvertisement: 95,
  ICMPv6RouterAdvertisement: 190,
  ICMPv6RouterSolicitation: 50,
  UDP: 9_500,
  TCP: 26_000,
  DNS: 6_900,
  DHCPv4: 690,
  NTP: 290,
};
