/** Every decoder that there is, one line each, in the order in which `-decoders` lists them. */
import { aristaTimestamp } from "./link/arista_timestamp.ts";
import { arp } from "./link/arp.ts";
import { associatedChannel, controlWord } from "./tunnel/mpls_payload.ts";
import { fabricPath, providerBackbone, trill } from "./link/backbone.ts";
import { batman } from "./link/batman.ts";
import { bfd } from "./routing/bfd.ts";
import { bluetoothHci, bluetoothHciWithDirection } from "./link/bluetooth_hci.ts";
import { bluetoothLe, bluetoothLeWithRadio } from "./link/bluetooth_le.ts";
import {
  broadcomPrepended,
  broadcomTagged,
  marvellEtherTagged,
  marvellTagged,
} from "./link/switch_tags.ts";
import { can } from "./link/can.ts";
import { capwapData } from "./tunnel/capwap_data.ts";
import { cip } from "./plant/cip.ts";
import { ciscoDiscovery } from "./discovery/cisco_discovery.ts";
import { ciscoDiscoveryInfo } from "./discovery/cisco_discovery_info.ts";
import { dhcpv4 } from "./application/dhcpv4.ts";
import { dhcpv6 } from "./application/dhcpv6.ts";
import { diameter } from "./application/diameter.ts";
import { dns } from "./application/dns.ts";
import { dnsOverTcp } from "./application/dns_over_tcp.ts";
import { dot11 } from "./link/dot11.ts";
import { dot1q } from "./link/dot1q.ts";
import { eap } from "./link/eap.ts";
import { eapol } from "./link/eapol.ts";
import { eapolKey } from "./link/eapol_key.ts";
import { enip } from "./plant/enip.ts";
import { erspan } from "./tunnel/erspan.ts";
import { etherIp } from "./tunnel/ether_ip.ts";
import { ethernet } from "./link/ethernet.ts";
import { ethernetCtp } from "./link/ethernet_ctp.ts";
import { ethernetCtpReply } from "./link/ethernet_ctp_reply.ts";
import { ciscoHdlc, pppHdlc } from "./link/cisco_hdlc.ts";
import {
  ciscoHdlcWithDirection,
  frameRelayWithDirection,
  pppWithDirection,
} from "./link/direction.ts";
import { ciscoMetaData, eTag, hsrTag, redundancyTag, vnTag } from "./link/fixed_tags.ts";
import { fddi } from "./link/fddi.ts";
import { frameRelay, multilinkFrameRelay } from "./link/frame_relay.ts";
import { geneve } from "./tunnel/geneve.ts";
import { greMetaData } from "./tunnel/gre_meta_data.ts";
import { gre } from "./tunnel/gre.ts";
import { gtpU } from "./tunnel/gtp_u.ts";
import { gue } from "./tunnel/gue.ts";
import { icmpv4 } from "./network/icmpv4.ts";
import { icmpv6 } from "./network/icmpv6.ts";
import { icmpv6Echo } from "./network/icmpv6_echo.ts";
import { icmpv6NeighborAdvertisement } from "./network/icmpv6_neighbor_advertisement.ts";
import { icmpv6NeighborSolicitation } from "./network/icmpv6_neighbor_solicitation.ts";
import { icmpv6RouterAdvertisement } from "./network/icmpv6_router_advertisement.ts";
import { icmpv6RouterSolicitation } from "./network/icmpv6_router_solicitation.ts";
import { ieee802154, ieee802154WithFcs, ieee802154WithFcs4 } from "./link/ieee802154.ts";
import { ieee802154Tap } from "./link/ieee802154_tap.ts";
import { igmp } from "./network/igmp.ts";
import { ike, udpEncapsulatedEsp } from "./tunnel/udp_encapsulated_esp.ts";
import { infiniBand, ipNet, loraTap, slip } from "./link/host_headers.ts";
import { ipsecAh } from "./network/ipsec_ah.ts";
import { ipsecEsp } from "./network/ipsec_esp.ts";
import { ipv4 } from "./network/ipv4.ts";
import { ipv6 } from "./network/ipv6.ts";
import { ipv6Destination, ipv6NoNextHeader, ipv6Routing } from "./network/ipv6_extensions.ts";
import { ipv6Fragment } from "./network/ipv6_fragment.ts";
import { ipv6HopByHop } from "./network/ipv6_hop_by_hop.ts";
import { isl } from "./link/isl.ts";
import {
  juniperCiscoHdlc,
  juniperEthernet,
  juniperFrameRelay,
  juniperPpp,
} from "./link/juniper.ts";
import { l2tp, l2tpv3 } from "./tunnel/l2tp.ts";
import { lcm } from "./application/lcm.ts";
import { linkLayerDiscovery } from "./discovery/link_layer_discovery.ts";
import { linkLayerDiscoveryInfo } from "./discovery/link_layer_discovery_info.ts";
import { linuxSll } from "./link/linux_sll.ts";
import { linuxSll2 } from "./link/linux_sll2.ts";
import { lispData } from "./tunnel/lisp_data.ts";
import { llc } from "./link/llc.ts";
import { loopback } from "./link/loopback.ts";
import { macSecurity } from "./link/mac_security.ts";
import { modbus } from "./plant/modbus.ts";
import { mpls } from "./tunnel/mpls.ts";
import { nfLog } from "./link/nf_log.ts";
import { nortelDiscovery } from "./discovery/nortel_discovery.ts";
import { netbiosNames } from "./application/netbios_names.ts";
import { ntp } from "./application/ntp.ts";
import { ospf } from "./routing/ospf.ts";
import { ospfv2 } from "./routing/ospfv2.ts";
import { ospfv3 } from "./routing/ospfv3.ts";
import { pfLog } from "./link/pf_log.ts";
import { pimRegister } from "./tunnel/pim_register.ts";
import { pktap } from "./link/pktap.ts";
import { ppi } from "./link/ppi.ts";
import { pppBridging } from "./link/ppp_bridging.ts";
import { ppp } from "./link/ppp.ts";
import { pppoe } from "./link/pppoe.ts";
import { prism } from "./link/prism.ts";
import { radiotap } from "./link/radiotap.ts";
import { rawIp } from "./link/raw_ip.ts";
import { sctp } from "./transport/sctp.ts";
import { serviceHeader } from "./tunnel/service_header.ts";
import { sip } from "./application/sip.ts";
import { snap } from "./link/snap.ts";
import { tcp } from "./transport/tcp.ts";
import { teredo } from "./tunnel/teredo.ts";
import { udp } from "./transport/udp.ts";
import { usb, usbMmapped } from "./link/usb.ts";
import { usbSetup } from "./link/usb_setup.ts";
import { vrrp } from "./routing/vrrp.ts";
import { vxlan } from "./tunnel/vxlan.ts";
import { vxlanGpe } from "./tunnel/vxlan_gpe.ts";
import { wccpRedirect } from "./tunnel/wccp_redirect.ts";
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
  netbiosNames,
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
  ipv6NoNextHeader,
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
  pppBridging,
  pppoe,
  pfLog,
  vnTag,
  eTag,
  hsrTag,
  redundancyTag,
  ciscoMetaData,
  aristaTimestamp,
  macSecurity,
  isl,
  providerBackbone,
  fabricPath,
  trill,
  batman,
  serviceHeader,
  associatedChannel,
  controlWord,
  wccpRedirect,
  greMetaData,
  ciscoHdlc,
  pppHdlc,
  ciscoHdlcWithDirection,
  frameRelay,
  multilinkFrameRelay,
  frameRelayWithDirection,
  nfLog,
  slip,
  ipNet,
  infiniBand,
  loraTap,
  pktap,
  broadcomTagged,
  broadcomPrepended,
  marvellTagged,
  marvellEtherTagged,
  juniperEthernet,
  juniperPpp,
  juniperFrameRelay,
  juniperCiscoHdlc,
  udpEncapsulatedEsp,
  ike,
  l2tp,
  l2tpv3,
  teredo,
  vxlanGpe,
  gue,
  capwapData,
  pimRegister,
  lispData,
  can,
  ieee802154,
  ieee802154WithFcs,
  ieee802154WithFcs4,
  ieee802154Tap,
  bluetoothHci,
  bluetoothHciWithDirection,
  bluetoothLe,
  bluetoothLeWithRadio,
];
