import { assertEquals } from "@std/assert";
import { follow } from "./follow_capture.ts";
import type { FollowedFrame } from "./follow_capture.ts";
import { segment } from "./packets.ts";

const CLIENT = { address: "10.0.0.1", port: 40000 };
const SERVER = { address: "10.0.0.2", port: 80 };

/** The hardware addresses of the original's run: 00:11:22:33:44:55 and 66:77:88:99:aa:bb. */
function between(frame: FollowedFrame, isBack: boolean): FollowedFrame {
  const ends = [[0x00, 0x11, 0x22, 0x33, 0x44, 0x55], [0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb]];
  const bytes = frame.bytes.slice();
  bytes.set(ends[isBack ? 0 : 1]!, 0);
  bytes.set(ends[isBack ? 1 : 0]!, 6);
  return { ...frame, bytes };
}

Deno.test("UID is what the original (v0.6.11) makes of the addresses, in both directions", () => {
  const there = follow([between(segment(CLIENT, SERVER), false)]);
  const back = follow([between(segment(SERVER, CLIENT), true)]);
  assertEquals(there.records[0]!.UID, "5393f4cb3f86d8a3f3b5c42116955af7");
  assertEquals(back.records[0]!.UID, there.records[0]!.UID);
});
