import { assertEquals } from "@std/assert";
import { sniffType } from "../../../lib/follow/streams/sniff_type.ts";

/** First bytes in hex, and the type: WHATWG, MIME Sniffing, sections 6 and 7. */
const BEGINNINGS = [
  ["89504e470d0a1a0a0000000d", "image/png"],
  ["1f8b0800000000000003", "application/x-gzip"],
  ["ffd8ffe000104a46", "image/jpeg"],
  ["474946383961", "image/gif"],
  ["524946461a00000057454250565038", "image/webp"],
  ["1a45dfa39f428681", "video/webm"],
  ["504b030414000000", "application/zip"],
  ["255044462d312e37", "application/pdf"],
  ["0000001c667479706d703432", "video/mp4"],
  ["efbbbf68", "text/plain; charset=utf-8"],
  ["feff0068", "text/plain; charset=utf-16be"],
  ["80818283", "text/plain; charset=utf-8"],
  ["68690a0001", "application/octet-stream"],
  ["0a20203c21444f43545950452048544d4c3e", "text/html; charset=utf-8"],
] as const;

Deno.test("content is told by its first bytes", () => {
  const told = BEGINNINGS.map(([hex]) => [hex, sniffType(Uint8Array.fromHex(hex))]);
  assertEquals(told, BEGINNINGS.map((each) => [...each]));
});
