/** The layers that decoders know, numbered to index tables. `None` ends a packet. */
export const Layer = {
  None: 0,
  Ethernet: 1,
  RawIp: 2,
  Loopback: 3,
  LinuxSll: 4,
  LinuxSll2: 5,
  Dot1Q: 6,
  Arp: 7,
  IPv4: 8,
  IPv6: 9,
  IPv6HopByHop: 10,
  IPv6Routing: 11,
  IPv6Destination: 12,
  IPv6Fragment: 13,
  Icmpv4: 14,
  Icmpv6: 15,
  Icmpv6Echo: 16,
  Icmpv6NeighborSolicitation: 17,
  Icmpv6NeighborAdvertisement: 18,
  Icmpv6RouterSolicitation: 19,
  Icmpv6RouterAdvertisement: 20,
  Udp: 21,
  Tcp: 22,
  DnsOverTcp: 23,
  Dns: 24,
  Dhcpv4: 25,
  Ntp: 26,
} as const;
export type Layer = typeof Layer[keyof typeof Layer];

/** The size of a table with one entry per layer. */
export const LAYER_COUNT = Object.keys(Layer).length;
