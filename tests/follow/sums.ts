/** The packets and bytes of all `Connection` records are those of the IP packets that were decoded. */
import { assert, assertEquals } from "@std/assert";
import type { FollowOptions } from "../../lib/follow/follow_options.ts";
import { type Capture, type Frame, framesOf } from "../decode/captured_frames.ts";
import { follow } from "./follow_capture.ts";

/** How captures are followed, and what is done to their clocks. */
const WAYS: readonly [string, Partial<FollowOptions>, (frame: Frame, at: number) => Frame][] = [
  ["as by default", {}, (frame) => frame],
  ["with a record every millisecond", { activeSeconds: 0.001 }, (frame) => frame],
  ["with memory for 16 conversations", { maxBytes: 1 }, (frame) => frame],
  [
    "with a clock that jumps by an hour, there and back",
    {},
    (frame, at) => ({ ...frame, sec: frame.sec + (at % 7 < 3 ? 3600 : 0) }),
  ],
];

/** Tests these captures; at least so many packets are in them. */
export function testSums(captures: readonly Capture[], minPackets: number): void {
  for (const [way, options, change] of WAYS) {
    Deno.test(`packets and bytes of all connections are those of the packets, ${way}`, () => {
      let packets = 0;
      for (const capture of captures) {
        const followed = follow(framesOf(capture).map(change), options);
        const { records, counts } = followed;
        const sum = (field: "BytesClientToServer" | "BytesServerToClient") =>
          records.reduce((total, record) => total + Number(record[field]), 0);
        const bytes = sum("BytesClientToServer") + sum("BytesServerToClient");
        const numPackets = records.reduce((total, { NumPackets }) => total + NumPackets, 0);
        assertEquals([numPackets, bytes], [followed.packets, followed.bytes], capture.name);
        assertEquals(counts.packets, followed.packets, capture.name);
        const closed = records.filter(({ EndReason }) => EndReason !== "active");
        const total = closed.reduce(
          (total, each) =>
            total + Number(each.TotalPacketsClientToServer + each.TotalPacketsServerToClient),
          0,
        );
        assertEquals(total, followed.packets, `${capture.name}: totals`);
        assertEquals([closed.length, counts.open], [counts.opened, 0], capture.name);
        assertIpBytes(followed, capture);
        packets += followed.packets;
      }
      assert(packets >= minPackets, `${packets} packets`);
    });
  }
}

/** Where all headers say how long their packets are, and do not claim more than there was. */
function assertIpBytes(
  { records, counts, ipBytes, bytes }: ReturnType<typeof follow>,
  { name }: Capture,
): void {
  if (counts.withoutLength > 0 || ipBytes > bytes || name.startsWith("hostile/")) return;
  const sum = records.reduce(
    (total, each) => total + Number(each.IPBytesClientToServer + each.IPBytesServerToClient),
    0,
  );
  assertEquals(sum, ipBytes, `${name}: bytes of IP`);
}
