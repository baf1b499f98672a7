/** libpcap's own filter engine, for tests: what it says of one packet. */
import { cString, openLibpcap } from "../../ffi/libpcap.ts";
import { type BpfProgram, encodeBpf } from "../../lib/capture/bpf_program.ts";
import { compileFilter, openDead } from "../../lib/capture/compile_filter_io.ts";
import { isMet, LIBPCAP } from "../needs.ts";

const SYMBOLS = {
  /** const struct bpf_program *fp, const struct pcap_pkthdr *h, const u_char *pkt */
  pcap_offline_filter: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
} as const;

const LIBRARY = "libpcap.so.0.8";
const ETHERNET = 1;

// Before tests begin, since it stays open.
if (isMet(LIBPCAP)) openLibpcap();

/** The filter over packets of files, by libpcap. */
export function compileForFiles(filter: string, linkType = ETHERNET): BpfProgram {
  const pcap = openLibpcap();
  const handle = openDead(pcap, linkType);
  try {
    return compileFilter(pcap, handle, filter);
  } finally {
    pcap.pcap_close(handle);
  }
}

/** What pcap_offline_filter says of whole packets; loads the library once a call. */
export function runOffline(program: BpfProgram, packets: readonly Uint8Array[]): number[] {
  const library = Deno.dlopen(LIBRARY, SYMBOLS);
  try {
    const instructions = encodeBpf(program);
    // struct bpf_program: number of instructions (4), 4 more, address.
    const descriptor = new DataView(new ArrayBuffer(16));
    descriptor.setUint32(0, program.length, true);
    descriptor.setBigUint64(8, Deno.UnsafePointer.value(Deno.UnsafePointer.of(instructions)), true);
    return packets.map((packet) => {
      // struct pcap_pkthdr: time (16), captured length (4), original length (4).
      const header = new Uint32Array([0, 0, 0, 0, packet.length, packet.length]);
      return library.symbols.pcap_offline_filter(
        new Uint8Array(descriptor.buffer),
        new Uint8Array(header.buffer),
        // An empty buffer would be NULL.
        packet.length === 0 ? cString("") : Uint8Array.from(packet),
      ) >>> 0;
    });
  } finally {
    library.close();
  }
}
