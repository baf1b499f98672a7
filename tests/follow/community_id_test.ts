import { assertEquals } from "@std/assert";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { communityId } from "../../lib/follow/community_id.ts";

const V4 = "01020304 05060708";
const V6 = "fe800001020304050607 08090a0b0c0d fe801011121314151617 18191a1b1c1d";

// The tuples of baseline/README.md of corelight/community-id-spec.
const VECTORS: readonly [string, string, number, [number, number] | undefined, boolean, string][] =
  [
    ["TCP", V4, 6, [1122, 3344], false, "1:wCb3OG7yAFWelaUydu0D+125CLM="],
    ["UDP", V4, 17, [1122, 3344], false, "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg="],
    ["SCTP", V4, 132, [1122, 3344], false, "1:EKt4MsxuyaE6mL+hmrEkQ9csDD8="],
    ["ICMP echo", V4, 1, [8, 0], false, "1:crodRHL2FEsHjbv3UkRrfbs4bZ0="],
    ["ICMP time exceeded", V4, 1, [11, 0], true, "1:f/YiSyWqczrTgfUCZlBUnvHRcPk="],
    ["ICMPv6 echo", V6, 58, [128, 129], false, "1:0bf7hyMJUwt3fMED7z8LIfRpBeo="],
    ["ICMPv6, one way", V6, 58, [146, 0], true, "1:fYC8+pz24E+EhANP1EZhpX0Dw10="],
    ["RSVP", V4, 46, undefined, false, "1:ikv3kmf89luf73WPz1jOs49S768="],
    ["RSVP over IPv6", V6, 46, undefined, false, "1:wQ/2mwrnXP4lmJcHdGL5ePjR+e0="],
  ];

Deno.test("Community ID is that of the specification's tuples, in both directions", () => {
  for (const [what, addresses, protocol, ports, isOneWay, expected] of VECTORS) {
    const bytes = parseHex(addresses.replaceAll(" ", ""))!;
    const length = bytes.length / 2;
    const id = communityId(bytes, 0, length, length, protocol, ports, isOneWay);
    assertEquals(id, expected, what);
    if (isOneWay) continue;
    const back = ports && [ports[1], ports[0]] as const;
    const other = communityId(bytes, length, 0, length, protocol, back);
    assertEquals(other, expected, `${what}, back`);
  }
});
