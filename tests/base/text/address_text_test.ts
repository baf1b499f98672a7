import { assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import {
  MAX_IPV4_TEXT_BYTES,
  MAX_IPV6_TEXT_BYTES,
  writeIpv4Text,
  writeIpv6Text,
  writeMacText,
} from "../../../lib/base/text/address_text.ts";
import { randomNumbers } from "../random_numbers.ts";

Deno.test("IPv4 addresses are dotted decimal", () => {
  assertEquals(ipText("00000000"), "0.0.0.0");
  assertEquals(ipText("0a0963c8"), "10.9.99.200");
  assertEquals(ipText("64ff010a"), "100.255.1.10");
  assertEquals(ipText("ffffffff"), "255.255.255.255");
});

Deno.test("IPv6 addresses follow the rules and examples of RFC 5952, section 4", () => {
  const examples = {
    "2001:0db8:0000:0000:0000:0000:0002:0001": "2001:db8::2:1", // 4.2.1
    "2001:0db8:0000:0001:0001:0001:0001:0001": "2001:db8:0:1:1:1:1:1", // 4.2.2
    "2001:0000:0000:0001:0000:0000:0000:0001": "2001:0:0:1::1", // 4.2.3, the longest
    "2001:0db8:0000:0000:0001:0000:0000:0001": "2001:db8::1:0:0:1", // 4.2.3, the first
    "2001:0db8:AAAA:BBBB:CCCC:DDDD:EEEE:0AAA": "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaa", // 4.3
    "0000:0000:0000:0000:0000:0000:0000:0000": "::",
    "0000:0000:0000:0000:0000:0000:0000:0001": "::1",
    "0001:0000:0000:0000:0000:0000:0000:0000": "1::",
    "0001:0002:0003:0004:0005:0006:0000:0000": "1:2:3:4:5:6::",
    "0000:0000:0003:0004:0005:0006:0007:0008": "::3:4:5:6:7:8",
    "0000:0002:0003:0004:0005:0006:0007:0000": "0:2:3:4:5:6:7:0",
  };
  for (const [full, text] of Object.entries(examples)) {
    assertEquals(ipText(full.replaceAll(":", "")), text);
  }
});

Deno.test("the IPv4 part of IPv4-mapped addresses is dotted decimal, that of others with 0 in front is not", () => {
  assertEquals(ipText("00000000000000000000ffffc0000201"), "::ffff:192.0.2.1"); // RFC 5952, section 5
  assertEquals(ipText("00000000000000000000ffff00000000"), "::ffff:0.0.0.0");
  assertEquals(ipText("000000000000000000000000c0000201"), "::c000:201");
  assertEquals(ipText("0000000000000000ffff000000000000"), "::ffff:0:0:0");
});

Deno.test("IPv6 addresses with any zeros print as a URL prints them", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 3000; round++) {
    const groups = Array.from(
      { length: 8 },
      () => random(2) === 0 ? 0 : random(0x10000) >> (4 * random(4)),
    );
    const full = groups.map((group) => group.toString(16).padStart(4, "0"));
    const inUrl = new URL(`http://[${full.join(":")}]`).hostname.slice(1, -1);
    if (inUrl.startsWith("::ffff:") && groups.indexOf(0xffff) === 5) continue; // IPv4-mapped
    assertEquals(ipText(full.join("")), inUrl);
  }
});

Deno.test("hardware addresses of any length are hex pairs with colons", () => {
  const source = new Uint8Array(256).map((_, at) => at);
  for (const length of [1, 2, 6, 8, 20, 255]) {
    const to = new Uint8Array(3 * length);
    assertEquals(
      textIn(to, writeMacText(to, 0, source, 1, length)),
      encodeHex(source.subarray(1, 1 + length)).match(/../g)!.join(":"),
    );
  }
});

/** The text of an address that does not begin its packet, in a buffer that is no larger than it must be. */
function ipText(hex: string): string {
  const source = parseHex("ee" + hex)!;
  const isIpv4 = source.length === 1 + 4;
  const to = new Uint8Array(isIpv4 ? MAX_IPV4_TEXT_BYTES : MAX_IPV6_TEXT_BYTES);
  return textIn(to, (isIpv4 ? writeIpv4Text : writeIpv6Text)(to, 0, source, 1));
}

function textIn(bytes: Uint8Array, end: number): string {
  return new TextDecoder().decode(bytes.subarray(0, end));
}
