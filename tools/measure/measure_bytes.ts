/**
 * deno task measure-bytes CAPTURE…
 *
 * What all records of captures, read one after another, take on the line in a session: made into batches
 * as a sensor makes them that has more to send than it can, as records (levels 1 and 6) and compact (all
 * others at the same levels). What messages of batches hold, without what QUIC and encryption add. Prints bytes a packet, the ratio, and the part of the packets whose headers went into columns.
 */
import { CaptureParser } from "../../lib/capture/capture_parser.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { SENSOR_DEFAULTS } from "../../lib/base/sensor_defaults.ts";
import { type Batch, isCompact } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { CompactBatches } from "../../lib/gather/compact/compact_batches.ts";
import { deflateRaw, deflateRawSmall } from "../../lib/pack/gzip.ts";
import { type PackedBatch, packedBatch, packedCompactBatch } from "../../lib/pack/packed_batch.ts";
import { batchBytes } from "../../lib/transport/session/session_batch.ts";
import { SCHEMA } from "../../lib/transport/session/session_message.ts";

const CHUNK_BYTES = 256 << 10;
/** What stands in a batch besides, whatever it is. */
const SAID = { minute: 0, containsPayloads: false };

/** Bytes as they are sent, with the other batches packed at level 1 and at level 6. */
interface Sent {
  fast: number;
  small: number;
}

class Line {
  readonly sent: Sent = { fast: 0, small: 0 };
  readonly #packing: Promise<void>[] = [];

  add(batch: Batch): void {
    if (isCompact(batch)) {
      const bytes = batchBytes(SCHEMA, packedCompactBatch(batch, SAID));
      this.sent.fast += bytes;
      this.sent.small += bytes;
      return;
    }
    const packed = packedBatch(batch, deflateRaw(batch.data), SAID);
    this.sent.fast += batchBytes(SCHEMA, packed);
    this.#packing.push(this.#addSmall(packed, batch.data.slice()));
  }

  async packed(): Promise<void> {
    await Promise.all(this.#packing.splice(0));
  }

  async #addSmall(packed: PackedBatch, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const body = await deflateRawSmall(data);
    this.sent.small += batchBytes(SCHEMA, { ...packed, body });
  }
}

const [records, compact] = [new Line(), new Line()];
const { records: options, maxBatchBytes } = SENSOR_DEFAULTS;
const isWanted = () => true;
const ordinary = new Batches(maxBatchBytes.session, (batch) => records.add(batch));
const others = new Batches(maxBatchBytes.session, (batch) => compact.add(batch));
const columns = new CompactBatches(
  others,
  { isWanted, hasContext: options.context },
  (batch) => compact.add(batch),
);
columns.switchOn();
const plain = new Dissector(DECODERS, ordinary, options, isWanted);
const taking = new Dissector(DECODERS, columns, options, isWanted, [], {
  get taken() {
    return columns.taken;
  },
  get isPlain() {
    return columns.isPlain;
  },
  leadsNowhere: () => columns.leadsNowhere(),
  take(...packet) {
    const isTaken = columns.take(...packet);
    if (isTaken) taken++;
    return isTaken;
  },
});
let packets = 0;
let taken = 0;
for (const path of Deno.args) {
  const parser = new CaptureParser({
    packet(...packet) {
      packets++;
      plain.packet(...packet);
      taking.packet(...packet);
    },
  });
  using file = await Deno.open(path);
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let read = await file.read(chunk); read !== null; read = await file.read(chunk)) {
    const before = parser.push(chunk.subarray(0, read));
    if (before !== undefined) console.error(`${path}: ${before}`);
    await records.packed();
    await compact.packed();
  }
  parser.end();
}
ordinary.closeAll();
columns.closeAll();
await records.packed();
await compact.packed();

const a = (bytes: number) => (bytes / packets).toFixed(1);
console.log(
  `${packets} packets of ${Deno.args.length} captures, ${
    (100 * taken / packets).toFixed(1)
  } % of them in columns`,
);
for (const level of ["fast", "small"] as const) {
  const [before, now] = [records.sent[level], compact.sent[level]];
  console.log(
    `level ${level === "fast" ? 1 : 6}: ${a(before)} bytes a packet as records, ${
      a(now)
    } compact, ` +
      `${(before / now).toFixed(2)} x fewer`,
  );
}
