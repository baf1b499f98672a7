/** Flows whose places in the tables a lying sensor has chosen: what it knows of them is not enough. */
import { assert, assertEquals } from "@std/assert";
import { COMPACT_TYPES } from "../../lib/gather/compact/record_types.ts";
import { CompactWriter } from "../../lib/gather/compact/writer.ts";
import { digestOf } from "../../lib/pack/digest.ts";
import { CompactRecords } from "../../lib/verify/compact_records.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";

const SECRET = 0x5eed1e55;
const { imul } = Math;

/** A batch of UDP datagrams over IPv4 whose flows all have one hash, as `kernel/flow_hash.ts` makes it without a secret. */
function crafted(): { readonly data: Uint8Array; readonly sumBytes: number } {
  const writer = new CompactWriter();
  const bytes = new Uint8Array(42);
  const view = new DataView(bytes.buffer);
  bytes.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17]);
  bytes.set([10, 0, 0, 1], 30);
  bytes[39] = 8;
  for (let n = 0; n < 4096; n++) {
    view.setUint16(28, n);
    let hash = 0x30 ^ imul(1, 0x9e3779b1); // shape and time
    hash = imul(hash ^ view.getUint32(26, true), 0x9e3779b1);
    hash = imul(hash ^ (hash >>> 15) ^ view.getUint32(30, true), 0x85ebca6b);
    hash ^= hash >>> 13; // the ports undo it
    view.setUint16(34, hash & 0xffff);
    view.setUint16(36, hash >>> 16);
    assert(writer.take(bytes, 0, bytes.length, 1, 0, 1));
  }
  return writer.finish(Array(8).fill(true), true);
}

Deno.test("flows that are made to be slow to find are so only for who is told the secret", () => {
  const { data, sumBytes } = crafted();
  const msWith = (secret: number, times: number) => {
    const maker = new CompactRecords(secret);
    const each = Array.from({ length: times }, () => {
      const begin = performance.now();
      assertEquals(maker.count(data, sumBytes)?.get(COMPACT_TYPES[0]!), 4096);
      return performance.now() - begin;
    });
    return Math.min(...each);
  };
  const [known, secret] = [msWith(0, 1), msWith(SECRET, 5)];
  assert(known > 20 * secret, `${known} ms, and ${secret} with a secret`);
});

Deno.test("records, and how they are packed, do not depend on the secret", () => {
  const makers = [0, SECRET, 0xffffffff].map((secret) => new CompactRecords(secret));
  const writer = new CompactWriter();
  const compare = () => {
    const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
    const [one, ...others] = makers.map((maker) => {
      const counts = maker.make(data, sumBytes);
      assert(counts);
      const digests = COMPACT_TYPES.flatMap((type) => [
        ...[digestOf(maker.records(type)), digestOf(maker.pack(type))],
      ]);
      return { counts, digests };
    });
    for (const other of others) assertEquals(other, one);
  };
  for (const { bytes, sec, nsec, linkType } of captures().flatMap(framesOf)) {
    if (writer.isFull || !writer.isNear(sec)) compare();
    writer.take(bytes, 0, bytes.length, sec, nsec, linkType);
  }
  compare();
});
