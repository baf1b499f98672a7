import { fileId } from "./file_id.ts";
import { FollowedFiles } from "./followed_files_io.ts";
import { RecordReader } from "./record_reader.ts";
import type { RecordSource } from "./record_sources_io.ts";

/** Enough for the header of any file, and for that of the member behind it. */
const BEGINNING_BYTES = 64 * 1024;

/** What tells the files of a row apart, the oldest first; nothing of those that are no record files. */
export async function fileIds({ path, fromOldest }: RecordSource): Promise<string[]> {
  const ids: string[] = [];
  const files = new FollowedFiles(path, { fromOldest });
  let next = await files.first();
  while (next !== undefined) {
    using file = next.file;
    const bytes = new Uint8Array(BEGINNING_BYTES);
    const length = await file.read(bytes) ?? 0;
    const reader = new RecordReader();
    try {
      await reader.read(bytes.subarray(0, length));
      if (reader.header !== undefined) ids.push(fileId(reader.header, bytes.subarray(0, length)));
    } finally {
      reader.close();
    }
    next = next.isRotated ? await files.after(file) : undefined;
  }
  return ids;
}
