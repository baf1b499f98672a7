/** Packet sockets that share what comes, each packet for one of them: PACKET_FANOUT of packet(7). Linux only. */

const LIBC = {
  /** int fd, int level, int name, const void *value, socklen_t length */
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  /** int fd, int level, int name, void *value, socklen_t *length */
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const SOL_PACKET = 263;
const PACKET_FANOUT = 18;
const PACKET_FANOUT_DATA = 22;
/** A classic BPF program says whose a packet is; without one, the first's. */
const CBPF = 6;
/** The kernel finds a number that no other group has. */
const UNIQUE_ID = 0x2000;
const BPF_RETURN = 0x06;

let loaded: Deno.DynamicLibrary<typeof LIBC>["symbols"] | undefined;

/** A group of packet sockets on one interface; it lasts as long as its sockets. Needs `--allow-ffi`. */
export class PacketFanout {
  readonly #c: Deno.DynamicLibrary<typeof LIBC>["symbols"];
  readonly #id: number;
  #fd: number;

  /** A group of one socket, which gets all packets; undefined where there are no such groups. */
  static begin(fd: number): PacketFanout | undefined {
    if (Deno.build.os !== "linux" || fd < 0) return undefined;
    const c = loaded ??= Deno.dlopen("libc.so.6", LIBC).symbols;
    const value = Uint32Array.of(((CBPF | UNIQUE_ID) << 16) >>> 0);
    const bytes = new Uint8Array(value.buffer);
    if (c.setsockopt(fd, SOL_PACKET, PACKET_FANOUT, bytes, bytes.length) !== 0) return undefined;
    const length = new Uint8Array(Uint32Array.of(bytes.length).buffer);
    if (c.getsockopt(fd, SOL_PACKET, PACKET_FANOUT, bytes, length) !== 0) return undefined;
    return new PacketFanout(c, value[0]! & 0xffff, fd);
  }

  private constructor(
    c: Deno.DynamicLibrary<typeof LIBC>["symbols"],
    id: number,
    fd: number,
  ) {
    this.#c = c;
    this.#id = id;
    this.#fd = fd;
  }

  /** Adds a second socket, which gets nothing from now on; false when the kernel refuses. */
  join(fd: number): boolean {
    if (!this.#give(0)) return false;
    const value = new Uint8Array(Uint32Array.of(this.#id | (CBPF << 16)).buffer);
    return this.#c.setsockopt(fd, SOL_PACKET, PACKET_FANOUT, value, value.length) === 0;
  }

  /**
   * Gives all packets to the second socket, which is the only one when the first has been closed; no
   * packet comes to both or to none. False when the kernel refuses.
   */
  moveTo(fd: number): boolean {
    if (!this.#give(1)) return false;
    this.#fd = fd;
    return true;
  }

  /** To the socket of that number, in the order in which they joined, modulo how many there are. */
  #give(to: number): boolean {
    // struct sock_filter: code (2 bytes), jumps (1 each), k (4).
    const program = new Uint8Array(8);
    const instruction = new DataView(program.buffer);
    instruction.setUint16(0, BPF_RETURN, true);
    instruction.setUint32(4, to, true);
    // struct sock_fprog: how many instructions (2 bytes, 6 of padding), where they are (8).
    const description = new DataView(new ArrayBuffer(16));
    description.setUint16(0, 1, true);
    description.setBigUint64(8, Deno.UnsafePointer.value(Deno.UnsafePointer.of(program)), true);
    const bytes = new Uint8Array(description.buffer);
    const { setsockopt } = this.#c;
    return setsockopt(this.#fd, SOL_PACKET, PACKET_FANOUT_DATA, bytes, bytes.length) === 0;
  }
}
