/** The machine that an executable is for; undefined when it is no ELF file of one that Deno has. */
export async function elfMachine(path: string): Promise<"x86_64" | "aarch64" | undefined> {
  const header = new Uint8Array(20);
  using file = await Deno.open(path);
  await file.read(header);
  const view = new DataView(header.buffer);
  if (view.getUint32(0) !== 0x7f454c46) return undefined; // "\x7fELF"
  return MACHINES.get(view.getUint16(18, true)); // e_machine
}

/** Of the System V ABI, chapter 4. */
const MACHINES: ReadonlyMap<number, "x86_64" | "aarch64"> = new Map([[62, "x86_64"], [
  183,
  "aarch64",
]]);
