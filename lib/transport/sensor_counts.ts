/** What a sensor says of its counts while it runs and at the end. */
import type { Losses } from "../base/losses.ts";
import type { LiveCounts } from "../capture/live_options.ts";
import type { SentCounts } from "./sent_counts.ts";
import type { Transport } from "./transport.ts";

/** What a live capture has counted at some time. */
export interface Captured {
  readonly live: LiveCounts;
  /** Records that the queue had no room for before they were packed. */
  readonly dropped: number;
}

/** What was lost on this machine, or may have been. */
export function sensorLosses(
  captured: Captured | undefined,
  sent: Iterable<SentCounts>,
): Losses {
  const sum = { dropped: captured?.dropped ?? 0, tooLarge: 0, failed: 0 };
  for (const { dropped, tooLarge, failed } of sent) {
    sum.dropped += dropped;
    sum.tooLarge += tooLarge;
    sum.failed += failed;
  }
  return {
    "packets dropped by the kernel": captured?.live.droppedByKernel ?? 0,
    "packets dropped by the interface": captured?.live.droppedByInterface ?? 0,
    "records dropped since the queue was full": sum.dropped,
    "records too large": sum.tooLarge,
    "records not sent or not acknowledged": sum.failed,
  };
}

/** The line of what was captured so far. */
export function capturedLine({ live, dropped }: Captured): string {
  return `captured: received=${live.received} dropped-by-kernel=${live.droppedByKernel} ` +
    `dropped-by-interface=${live.droppedByInterface} interruptions=${live.interruptions} ` +
    `mtu-changes=${live.mtuChanges} records-dropped=${dropped}`;
}

/** The line of what was sent so far. */
export function sentLine({ counts, waitingBytes }: Transport): string {
  const sum = { records: 0, parts: 0, bytes: 0, lost: 0 };
  for (const { sent, parts, bytes, dropped, tooLarge, failed } of counts.values()) {
    sum.records += sent;
    sum.parts += parts;
    sum.bytes += bytes;
    sum.lost += dropped + tooLarge + failed;
  }
  return `sent: records=${sum.records} batches=${sum.parts} bytes=${sum.bytes} dropped=${sum.lost} ` +
    `waiting-bytes=${waitingBytes}`;
}
