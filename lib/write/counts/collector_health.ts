import type { CollectorReading } from "./collector_reading.ts";

/** Why a collector does not do its work just now, a line each; none while it does. */
export function collectorProblems({ store }: Pick<CollectorReading, "store">): string[] {
  return store?.stall === undefined ? [] : [`batches wait: ${store.stall}`];
}
