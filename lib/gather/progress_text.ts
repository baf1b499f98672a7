import { DURATION_QUANTITY } from "../arguments/quantity.ts";
import type { Progress } from "./pipeline_listener.ts";

/**
 * How far reading is, for people: `45 % of 120 MB, 23.1 MB/s, 310,000 packets/s, 12s left`.
 *
 * @param totalBytes Of all files; 0 where that is not known, as of standard input.
 * @param elapsedMs How long it has been read.
 */
export function progressText(
  { bytes, packets }: Progress,
  totalBytes: number,
  elapsedMs: number,
): string {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const leftMs = (totalBytes - bytes) / bytes * elapsedMs;
  const isKnown = totalBytes > 0 && bytes > 0 && bytes <= totalBytes;
  return [
    isKnown
      ? `${Math.floor(bytes / totalBytes * 100)} % of ${megabytes(totalBytes)}`
      : megabytes(bytes),
    `${megabytes(bytes / seconds)}/s`,
    `${Math.round(packets / seconds).toLocaleString("en")} packets/s`,
    ...(isKnown ? [`${DURATION_QUANTITY.format(Math.ceil(leftMs / 1000) * 1000)} left`] : []),
  ].join(", ");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
