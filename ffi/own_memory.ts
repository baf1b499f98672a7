/** Memory of this process that nothing needs just now goes back to the system. Linux with glibc only. */

const LIBC = {
  /** unsigned long type */
  getauxval: { parameters: ["usize"], result: "usize" },
  /** void addr[length], size_t length, int advice */
  madvise: { parameters: ["pointer", "usize", "i32"], result: "i32" },
  /** size_t pad */
  malloc_trim: { parameters: ["usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const AT_PHDR = 3n;
const AT_PHNUM = 5n;
const AT_PAGESZ = 6n;
const MADV_DONTNEED = 4;
/** Elf64_Phdr: type and flags (4 bytes each), offset, vaddr, paddr, filesz, memsz, align. elf(5). */
const HEADER = { bytes: 56, type: 0, flags: 4, address: 16, size: 32 } as const;
const PT_LOAD = 1;
const PT_PHDR = 6;
const PF_W = 2;

let loaded: Deno.DynamicLibrary<typeof LIBC>["symbols"] | undefined;
/** Where the runtime's file is mapped that cannot be written: address and length. */
let mapped: readonly (readonly [bigint, bigint])[] = [];

/**
 * Gives back what `free` has left with the C library, and the pages of the runtime's file, its code and
 * constants: most of them only its start needs. They stay in the system's cache as long as that has
 * room, and what is needed comes back page by page. Does nothing where that cannot be done, as without
 * `--allow-ffi`.
 */
export function giveBackMemory(): void {
  const c = loaded ??= load();
  if (c === undefined) return;
  c.malloc_trim(0n);
  for (const [address, bytes] of mapped) {
    c.madvise(Deno.UnsafePointer.create(address), bytes, MADV_DONTNEED);
  }
}

function load(): typeof loaded {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const { symbols } = Deno.dlopen("libc.so.6", LIBC);
    mapped = constantParts(symbols);
    return symbols;
  } catch {
    return undefined; // not permitted, or another C library
  }
}

/** What the program headers of the running file say of its parts, whole pages only. */
function constantParts({ getauxval }: NonNullable<typeof loaded>): [bigint, bigint][] {
  const at = getauxval(AT_PHDR);
  const page = getauxval(AT_PAGESZ);
  const bytes = new Uint8Array(HEADER.bytes * Number(getauxval(AT_PHNUM)));
  Deno.UnsafePointerView.copyInto(Deno.UnsafePointer.create(at)!, bytes);
  const parts: [bigint, bigint][] = [];
  let base: bigint | undefined;
  for (let header = 0; header < bytes.length; header += HEADER.bytes) {
    const view = new DataView(bytes.buffer, header, HEADER.bytes);
    const address = view.getBigUint64(HEADER.address, true);
    const type = view.getUint32(HEADER.type, true);
    // It comes before the parts, and tells where they are: they were moved as a whole.
    if (type === PT_PHDR) base = at - address;
    if (base === undefined || type !== PT_LOAD) continue;
    if ((view.getUint32(HEADER.flags, true) & PF_W) !== 0) continue;
    const from = (base + address + page - 1n) / page * page;
    const to = (base + address + view.getBigUint64(HEADER.size, true)) / page * page;
    if (to > from) parts.push([from, to - from]);
  }
  return parts;
}
