/** What a sensor says of its counts while it runs and at the end. */
import type { LiveCounts } from "../capture/live_options.ts";
import type { Transport } from "./transport.ts";

/** What a live capture has counted at some time. */
export interface Captured {
  readonly live: LiveCounts;
  /** Records that the queue had no room for before they were packed. */
  readonly dropped: number;
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
