import { assert, assertEquals } from "@std/assert";
import { MIN_UPLINK, Uplink } from "../../../lib/transport/quic/uplink.ts";

/** What a packet of the carrier holds at most here (its first MTU), and IPv6 and UDP in front of it: RFC 9000, 14.1. */
const PACKET_BYTES = 1200;
const IP_BYTES = 48;

/** Writes as fast as it lets one; bytes on the line, each write in packets as small as can be, by time. */
function* writes(uplink: Uplink, untilMs: number): IterableIterator<[number, number]> {
  for (let nowMs = 0; nowMs < untilMs;) {
    nowMs += uplink.waitMs(nowMs);
    uplink.write(uplink.sliceBytes, nowMs);
    const packets = Math.ceil(uplink.sliceBytes / (PACKET_BYTES - 40));
    yield [nowMs, uplink.sliceBytes + packets * (40 + IP_BYTES)];
  }
}

for (const rate of [MIN_UPLINK, 10_000, 1_000_000, 100_000_000]) {
  Deno.test(`Uplink: in no span is more on the line than the rate allows, and most of that is: ${rate} bytes/s`, () => {
    const sent = [...writes(new Uplink(rate, 0), 10_000)];
    const burst = Math.max(12_288, rate / 10);
    for (let first = 0; first < sent.length; first += Math.max(1, sent.length >> 6)) {
      let bytes = 0;
      for (const [atMs, cost] of sent.slice(first)) {
        // The last write may go into debt.
        assert(bytes <= rate * (atMs - sent[first]![0]) / 1000 + burst, `${bytes} in ${atMs} ms`);
        bytes += cost;
      }
    }
    const all = sent.reduce((sum, [, cost]) => sum + cost, 0);
    assert(all > rate * 10 * 0.9, `${all} in 10 s`);
  });
}

Deno.test("Uplink: its rate can be another one, or none", () => {
  const uplink = new Uplink(10_000, 0);
  uplink.write(100_000, 0);
  assert(uplink.waitMs(0) > 8000);
  uplink.limit(1_000_000, 0);
  uplink.write(1_100_000, 0);
  const waitMs = uplink.waitMs(0);
  assert(waitMs > 1000 && waitMs < 1300, `${waitMs} ms`);
  uplink.limit(Infinity, 0);
  uplink.write(1_000_000_000, 0);
  assertEquals(uplink.waitMs(0), 0);
});

Deno.test("Uplink: a connection and what is heard count as well", () => {
  const uplink = new Uplink(10_000, 0);
  assertEquals(uplink.waitMs(0), 0);
  for (let connection = 0; connection < 4; connection++) uplink.connect(0);
  const afterConnectionsMs = uplink.waitMs(0);
  // 4 times the two padded packets that a client's handshake has at least, and those by which RFC 8899
  // searches from 1,200 to 1,452 bytes; less what may go at once.
  const least = 2 * PACKET_BYTES + 1326 + 1389 + 1420 + 1452;
  assert(afterConnectionsMs >= (4 * least - 12_288) / 10, `${afterConnectionsMs} ms`);
  for (let packet = 0; packet < 100; packet++) uplink.heard(0);
  assert(uplink.waitMs(0) - afterConnectionsMs >= 100 * IP_BYTES / 10);
  assertEquals(uplink.waitMs(3_600_000), 0);
});
