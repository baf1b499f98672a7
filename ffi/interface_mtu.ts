/** The MTU of a network interface. Linux only; asking needs no privileges and no file. */

const LIBC = {
  /** int domain, int type, int protocol */
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /** int fd, unsigned long request, struct ifreq *argp */
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  /** int fd */
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCGIFMTU = 0x8921n;
/** struct ifreq: the name, zeros behind it (16 bytes), then for this request an int. */
const REQUEST_BYTES = 40;
const NAME_BYTES = 16;

let loaded: Deno.DynamicLibrary<typeof LIBC>["symbols"] | undefined;

/**
 * Bytes that a packet of the interface may have; undefined if there is no such interface, or no way
 * to ask. Needs `--allow-ffi`.
 */
export function interfaceMtu(name: string): number | undefined {
  const nameBytes = new TextEncoder().encode(name);
  if (Deno.build.os !== "linux" || nameBytes.length >= NAME_BYTES) return undefined;
  const c = loaded ??= Deno.dlopen("libc.so.6", LIBC).symbols;
  const request = new Uint8Array(REQUEST_BYTES);
  request.set(nameBytes);
  const socket = c.socket(AF_INET, SOCK_DGRAM, 0);
  if (socket < 0) return undefined;
  const failed = c.ioctl(socket, SIOCGIFMTU, request) !== 0;
  c.close(socket);
  return failed ? undefined : new Int32Array(request.buffer)[NAME_BYTES / 4];
}
