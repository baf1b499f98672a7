import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { communityIdOf, flowIdOf, uidOf } from "../../../lib/write/export/flow_identity.ts";
import { JQ, needs } from "../../needs.ts";
import { jq } from "../../piped.ts";

const HTTP = { sensor: "a", srcIp: "192.0.2.1", srcPort: 4711, dstIp: "192.0.2.9", dstPort: 80 };
const DNS = { ...HTTP, dstPort: 53 };
const turned = ({ sensor, srcIp, srcPort, dstIp, dstPort }: typeof HTTP) => ({
  ...{ sensor, srcIp: dstIp, srcPort: dstPort, dstIp: srcIp, dstPort: srcPort },
});

Deno.test("identifiers are those of a connection and a sensor, of DNS those of addresses and ports", () => {
  for (const  of of[uidOf, flowIdOf]) {
    assertEquals(of({ ...HTTP, id: 1n }), of({ ...turned(HTTP), id: 1n }));
    assertNotEquals(of({ ...HTTP, id: 1n }), of({ ...HTTP, id: 2n }));
    assertNotEquals(of({ ...HTTP, id: 1n }), of({ ...HTTP, id: 1n, sensor: "b" }));
    assertEquals(of({ ...DNS, id: 1n, application: "DNS" }), of(turned(DNS)));
    assertEquals(of({ ...HTTP, id: 1n, application: "DNS" }), of(turned(HTTP)));
    assertNotEquals(of(DNS), of({ ...DNS, srcPort: 4712 }));
  }
});

Deno.test({
  ...needs("flow_id has 51 bits, which jq does not round", JQ),
  async fn() {
    const ids = Array.from({ length: 200 }, (_, at) => flowIdOf({ ...HTTP, id: BigInt(at + 1) }));
    assert(ids.some((id) => id >= 2 ** 50) && ids.every((id) => id < 2 ** 51));
    assertEquals(await jq(["-c", "."], `[${ids}]`), `[${ids}]\n`);
  },
});

Deno.test("uid begins with C, and has letters and digits", () => {
  for (let id = 1n; id < 100n; id++) {
    const uid = uidOf({ ...HTTP, id });
    assert(/^C[0-9A-Za-z]{12,17}$/.test(uid), uid);
  }
});

Deno.test("communityIdOf() gives the identifiers of the specification's baseline", () => {
  // https://github.com/corelight/community-id-spec, baseline/baseline_deflt.json
  const tcp = { srcIp: "128.232.110.120", srcPort: 34855, dstIp: "66.35.250.204", dstPort: 80 };
  assertEquals(communityIdOf(tcp, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  assertEquals(communityIdOf({ ...tcp, srcPort: undefined }, 6), undefined);
  assertEquals(communityIdOf({ ...tcp, srcIp: "::1" }, 6), undefined);
});
