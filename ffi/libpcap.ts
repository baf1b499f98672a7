/**
 * The functions of libpcap (on Windows: of Npcap's build of it) that we use, and where the C library can
 * treat memory as a file, those that let libpcap write packets into ours. Types are those of pcap/pcap.h
 * 1.10; the C parameter is named beside each. Nothing is loaded before it is opened.
 */
import { CaptureError } from "../lib/base/errors.ts";

const LIBPCAP = {
  /** const char *source, char *errbuf */
  pcap_create: { parameters: ["buffer", "buffer"], result: "pointer" },
  /** pcap_t *p, int snaplen */
  pcap_set_snaplen: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p, int promisc */
  pcap_set_promisc: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p, int to_ms */
  pcap_set_timeout: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p, int immediate_mode */
  pcap_set_immediate_mode: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p, int buffer_size */
  pcap_set_buffer_size: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p, int tstamp_precision */
  pcap_set_tstamp_precision: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p, int rfmon */
  pcap_set_rfmon: { parameters: ["pointer", "i32"], result: "i32" },
  /** pcap_t *p */
  pcap_can_set_rfmon: { parameters: ["pointer"], result: "i32" },
  /** int linktype, int snaplen; no interface, to compile filters for */
  pcap_open_dead: { parameters: ["i32", "i32"], result: "pointer" },
  /** const char *device, bpf_u_int32 *netp, bpf_u_int32 *maskp, char *errbuf */
  pcap_lookupnet: { parameters: ["buffer", "buffer", "buffer", "buffer"], result: "i32" },
  /** pcap_t *p */
  pcap_activate: { parameters: ["pointer"], result: "i32" },
  /** pcap_t *p */
  pcap_geterr: { parameters: ["pointer"], result: "pointer" },
  /** int error */
  pcap_statustostr: { parameters: ["i32"], result: "pointer" },
  /** pcap_t *p */
  pcap_datalink: { parameters: ["pointer"], result: "i32" },
  /** pcap_t *p, struct bpf_program *fp, const char *str, int optimize, bpf_u_int32 netmask */
  pcap_compile: { parameters: ["pointer", "buffer", "buffer", "i32", "u32"], result: "i32" },
  /** pcap_t *p, struct bpf_program *fp */
  pcap_setfilter: { parameters: ["pointer", "buffer"], result: "i32" },
  /** struct bpf_program *fp */
  pcap_freecode: { parameters: ["buffer"], result: "void" },
  /** pcap_t *p */
  pcap_get_tstamp_precision: { parameters: ["pointer"], result: "i32" },
  /** pcap_t *p, int nonblock, char *errbuf */
  pcap_setnonblock: { parameters: ["pointer", "i32", "buffer"], result: "i32" },
  /** pcap_t *p, struct pcap_pkthdr **pkt_header, const u_char **pkt_data */
  pcap_next_ex: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  /** The same on a thread of its own, which may wait. */
  pcap_next_ex_waiting: {
    name: "pcap_next_ex",
    parameters: ["pointer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  /** pcap_t *p */
  pcap_breakloop: { parameters: ["pointer"], result: "void" },
  /** pcap_t *p, struct pcap_stat *ps */
  pcap_stats: { parameters: ["pointer", "buffer"], result: "i32" },
  /** pcap_t *p */
  pcap_fileno: { parameters: ["pointer"], result: "i32" },
  /** pcap_t *p */
  pcap_close: { parameters: ["pointer"], result: "void" },
  /** pcap_if_t **alldevsp, char *errbuf */
  pcap_findalldevs: { parameters: ["buffer", "buffer"], result: "i32" },
  /** pcap_if_t *alldevs */
  pcap_freealldevs: { parameters: ["pointer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What libpcap needs to write packets into a C FILE. */
const LIBPCAP_DUMP = {
  /** pcap_t *p, int cnt, pcap_handler callback, u_char *user; on a thread of its own */
  pcap_dispatch: {
    parameters: ["pointer", "i32", "pointer", "pointer"],
    result: "i32",
    nonblocking: true,
  },
  /** The callback that appends a packet to a dump, as an address. */
  pcap_dump: { type: "pointer" },
  /** pcap_t *p, FILE *fp */
  pcap_dump_fopen: { parameters: ["pointer", "pointer"], result: "pointer" },
  /** pcap_dumper_t *p */
  pcap_dump_flush: { parameters: ["pointer"], result: "i32" },
  /** pcap_dumper_t *p; closes the FILE too */
  pcap_dump_close: { parameters: ["pointer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const LIBC = {
  /** void *buf, size_t size, const char *mode */
  fmemopen: { parameters: ["buffer", "usize", "buffer"], result: "pointer" },
  /** FILE *stream, long offset, int whence */
  fseek: { parameters: ["pointer", "isize", "i32"], result: "i32" },
  /** FILE *stream */
  ftell: { parameters: ["pointer"], result: "isize" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Where the libraries of an operating system are. */
interface Libraries {
  /** The most usual name first. */
  readonly pcap: readonly string[];
  /** The C library, where it has `fmemopen`. */
  readonly c?: string;
  /** What the first of `pcap` needs and would not find by itself. */
  readonly before?: string;
  readonly install: string;
}

const LIBRARIES: Readonly<Record<string, Libraries>> = {
  linux: {
    pcap: ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"],
    c: "libc.so.6",
    install: "the package libpcap0.8 (Debian) or libpcap",
  },
  darwin: {
    pcap: ["libpcap.A.dylib", "/usr/lib/libpcap.A.dylib"],
    c: "libSystem.B.dylib",
    install: "macOS brings it",
  },
  windows: {
    // Npcap is on the path only in the mode that is compatible with WinPcap.
    pcap: ["C:\\Windows\\System32\\Npcap\\wpcap.dll", "wpcap.dll"],
    before: "C:\\Windows\\System32\\Npcap\\Packet.dll",
    install: "Npcap",
  },
};

/** The functions of libpcap. */
export type Libpcap = Deno.DynamicLibrary<typeof LIBPCAP>["symbols"] & {
  /** Those for packets in memory; undefined where the C library has no `fmemopen`. */
  readonly dump?: LibpcapDump;
};

/** What writes packets into memory: functions of both libraries. */
export type LibpcapDump =
  & Deno.DynamicLibrary<typeof LIBPCAP_DUMP>["symbols"]
  & Deno.DynamicLibrary<typeof LIBC>["symbols"];

let loaded: Libpcap | undefined;

/**
 * Loads libpcap, once; it stays loaded.
 *
 * @throws CaptureError `library` when it is not there, `not-permitted` without `--allow-ffi`.
 */
export function openLibpcap(): Libpcap {
  return loaded ??= load();
}

function load(): Libpcap {
  const libraries = LIBRARIES[Deno.build.os];
  if (!libraries) {
    throw new CaptureError("library", `Cannot open libpcap: ${Deno.build.os} is not supported`);
  }
  const { pcap, c, before, install } = libraries;
  let cause: unknown;
  for (const name of pcap) {
    try {
      if (before !== undefined) tryOpen(before, {});
      const { symbols } = Deno.dlopen(name, LIBPCAP);
      const memory = c === undefined ? undefined : tryOpen(c, LIBC);
      const dump = memory && tryOpen(name, LIBPCAP_DUMP);
      return { ...symbols, ...(dump && { dump: { ...dump, ...memory } }) };
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) {
        throw new CaptureError(
          "not-permitted",
          "Cannot open libpcap: not permitted; run with --allow-ffi",
          { cause: error },
        );
      }
      cause = error;
    }
  }
  throw new CaptureError(
    "library",
    `Cannot open libpcap: it is not installed as ${pcap.join(", ")}; install ${install}`,
    { cause },
  );
}

/** The functions of a library that can be done without; undefined where it or one of them is missing. */
function tryOpen<const Table extends Deno.ForeignLibraryInterface>(
  name: string,
  table: Table,
): Deno.DynamicLibrary<Table>["symbols"] | undefined {
  try {
    return Deno.dlopen(name, table).symbols;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}

/** A string for C: UTF-8 with a zero byte behind it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** The text in a buffer that C wrote a string into. */
export function textIn(buffer: Uint8Array): string {
  return new TextDecoder().decode(buffer.subarray(0, Math.max(0, buffer.indexOf(0))));
}

/** The text at a `char *` that C returned; empty for NULL. */
export function textAt(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
