import { assertEquals } from "@std/assert";
import {
  describeLinkType,
  explainUnsupported,
  isSupportedLinkType,
  LinkType,
} from "../../lib/capture/link_type.ts";

Deno.test("isSupportedLinkType: Ethernet, raw IP, loopback and Linux cooked, nothing else", () => {
  const supported = [];
  for (let n = 0; n < 65_536; n++) if (isSupportedLinkType(n)) supported.push(n);
  assertEquals(supported, [0, 1, 12, 14, 101, 108, 113, 228, 229, 276]);
  assertEquals(Object.values(LinkType), supported);
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
    explainUnsupported([9, 65_535]),
    "link type 9 (PPP), 65535 is not supported; supported are " +
      "NULL, ETHERNET, RAW, LOOP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2",
  );
});
