import { inFolder } from "./in_folder.ts";

/** Runs a test in a folder that is a disk of its own with so much room. */
export function onSmallDisk(kib: number, test: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await run("mount", "-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder);
    try {
      await test(folder);
    } finally {
      await run("umount", folder);
    }
  });
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stderr: "null" }).output();
  if (!success) throw new Error(`${program} failed`);
}
