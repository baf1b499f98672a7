import { listFolder } from "./capture_folder_io.ts";

/** What all files and folders among the sources take together, compressed or not; others count nothing. */
export async function sourceBytes(sources: readonly string[]): Promise<number> {
  let total = 0;
  for (const source of sources) {
    try {
      const { isDirectory, size } = await Deno.stat(source);
      const files = isDirectory ? [...(await listFolder(source)).values()] : [{ size }];
      for (const file of files) total += file.size;
    } catch {
      // reading it says what is wrong
    }
  }
  return total;
}
