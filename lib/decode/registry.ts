/** Every decoder that there is, one line each, in the order in which `-decoders` lists them. */
import { arp } from "./arp.ts";
import { bfd } from "./bfd.ts";
import { cip } from "./cip.ts";
import { ciscoDiscovery } from "./cisco_discovery.ts";
import { ciscoDiscoveryInfo } from "./cisco_discovery_info.ts";
import { dhcpv4 } from "./dhcpv4.ts";
import { dhcpv6 } from "./dhcpv6.ts";
import { diameter } from "./diameter.ts";
import { dns } from "./dns.ts";
import { dnsOverTcp } from "./dns_over_tcp.ts";
import { dot11 } from "./dot11.ts";
import { dot1q } from "./dot1q.ts";
import { eap } from "./eap.ts";
import { eapol } from "./eapol.ts";
import { eapolKey } from "./eapol_key.ts";
import { enip } from "./enip.ts";
import { erspan } from "./erspan.ts";
import { etherIp } from "./ether_ip.ts";
import { ethernet } from "./ethernet.ts";
import { ethernetCtp } from "./ethernet_ctp.ts";
import { ethernetCtpReply } from "./ethernet_ctp_reply.ts";
import { fddi } from "./fddi.ts";
import { geneve } from "./geneve.ts";
import { gre } from "./gre.ts";
import { gtpU } from "./gtp_u.ts";
import { icmpv4 } from "./icmpv4.ts";
import { icmpv6 } from "./icmpv6.ts";
import { icmpv6Echo } from "./icmpv6_echo.ts";
import { icmpv6NeighborAdvertisement } from "./icmpv6_neighbor_advertisement.ts";
import { icmpv6NeighborSolicitation } from "./icmpv6_neighbor_solicitation.ts";
import { icmpv6RouterAdvertisement } from "./icmpv6_router_advertisement.ts";
import { icmpv6RouterSolicitation } from "./icmpv6_router_solicitation.ts";
import { igmp } from "./igmp.ts";
import { ipsecAh } from "./ipsec_ah.ts";
import { ipsecEsp } from "./ipsec_esp.ts";
import { ipv4 } from "./ipv4.ts";
import { ipv6 } from "./ipv6.ts";
import { ipv6Destination, ipv6Routing } from "./ipv6_extensions.ts";
import { ipv6Fragment } from "./ipv6_fragment.ts";
import { ipv6HopByHop } from "./ipv6_hop_by_hop.ts";
import { lcm } from "./lcm.ts";
import { linkLayerDiscovery } from "./link_layer_discovery.ts";
import { linkLayerDiscoveryInfo } from "./link_layer_discovery_info.ts";
import { linuxSll } from "./linux_sll.ts";
import { linuxSll2 } from "./linux_sll2.ts";
import { llc } from "./llc.ts";
import { loopback } from "./loopback.ts";
import { modbus } from "./modbus.ts";
import { mpls } from "./mpls.ts";
import { nortelDiscovery } from "./nortel_discovery.ts";
import { ntp } from "./ntp.ts";
import { ospf } from "./ospf.ts";
import { ospfv2 } from "./ospfv2.ts";
import { ospfv3 } from "./ospfv3.ts";
import { pfLog } from "./pf_log.ts";
import { ppi } from "./ppi.ts";
import { ppp, pppWithDirection } from "./ppp.ts";
import { pppoe } from "./pppoe.ts";
import { prism } from "./prism.ts";
import { radiotap } from "./radiotap.ts";
import { rawIp } from "./raw_ip.ts";
import { sctp } from "./sctp.ts";
import { sip } from "./sip.ts";
import { snap } from "./snap.ts";
import { tcp } from "./tcp.ts";
import { udp } from "./udp.ts";
import { usb, usbMmapped } from "./usb.ts";
import { usbSetup } from "./usb_setup.ts";
import { vrrp } from "./vrrp.ts";
import { vxlan } from "./vxlan.ts";
import type { Decoder } from "./decoder.ts";

export const DECODERS: readonly Decoder[] = [
  ethernet,
  dot1q,
  llc,
  snap,
  arp,
  linkLayerDiscovery,
  linkLayerDiscoveryInfo,
  ciscoDiscovery,
  ciscoDiscoveryInfo,
  ethernetCtp,
  ethernetCtpReply,
  nortelDiscovery,
  dot11,
  fddi,
  eapol,
  eap,
  eapolKey,
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
  sctp,
  igmp,
  gre,
  mpls,
  vxlan,
  geneve,
  ipsecAh,
  ipsecEsp,
  bfd,
  vrrp,
  ospfv2,
  ospfv3,
  dns,
  dhcpv4,
  dhcpv6,
  ntp,
  sip,
  enip,
  cip,
  modbus,
  diameter,
  lcm,
  usb,
  usbMmapped,
  usbSetup,
  rawIp,
  loopback,
  linuxSll,
  linuxSll2,
  ipv6Routing,
  ipv6Destination,
  dnsOverTcp,
  erspan,
  etherIp,
  gtpU,
  ospf,
  radiotap,
  ppi,
  prism,
  ppp,
  pppWithDirection,
  pppoe,
  pfLog,
];
