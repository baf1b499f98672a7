import { assert, assertEquals } from "@std/assert";
import { follow } from "../../follow/follow_capture.ts";
import { framesOf } from "../../decode/captured_frames.ts";
import { SHARED } from "../shared.ts";

const CAPTURES = [
  "cid-icmp6",
  "cid-icmp",
  "cid-ipv6",
  "cid-sctp",
  "cid-tcp",
  "cid-udp",
  "cid-rsvp",
];

Deno.test("connections have the Community IDs of the specification's baseline, and no others", async () => {
  const baseline: { communityid: string }[] = JSON.parse(
    await Deno.readTextFile(new URL("vectors/community-id/baseline_deflt.json", SHARED)),
  );
  const expected = new Set(baseline.map(({ communityid }) => communityid));
  const found = new Set<string>();
  for (const name of CAPTURES) {
    const { records } = follow(framesOf({ url: new URL(`captures/${name}.pcap`, SHARED) }));
    assert(records.length > 0, name);
    for (const { CommunityID, CommunityIDHeader } of records) {
      found.add(CommunityID);
      assertEquals(CommunityIDHeader, "only");
    }
  }
  assertEquals([...found].sort(), [...expected].sort());
});
