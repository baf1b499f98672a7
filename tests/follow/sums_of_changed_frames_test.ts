/**
 * Frames that are changed by a seed, clocks that jump, memory for a few conversations, records at every turn:
 * packets and bytes of all `Connection` records are those of the packets with an IP header, all the same.
 */
import { assert, assertEquals } from "@std/assert";
import { Reassembly } from "../../lib/decode/reassembly.ts";
import type { FollowOptions } from "../../lib/follow/follow_options.ts";
import { Streams } from "../../lib/follow/streams/streams.ts";
import type { Connection } from "../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { captures, type Frame, framesOf } from "../decode/captured_frames.ts";
import { MAX_BYTES, mutate } from "../decode/mutate.ts";
import { type Followed, Following } from "./follow_capture.ts";

const SEEDS = 12;
const FRAMES = 2_000;
const SECONDS = [0.001, 0.5, 60];
const MEMORY = [1, 20_000, 32 << 20];

Deno.test("whatever frames and clocks do, sums of all connections are those of the packets", () => {
  const frames = captures().flatMap(framesOf);
  const all = { packets: 0, evicted: 0, interim: 0, idle: 0, clockSetBack: 0, doubled: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const followed = followChanged(frames, seed);
    assertSums(followed, `seed ${seed}`);
    for (const name of Object.keys(all) as (keyof typeof all)[]) all[name] += followed.counts[name];
  }
  for (const [name, count] of Object.entries(all)) assert(count > SEEDS, `${name}: ${count}`);
});

function followChanged(frames: readonly Frame[], seed: number): Followed {
  const random = randomNumbers(seed);
  const oneOf = <Item>(items: readonly Item[]) => items[random(items.length)]!;
  const idle = oneOf(SECONDS);
  const options: Partial<FollowOptions> = {
    idleSeconds: { tcp: idle, udp: oneOf(SECONDS), icmp: oneOf(SECONDS) },
    activeSeconds: oneOf(SECONDS),
    maxBytes: MEMORY[seed % MEMORY.length]!,
  };
  const following = new Following(options, {
    makeReaders: (connections, sink) =>
      new Streams(connections, sink, {
        isWanted: () => true,
        hasCredentials: true,
        hasContext: true,
      }),
    ...(random(2) === 0 && { reassembly: new Reassembly() }),
  });
  const buffer = new Uint8Array(MAX_BYTES);
  let nanos = 1_700_000_000_000;
  for (let number = 0; number < FRAMES; number++) {
    const [frame, length] = mutate(frames, buffer, seed * FRAMES + number);
    nanos += random(40) === 0 ? random(4e6) - 2e6 : random(200); // milliseconds
    const times = random(20) === 0 ? 2 : 1;
    for (let i = 0; i < times; i++) {
      following.add({
        ...frame,
        bytes: buffer.subarray(0, length),
        originalLength: Math.max(length, frame.originalLength),
        sec: Math.floor(nanos / 1000),
        nsec: (nanos % 1000) * 1e6,
      });
    }
    if (random(500) === 0) { for (const _ of following.conversations.writeParts()); }
  }
  return following.end();
}

function assertSums({ records, counts, packets, bytes }: Followed, seed: string): void {
  const sum = (of: (record: Connection) => number | bigint) =>
    records.reduce((total, record) => total + Number(of(record)), 0);
  assertEquals(sum(({ NumPackets }) => NumPackets), packets, seed);
  assertEquals(sum((each) => each.BytesClientToServer + each.BytesServerToClient), bytes, seed);
  assertEquals(counts.packets, packets, seed);
  assertEquals(counts.open, 0, seed);
  const byId = Map.groupBy(records, ({ ConnectionID }) => ConnectionID);
  assertEquals(byId.size, counts.opened, seed);
  for (const [id, parts] of byId) {
    const where = `${seed}, connection ${id}`;
    assertEquals(parts.map(({ Part }) => Part), parts.map((_, i) => i + 1), where);
    assertEquals(
      parts.findIndex(({ EndReason }) => EndReason !== "active"),
      parts.length - 1,
      where,
    );
    const last = parts.at(-1)!;
    const totals = [
      [last.TotalPacketsClientToServer, "PacketsClientToServer"],
      [last.TotalPacketsServerToClient, "PacketsServerToClient"],
      [last.TotalBytesClientToServer, "BytesClientToServer"],
      [last.TotalBytesServerToClient, "BytesServerToClient"],
      [last.TotalIPBytesClientToServer, "IPBytesClientToServer"],
      [last.TotalIPBytesServerToClient, "IPBytesServerToClient"],
      [last.TotalPayloadBytesClientToServer, "PayloadBytesClientToServer"],
      [last.TotalPayloadBytesServerToClient, "PayloadBytesServerToClient"],
    ] as const;
    for (const [total, field] of totals) {
      assertEquals(total, parts.reduce((sum, part) => sum + part[field], 0n), `${where}, ${field}`);
    }
    for (const { TimestampFirst, TimestampLast, Duration } of parts) {
      assertEquals(TimestampLast - TimestampFirst, Duration, where);
      assert(Duration >= 0n, where);
    }
  }
}
