"""Messages of IGMP and of routers, for routing.pcap."""
from scapy.all import IP, UDP, Ether, IPv6, Raw, VRRP, VRRPv3, raw, wrpcap
from scapy.contrib.bfd import BFD, OptionalAuth
from scapy.contrib.igmp import IGMP
from scapy.contrib.igmpv3 import IGMPv3, IGMPv3gr, IGMPv3mq, IGMPv3mr
from scapy.contrib.ospf import (
    OSPF_External_LSA, OSPF_Hdr, OSPF_Link, OSPF_Network_LSA,
    OSPF_NSSA_External_LSA, OSPF_LSUpd, OSPF_Router_LSA, OSPF_SummaryIP_LSA, OSPFv3_AS_External_LSA,
    OSPFv3_Hdr, OSPFv3_Inter_Area_Prefix_LSA, OSPFv3_Inter_Area_Router_LSA,
    OSPFv3_Intra_Area_Prefix_LSA, OSPFv3_Link, OSPFv3_Link_LSA, OSPFv3_LSUpd, OSPFv3_Network_LSA,
    OSPFv3_Prefix_Item, OSPFv3_Router_LSA)

ether = Ether(src="02:00:00:00:00:01", dst="01:00:5e:00:00:05")
ether6 = Ether(src="02:00:00:00:00:01", dst="33:33:00:00:00:05")
group = IP(src="192.0.2.1", dst="224.0.0.22", ttl=1, proto=2)
ospf = IP(src="192.0.2.1", dst="224.0.0.5", ttl=1)
ospf6 = IPv6(src="fe80::1", dst="ff02::5", hlim=1)
bfd = IP(src="192.0.2.1", dst="192.0.2.2", ttl=255) / UDP(sport=49152, dport=3784)

