import { statfsSync } from "node:fs";
import type { DiskSpace } from "./collector_reading.ts";

/** Undefined where it may not be asked for (`--allow-sys=statfs`, `--allow-read`), or nobody knows. */
export function diskSpace(folder: string): DiskSpace | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "statfs" }).state !== "granted") {
    return undefined;
  }
  try {
    const { bsize, blocks, bavail } = statfsSync(folder);
    return { bytes: bsize * blocks, free: bsize * bavail };
  } catch {
    return undefined;
  }
}
