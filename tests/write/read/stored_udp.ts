/** Folders of UDP and other records that a store has written, and what is read from them. */
import { fromBinary } from "@bufbuild/protobuf";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { RecordBurst } from "../../../lib/write/read/record_burst.ts";
import { frame, udpRecord } from "../files/record_file_bytes.ts";
import { UDP } from "../files/session_sensor.ts";

/** A batch: its client, and times and source ports of its records. The types used here are alike so far. */
export interface Batch {
  readonly client: string;
  readonly type?: number;
  readonly records: readonly (readonly [time: number, port: number])[];
}

/** Has a store write the batches one after another. */
export async function storeBatches(
  folder: string,
  batches: readonly Batch[],
  options: { rotateBytes?: number } = {},
): Promise<void> {
  await using store = await RecordStore.open(folder, { version: "v1", gatherMs: 0, ...options });
  for (const { client, type = UDP, records } of batches) {
    const times = records.map(([time]) => BigInt(time)).sort((a, b) => a < b ? -1 : 1);
    await store.append({
      clientId: client,
      type,
      count: records.length,
      records: concat(records.map(([time, port]) => frame(udpRecord(BigInt(time), port)))),
      firstTime: times[0]!,
      lastTime: times.at(-1)!,
      containsPayloads: false,
    });
    await store.commit();
  }
}

/** Records as `client:port@time`, in the order in which they were read. */
export function shownRecords(bursts: readonly RecordBurst[]): string[] {
  return bursts.flatMap(({ client, schema, records }) =>
    records.map((record) => {
      const message = fromBinary(schema, record) as unknown as {
        Timestamp: bigint;
        SrcPort: number;
      };
      return `${client}:${message.SrcPort}@${message.Timestamp}`;
    })
  );
}
