/** Memory of this process that nothing needs just now goes back to the system. Linux with glibc only. */

const LIBC = {
  /** size_t pad */
  malloc_trim: { parameters: ["usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

let loaded: Deno.DynamicLibrary<typeof LIBC>["symbols"] | undefined;

/**
 * Gives back what `free` has left with the C library. Does nothing where that cannot be done, as
 * without `--allow-ffi`.
 */
export function giveBackMemory(): void {
  loaded ??= load();
  loaded?.malloc_trim(0n);
}

function load(): typeof loaded {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return Deno.dlopen("libc.so.6", LIBC).symbols;
  } catch {
    return undefined; // not permitted, or another C library
  }
}
