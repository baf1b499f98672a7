import { assertEquals } from "@std/assert";
import {
  describeLinkType,
  explainUnsupported,
  hidesIp,
  holdsNoIp,
  isSupportedLinkType,
  LinkType,
} from "../../lib/capture/link_type.ts";

Deno.test("isSupportedLinkType: those that there is a decoder for, nothing else", () => {
  const supported = [];
  for (let n = 0; n < 65_536; n++) if (isSupportedLinkType(n)) supported.push(n);
  const internet = [12, 14, 101, 228, 229];
  const lines = [8, 9, 50, 51, 104, 107, 182, 204, 205, 206];
  const wireless = [105, 119, 127, 192];
  const usb = [189, 220];
  const juniper = [167, 178, 179, 180, 181];
  const switches = [281, 282, 284, 285];
  const radio = [187, 195, 201, 230, 251, 256, 283];
  const hosts = [149, 226, 239, 242, 258, 270];
  const others = [0, 1, 10, 108, 113, 117, 276];
  assertEquals(
    supported,
    [internet, lines, wireless, usb, juniper, switches, radio, [227], hosts, others].flat().sort((
      a,
      b,
    ) => a - b),
  );
  assertEquals(Object.values(LinkType), supported);
});

Deno.test("holdsNoIp: usbmon, CAN, Bluetooth and IEEE 802.15.4", () => {
  const without = [187, 189, 195, 201, 220, 227, 230, 251, 256, 283];
  assertEquals(Object.values(LinkType).filter(holdsNoIp), without);
});

Deno.test("hidesIp: those of which libpcap 1.10 says that filtering is not implemented", () => {
  const hidden = [182, 239, 242, 258, 281, 282, 284, 285];
  assertEquals(Object.values(LinkType).filter(hidesIp), hidden);
});

Deno.test("describeLinkType: number and name of tcpdump.org/linktypes.html", () => {
  assertEquals(describeLinkType(1), "1 (ETHERNET)");
  assertEquals(describeLinkType(105), "105 (IEEE802_11)");
  assertEquals(describeLinkType(147), "147 (USER0)");
  assertEquals(describeLinkType(162), "162 (USER15)");
  assertEquals(describeLinkType(195), "195 (IEEE802_15_4_WITHFCS)");
  assertEquals(describeLinkType(249), "249 (USBPCAP)");
  assertEquals(describeLinkType(276), "276 (LINUX_SLL2)");
  assertEquals(describeLinkType(65_535), "65535");
});

Deno.test("explainUnsupported: what is refused, and what would not be", () => {
  assertEquals(
    explainUnsupported([147, 65_535]),
    "link type 147 (USER0), 65535 is not supported; supported are " +
      "NULL, ETHERNET, SLIP, PPP, FDDI, RAW, PPP_HDLC, PPP_ETHER, C_HDLC, IEEE802_11, FRELAY, LOOP, " +
      "LINUX_SLL, PFLOG, IEEE802_11_PRISM, IEEE802_11_RADIOTAP, USER2, JUNIPER_PPPOE, " +
      "JUNIPER_ETHER, JUNIPER_PPP, JUNIPER_FRELAY, JUNIPER_CHDLC, MFR, BLUETOOTH_HCI_H4, " +
      "USB_LINUX, PPI, IEEE802_15_4_WITHFCS, BLUETOOTH_HCI_H4_WITH_PHDR, PPP_WITH_DIR, " +
      "C_HDLC_WITH_DIR, FRELAY_WITH_DIR, USB_LINUX_MMAPPED, IPNET, CAN_SOCKETCAN, IPV4, IPV6, " +
      "IEEE802_15_4_NOFCS, NFLOG, IPOIB, BLUETOOTH_LE_LL, BLUETOOTH_LE_LL_WITH_PHDR, PKTAP, " +
      "LORATAP, LINUX_SLL2, DSA_TAG_BRCM, DSA_TAG_BRCM_PREPEND, IEEE802_15_4_TAP, DSA_TAG_DSA, " +
      "DSA_TAG_EDSA",
  );
});
