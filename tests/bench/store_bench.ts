/** How fast batches of 10 KiB are packed, and stored in 12 files (two clients, six types). */
import { create, toBinary } from "@bufbuild/protobuf";
import { deflateRawSync } from "node:zlib";
import { TCPSchema } from "../../proto/gen/netcap_pb.ts";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { RECORD_TYPES } from "../../lib/base/record/record_types.ts";
import { digestOf } from "../../lib/pack/digest.ts";
import { deflateRaw, gzip } from "../../lib/pack/gzip.ts";
import type { CheckedBatch } from "../../lib/verify/check_batch.ts";
import { RecordStore } from "../../lib/write/files/store_io.ts";
import { randomNumbers } from "../base/random_numbers.ts";

const BATCHES = 1_200;
const BATCH_BYTES = 10_240;

const batches = writeBatches();
const { records } = batches[0]!;

Deno.bench({ name: "pack: raw deflate", group: "pack", baseline: true, fn: packRaw });
Deno.bench({ name: "pack: raw deflate, level 6", group: "pack", fn: packSmall });
Deno.bench({ name: "pack: gzip", group: "pack", fn: packGzip });
Deno.bench({ name: "pack: digest", group: "pack", fn: () => void digestOf(records) });
Deno.bench({ name: `store ${BATCHES} batches`, group: "store", n: 10, warmup: 3, fn: storeAll });

function packRaw(): void {
  deflateRaw(records);
}

function packSmall(): void {
  deflateRawSync(records, { level: 6 });
}

async function packGzip(): Promise<void> {
  await gzip(records);
}

async function storeAll(bench: Deno.BenchContext): Promise<void> {
  const folder = await Deno.makeTempDir();
  {
    await using store = await RecordStore.open(folder, { version: "v0" });
    bench.start();
    for (const batch of batches) await store.append(batch);
    await store.commit();
    bench.end();
  }
  await Deno.remove(folder, { recursive: true });
}

/** Batches of TCP records as a busy server makes them; the store does not care for their type. */
function writeBatches(): (CheckedBatch & { records: Uint8Array<ArrayBuffer> })[] {
  const random = randomNumbers(1);
  const contents = Array.from({ length: 24 }, () => {
    const framed = [];
    let count = 0;
    for (let bytes = 0; bytes < BATCH_BYTES; count++) {
      const record = frameRecords([writeRecord(count, random)]);
      framed.push(record);
      bytes += record.length;
    }
    return { records: concat(framed), count };
  });
  return Array.from({ length: BATCHES }, (_, n) => ({
    ...contents[n % contents.length]!,
    clientId: n % 12 < 6 ? "alice" : "xyz",
    type: RECORD_TYPES[n % 6]!,
    firstTime: 1n,
    lastTime: 2n,
    containsPayloads: false,
  }));
}

function writeRecord(n: number, random: (limit: number) => number): Uint8Array {
  return toBinary(
    TCPSchema,
    create(TCPSchema, {
      Timestamp: 1_700_000_000_000_000_000n + BigInt(n * 10_000_000 + random(1 << 20)),
      SrcPort: 443,
      DstPort: 40_000 + random(64),
      SeqNum: random(2 ** 32),
      AckNum: random(2 ** 32),
      DataOffset: 8,
      ACK: true,
      PSH: random(2) === 1,
      Window: 501,
      Checksum: random(1 << 16),
      SrcIP: "192.0.2.1",
      DstIP: `198.51.100.${random(16)}`,
    }),
  );
}
