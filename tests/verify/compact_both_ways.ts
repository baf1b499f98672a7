/** The records of the same packets, as decoders write them and by way of compact batches, packed and unpacked. */
import { assertEquals } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { typeName } from "../../lib/base/record/record_types.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import type { RecordOptions } from "../../lib/decode/packet.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { CompactBatches } from "../../lib/gather/compact/compact_batches.ts";
import { digestOf } from "../../lib/pack/digest.ts";
import { CompactRecords } from "../../lib/verify/compact_records.ts";
import type { Frame } from "../decode/captured_frames.ts";

const BATCH_BYTES = 1 << 16;
const DEFAULTS: RecordOptions = { payload: false, context: true, entropy: false };

/** Framed records of each type, by name. */
type Records = Map<string, Uint8Array[]>;

/** What came out on both ways, and what compact batches promised. */
interface BothWays {
  readonly ordinary: Records;
  readonly compact: Records;
  /** Records by type, as the batches count them. */
  readonly promised: Map<string, number>;
  /** Records by type that came out of compact batches. */
  readonly kept: Map<string, number>;
  readonly counts: readonly [unknown, unknown];
}

/** Sends frames both ways. */
function bothWays(
  frames: readonly Frame[],
  options: Partial<RecordOptions>,
  isWanted: (type: string) => boolean,
): BothWays {
  const records = { ...DEFAULTS, ...options };
  const wanted = (type: number) => isWanted(typeName(type));
  const [ordinary, compact]: [Records, Records] = [new Map(), new Map()];
  const [promised, kept] = [new Map<string, number>(), new Map<string, number>()];

  const batches = new Batches(BATCH_BYTES, (batch) => gather(ordinary, batch));
  const dissector = new Dissector(DECODERS, batches, records, wanted);

  const maker = new CompactRecords();
  const others = new Batches(BATCH_BYTES, (batch) => gather(compact, batch));
  const before = new CompactBatches(
    others,
    { isWanted: wanted, hasContext: records.context },
    ({ data, compact: content }) => {
      for (const { type, count } of content!.parts) add(promised, type, count);
      const counts = maker.make(data, content!.sumBytes);
      if (counts === undefined) throw new Error("A batch of ours is damaged");
      for (const [type, count] of counts) {
        const records = maker.records(type);
        assertEquals(digestOf(inflateRawSync(maker.pack(type))), digestOf(records));
        gather(compact, { type, count, data: records });
        add(kept, type, count);
      }
    },
  );
  before.switchOn();
  const compactDissector = new Dissector(DECODERS, before, records, wanted, [], before);

  for (const { bytes, originalLength, sec, nsec, linkType } of frames) {
    for (const each of [dissector, compactDissector]) {
      each.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
    }
  }
  before.closeAll();
  batches.closeAll();
  return {
    ordinary,
    compact,
    promised,
    kept,
    counts: [dissector.counts(), compactDissector.counts()],
  };
}

/** Asserts that the same records come out on both ways, as many as compact batches promise. */
export function assertSameBothWays(
  frames: readonly Frame[],
  options: Partial<RecordOptions> = {},
  isWanted: (type: string) => boolean = () => true,
  name = "",
): void {
  const { ordinary, compact, promised, kept, counts } = bothWays(frames, options, isWanted);
  assertEquals(comparable(compact), comparable(ordinary), name);
  assertEquals(promised, kept, name);
  assertEquals(counts[1], counts[0], name);
}

/** What must be equal of both: length and digest of all records of a type, short enough to be shown. */
function comparable(records: Records): Map<string, string> {
  return new Map(
    [...records].sort(([a], [b]) => a < b ? -1 : 1).map(([type, parts]) => {
      const bytes = concat(parts);
      return [type, `${bytes.length} bytes, ${digestOf(bytes)}`];
    }),
  );
}

function gather(records: Records, { type, data }: Batch): void {
  const name = typeName(type);
  records.set(name, [...records.get(name) ?? [], data.slice()]);
}

function add(counts: Map<string, number>, type: number, count: number): void {
  const name = typeName(type);
  counts.set(name, (counts.get(name) ?? 0) + count);
}
