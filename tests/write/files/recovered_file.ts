/** A record file that is recovered and appended to, and what it is made of. */
import { SYSTEM_CLOCK } from "../../../lib/write/files/system_clock_io.ts";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import { RecordFile } from "../../../lib/write/files/record_file_io.ts";
import { recoverClient } from "../../../lib/write/files/recovery_io.ts";
import type { SetAside } from "../../../lib/write/files/set_aside_io.ts";
import { batchMember, headerRecord, ourMember } from "./record_file_bytes.ts";

/** The members of a file with its header and three batches. */
export const MEMBERS = [
  ourMember(headerRecord()),
  ...[[1n, 2n], [3n], [4n, 5n, 6n]].map((times) => batchMember(times)),
];
export const WHOLE = concat(MEMBERS);
/** A batch to append. */
export const NEXT = batchMember([7n]);

/** What became of a file. */
export interface Appended {
  readonly path: string;
  readonly file: RecordFile;
  /** What the file holds after one more batch. */
  readonly after: Uint8Array;
  /** What was put aside, if anything was. */
  readonly aside?: Uint8Array;
  readonly setAside?: SetAside;
}

/** Recovers and opens a file that holds `before` and appends a batch. */
export async function appendTo(folder: string, before: Uint8Array): Promise<Appended> {
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/UDP.ncap.gz`;
  await Deno.writeFile(path, before);
  const recovered = await recoverClient(DENO_FILES, folder);
  const file = await openFile(path);
  await file.append([NEXT]);
  file.close();
  const setAside = recovered.setAside[0] ?? file.setAside;
  const aside = setAside && await Deno.readFile(setAside.path);
  return { path, file, after: await Deno.readFile(path), aside, setAside };
}

/** Opens a file whose client has been recovered. */
export function openFile(path: string): Promise<RecordFile> {
  return RecordFile.open(DENO_FILES, path, { firstMember, clock: SYSTEM_CLOCK });
}

export function firstMember(): Uint8Array {
  return MEMBERS[0]!;
}
