import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { Encoding } from "../../lib/pack/packed_batch.ts";
import { compactExpander } from "../../lib/verify/expand_compact.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";
import { officeBatch } from "./office_batch.ts";

const MAX_BYTES = 4096;

Deno.test("a compact batch becomes batches of records as decoders write them, none longer than wanted", () => {
  const batch = officeBatch();
  const records = new Map<number, Uint8Array[]>();
  const expand = compactExpander(MAX_BYTES);
  for (
    const { parts: [part, ...others], encoding, body, ...each } of expand(batch)
  ) {
    assertEquals([encoding, others, each.minute], [Encoding.Delimited, [], batch.minute]);
    const bytes = inflateRawSync(body);
    assertEquals(bytes.length, each.recordBytes);
    assert(bytes.length <= MAX_BYTES);
    records.set(part!.type, [...records.get(part!.type) ?? [], bytes]);
  }
  const office = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  const made = new Map<number, Uint8Array>();
  const batches = new Batches(1 << 20, ({ type, data }) => made.set(type, data.slice()));
  const options = { payload: false, context: true, entropy: false };
  const dissector = new Dissector(DECODERS, batches, options, () => true);
  for (const { bytes, originalLength, sec, nsec, linkType } of office) {
    dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
  }
  batches.closeAll();
  assertEquals([...records.keys()], batch.parts.map(({ type }) => type));
  for (const [type, parts] of records) assertEquals(concat(parts), made.get(type));
  assertGreater([...records.values()].flat().length, records.size);
});

Deno.test("a compact batch that is damaged is not expanded", () => {
  const batch = officeBatch();
  assertThrows(() => compactExpander()({ ...batch, body: batch.body.slice(1) }), TypeError);
});