frames = [
    ether / group / IGMP(type=0x11, mrcode=0, gaddr="0.0.0.0"),
    ether / group / IGMP(type=0x12, mrcode=0, gaddr="239.1.2.3"),
    ether / group / IGMP(type=0x11, mrcode=100, gaddr="239.1.2.3"),
    ether / group / IGMP(type=0x16, mrcode=0, gaddr="239.1.2.3"),
    ether / group / IGMP(type=0x17, mrcode=0, gaddr="239.1.2.3"),
    ether / group / IGMPv3(type=0x11, mrcode=127)
    / IGMPv3mq(gaddr="239.1.2.3", s=1, qrv=5, qqic=125, srcaddrs=["192.0.2.7", "192.0.2.8"]),
    # Times in the exponential form, RFC 3376, section 4.1.1: the smallest and the largest.
    ether / group / IGMPv3(type=0x11, mrcode=128) / IGMPv3mq(gaddr="0.0.0.0", qrv=2, qqic=255),
    ether / group / IGMPv3(type=0x22, mrcode=0) / IGMPv3mr(records=[
        IGMPv3gr(rtype=4, maddr="239.1.2.3"),
        # Auxiliary data of one word stands behind the sources.
        Raw(raw(IGMPv3gr(rtype=1, auxdlen=1, numsrc=2, maddr="239.1.2.4",
                         srcaddrs=["192.0.2.7", "192.0.2.8"])) + b"aux!"),
        IGMPv3gr(rtype=6, numsrc=1, maddr="239.1.2.5", srcaddrs=["192.0.2.9"])], numgrp=3),
    ether / IP(src="192.0.2.1", dst="224.0.0.18", ttl=255, proto=112)
    / VRRP(version=2, vrid=1, priority=100, authtype=0, adv=1,
           addrlist=["192.0.2.254", "192.0.2.253"], auth1=0, auth2=0),
    ether / IP(src="192.0.2.1", dst="224.0.0.18", ttl=255, proto=112)
    / VRRPv3(vrid=2, priority=255, adv=0x123, addrlist=["192.0.2.254", "192.0.2.253"]),
    # scapy writes IPv4 addresses only.
    ether6 / IPv6(src="fe80::1", dst="ff02::12", hlim=255, nh=112)
    / Raw(bytes.fromhex("31 03 64 02 0064 202f"
                        "fe800000000000000000000000000fff 20010db8000000000000000000000fff")),
    ether / bfd / BFD(diag=7, sta=1, flags="DP", detect_mult=3, my_discriminator=0xfedcba98,
                      your_discriminator=0, min_tx_interval=300000, min_rx_interval=300001,
                      echo_rx_interval=50000),
    ether / bfd / BFD(sta=3, flags="AFC", detect_mult=5, my_discriminator=1, your_discriminator=2,
                      optional_auth=OptionalAuth(auth_type=1, auth_keyid=9, auth_key=b"secret")),
    ether / ospf / OSPF_Hdr(src="192.0.2.1", area="0.0.0.1") / OSPF_LSUpd(lsalist=[
        OSPF_Router_LSA(id="192.0.2.1", adrouter="192.0.2.1", flags=3, linklist=[
            OSPF_Link(id="192.0.2.254", data="192.0.2.1", type=2, metric=10),
            OSPF_Link(id="198.51.100.0", data="255.255.255.0", type=3, metric=65535)]),
        OSPF_Network_LSA(id="192.0.2.254", adrouter="192.0.2.1", mask="255.255.255.0",
                         routerlist=["192.0.2.1", "192.0.2.2"]),
        OSPF_SummaryIP_LSA(id="203.0.113.0", adrouter="192.0.2.1", mask="255.255.255.0",
                           metric=20),
        OSPF_External_LSA(id="198.51.100.0", adrouter="192.0.2.1", mask="255.255.255.0", ebit=1,
                          metric=0xabcdef, fwdaddr="192.0.2.3", tag=0xfedcba98),
        OSPF_NSSA_External_LSA(id="198.51.101.0", adrouter="192.0.2.1", mask="255.255.255.0",
                               ebit=0, metric=1, fwdaddr="192.0.2.4", tag=0)]),
    ether6 / ospf6 / OSPFv3_Hdr(src="192.0.2.1", area="0.0.0.1", instance=3)
    / OSPFv3_LSUpd(lsalist=[
        OSPFv3_Router_LSA(adrouter="192.0.2.1", flags=3, options=0x13, linklist=[
            OSPFv3_Link(type=1, metric=10, intid=4, neighintid=5,
                        neighbor="192.0.2.2"),
            OSPFv3_Link(type=2, metric=11, intid=6, neighintid=7,
                        neighbor="192.0.2.3")]),
        OSPFv3_Network_LSA(adrouter="192.0.2.1", options=0x33,
                           routerlist=["192.0.2.1", "192.0.2.2"]),
        OSPFv3_Inter_Area_Prefix_LSA(adrouter="192.0.2.1", metric=0x10203, prefixlen=48,
                                     prefixoptions=8, prefix="2001:db8:1::/48"),
        OSPFv3_Inter_Area_Router_LSA(adrouter="192.0.2.1", options=0x13, metric=0x10204,
                                     router="192.0.2.9"),
        OSPFv3_AS_External_LSA(adrouter="192.0.2.1", flags=7, metric=0x10205, prefixlen=64,
                               prefix="2001:db8:2::/64", fwaddr="2001:db8::3", tag=0xfedcba98),
        OSPFv3_AS_External_LSA(type=0x2007, adrouter="192.0.2.1", flags=0, metric=2, prefixlen=0,
                               prefix="::/0"),
        OSPFv3_Link_LSA(adrouter="192.0.2.1", prio=200, options=0x13, lladdr="fe80::1",
                        prefixlist=[
                            OSPFv3_Prefix_Item(prefixlen=64, prefixoptions=2, prefix="2001:db8::/64"),
                            OSPFv3_Prefix_Item(prefixlen=56, prefix="2001:db8:3::/56")]),
        OSPFv3_Intra_Area_Prefix_LSA(adrouter="192.0.2.1", reflstype=0x2001, reflsid="0.0.0.0",
                                     refadrouter="192.0.2.1", prefixlist=[
                                         OSPFv3_Prefix_Item(prefixlen=64, metric=5,
                                                            prefix="2001:db8:4::/64"),
                                         OSPFv3_Prefix_Item(prefixlen=128, prefixoptions=2,
                                                            prefix="2001:db8::1/128"),
                                         OSPFv3_Prefix_Item(prefixlen=48, metric=6,
                                                            prefix="2001:db8:5::/48")])]),
]
for number, frame in enumerate(frames):
    frame.time = 1700000000 + number
wrpcap("routing.pcap", frames, linktype=1)
