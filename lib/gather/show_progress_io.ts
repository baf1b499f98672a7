import type { Output } from "../base/program/output_io.ts";
import { sourceBytes } from "../capture/source_bytes_io.ts";
import type { Progress } from "./pipeline_listener.ts";
import { progressText } from "./progress_text.ts";

/** Shows on a terminal how far the sources have been read since now. */
export async function showProgress(
  output: Output,
  sources: readonly string[],
): Promise<(progress: Progress) => void> {
  const totalBytes = await sourceBytes(sources);
  const beganMs = performance.now();
  return (progress) =>
    output.status(progressText(progress, totalBytes, performance.now() - beganMs));
}
