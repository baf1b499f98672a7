/** Every decoder that there is, one line each, in the order in which `-decoders` lists them. */
import { arp } from "./arp.ts";
import { dhcpv4 } from "./dhcpv4.ts";
import { dns } from "./dns.ts";
import { dnsOverTcp } from "./dns_over_tcp.ts";
import { dot1q } from "./dot1q.ts";
import { ethernet } from "./ethernet.ts";
import { icmpv4 } from "./icmpv4.ts";
import { icmpv6 } from "./icmpv6.ts";
import { icmpv6Echo } from "./icmpv6_echo.ts";
import { icmpv6NeighborAdvertisement } from "./icmpv6_neighbor_advertisement.ts";
import { icmpv6NeighborSolicitation } from "./icmpv6_neighbor_solicitation.ts";
import { icmpv6RouterAdvertisement } from "./icmpv6_router_advertisement.ts";
import { icmpv6RouterSolicitation } from "./icmpv6_router_solicitation.ts";
import { ipv4 } from "./ipv4.ts";
import { ipv6 } from "./ipv6.ts";
import { ipv6Destination, ipv6Routing } from "./ipv6_extensions.ts";
import { ipv6Fragment } from "./ipv6_fragment.ts";
import { ipv6HopByHop } from "./ipv6_hop_by_hop.ts";
import { linuxSll } from "./linux_sll.ts";
import { linuxSll2 } from "./linux_sll2.ts";
import { loopback } from "./loopback.ts";
import { ntp } from "./ntp.ts";
import { rawIp } from "./raw_ip.ts";
import { tcp } from "./tcp.ts";
import { udp } from "./udp.ts";
import type { Decoder } from "./decoder.ts";

export const DECODERS: readonly Decoder[] = [
  ethernet,
  dot1q,
  arp,
  ipv4,
  ipv6,
  ipv6HopByHop,
  ipv6Fragment,
  icmpv4,
  icmpv6,
  icmpv6Echo,
  icmpv6NeighborSolicitation,
  icmpv6NeighborAdvertisement,
  icmpv6RouterSolicitation,
  icmpv6RouterAdvertisement,
  udp,
  tcp,
  dns,
  dhcpv4,
  ntp,
  rawIp,
  loopback,
  linuxSll,
  linuxSll2,
  ipv6Routing,
  ipv6Destination,
  dnsOverTcp,
];
