import { walkRecords } from "../base/record/delimited.ts";
import type { Batch } from "./batch.ts";

/** The two halves of a batch of at least two records, cut between the records nearest the middle. */
export function splitBatch({ type, count, data }: Batch): readonly [Batch, Batch] {
  let cutAt = 0;
  let cutCount = 0;
  let seen = 0;
  walkRecords(data, (_at, end) => {
    seen++;
    if (cutCount === 0 || (end <= data.length / 2 && seen < count)) {
      cutAt = end;
      cutCount = seen;
    }
  });
  return [
    { type, count: cutCount, data: data.slice(0, cutAt) },
    { type, count: count - cutCount, data: data.slice(cutAt) },
  ];
}
