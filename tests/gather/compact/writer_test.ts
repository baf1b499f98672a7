import { assert, assertEquals } from "@std/assert";
import { CompactWriter } from "../../../lib/gather/compact/writer.ts";
import { digestOf } from "../../../lib/pack/digest.ts";
import { captures, framesOf } from "../../decode/captured_frames.ts";

Deno.test("packets in the writer's room, up to its last byte, are taken as those of other buffers", () => {
  const office = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  const [here, there] = [new CompactWriter(), new CompactWriter()];
  const { room } = here;
  let taken = 0;
  for (const { bytes, sec, nsec, linkType } of office.slice(0, 4000)) {
    const at = taken % 2 === 0 ? 0 : room.length - bytes.length;
    room.set(bytes, at);
    const isTaken = here.take(room, at, at + bytes.length, sec, nsec, linkType);
    assertEquals(there.take(bytes, 0, bytes.length, sec, nsec, linkType), isTaken);
    assertEquals(here.taken, there.taken);
    if (isTaken) taken++;
  }
  assert(taken > 500);
  const isWanted = Array(8).fill(true);
  const [a, b] = [here.finish(isWanted, true), there.finish(isWanted, true)];
  assertEquals(digestOf(a.data), digestOf(b.data));
  assertEquals(a.sumBytes, b.sumBytes);
});
