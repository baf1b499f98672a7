import { cString, type Libpcap, openLibpcap, textAt } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import {
  type BpfProgram,
  encodeBpf,
  initializeBpf,
  MAX_INSTRUCTIONS,
  parseBpf,
} from "./bpf_program.ts";
import { flawOf } from "./filter_text.ts";
import { LinkType } from "./link_type.ts";
import { mixesUpRegisters } from "./mixed_up_registers.ts";

const ERROR_BYTES = 256;
/** struct bpf_program on 64-bit machines: the number of instructions (4), and behind 4 more where they are. */
const PROGRAM_BYTES = 16;
const INSTRUCTION_BYTES = 8;
/** For libpcap it is a netmask that it does not know: it refuses "ip broadcast". */
const NETMASK_UNKNOWN = 0xffffffff;
/** DLT_RAW has another number as a link type of files. */
const DLT_RAW = 12;
const MAX_PACKET_BYTES = 262_144;
/** What of a filter is printed: one may have as many bytes as the system takes of arguments. */
const MAX_PRINTED = 200;

/**
 * Compiles a filter as tcpdump does. An empty one takes every packet.
 *
 * @param handle An open interface or {@linkcode openDead}'s.
 * @param netmask Of the interface, a number in network byte order.
 * @throws CaptureError `filter` with libpcap's reason, or when libpcap takes the filter and would select
 * something else than what it says.
 */
export function compileFilter(
  pcap: Libpcap,
  handle: Deno.PointerObject,
  filter: string,
  netmask = NETMASK_UNKNOWN,
): BpfProgram {
  const flaw = flawOf(filter);
  if (flaw?.isWrong) throw wrongFilter(filter, flaw.why);
  // Without optimizing it takes a moment, too, if the filter is long.
  if (
    filter.includes("vlan") &&
    mixesUpRegisters(compile(pcap, handle, filter, netmask, { optimized: false }))
  ) {
    throw wrongFilter(
      filter,
      'libpcap mixes up what stands in front of "vlan" with the place of the tag; ' +
        "wanted: comparisons such as ether[0] == 2 behind it",
    );
  }
  return initializeBpf(compile(pcap, handle, filter, netmask, { optimized: true }));
}

/**
 * Refuses a filter that no interface could use, before there is one.
 *
 * @throws CaptureError `filter`.
 */
export function checkFilter(filter: string): void {
  const pcap = openLibpcap();
  const handle = openDead(pcap, LinkType.Ethernet);
  try {
    compileFilter(pcap, handle, filter);
  } catch (error) {
    const isForOthers = error instanceof CaptureError && !flawOf(filter)?.isWrong &&
      !error.message.includes("syntax error");
    if (!isForOthers) throw error;
  } finally {
    pcap.pcap_close(handle);
  }
}

/** What the user should know of a filter that is used as it is: one line, or undefined. */
export function filterWarning(filter: string): string | undefined {
  const flaw = flawOf(filter);
  return flaw && !flaw.isWrong
    ? `The filter "${printed(filter)}" may miss packets: ${flaw.why}`
    : undefined;
}

/**
 * A handle for filters over packets of a link type that no interface is open for; to be closed.
 *
 * @param linkType LINKTYPE_ number of capture files.
 */
export function openDead(pcap: Libpcap, linkType: number): Deno.PointerObject {
  const isRaw = [LinkType.Raw, LinkType.RawBsd, LinkType.RawOpenBsd].some((raw) =>
    raw === linkType
  );
  return pcap.pcap_open_dead(isRaw ? DLT_RAW : linkType, MAX_PACKET_BYTES)!;
}

/** The netmask by which tcpdump compiles the filters of an interface; 0 for one that has no IPv4 address. */
export function netmaskOf(pcap: Libpcap, name: string): number {
  const [net, mask] = [new Uint32Array(1), new Uint32Array(1)];
  const [netBytes, maskBytes] = [new Uint8Array(net.buffer), new Uint8Array(mask.buffer)];
  const failed = pcap.pcap_lookupnet(
    cString(name),
    netBytes,
    maskBytes,
    new Uint8Array(ERROR_BYTES),
  );
  return failed === 0 ? mask[0]! : 0;
}

/**
 * Has the kernel, or libpcap where it cannot, filter what an open interface captures.
 *
 * @param filter What the user calls the filter, for the error.
 * @throws CaptureError `filter`.
 */
export function setFilter(
  pcap: Libpcap,
  handle: Deno.PointerObject,
  program: BpfProgram,
  filter: string,
): void {
  if (program.length > MAX_INSTRUCTIONS) {
    throw wrongFilter(
      filter,
      `with what leaves the sensor's own traffic out it has ${program.length} instructions; ` +
        `wanted: ${MAX_INSTRUCTIONS} at most, which kernels take`,
    );
  }
  const instructions = encodeBpf(program);
  const descriptor = new DataView(new ArrayBuffer(PROGRAM_BYTES));
  descriptor.setUint32(0, program.length, true);
  descriptor.setBigUint64(8, Deno.UnsafePointer.value(Deno.UnsafePointer.of(instructions)), true);
  if (pcap.pcap_setfilter(handle, new Uint8Array(descriptor.buffer)) !== 0) {
    throw wrongFilter(filter, textAt(pcap.pcap_geterr(handle)));
  }
}

function compile(
  pcap: Libpcap,
  handle: Deno.PointerObject,
  filter: string,
  netmask: number,
  { optimized }: { readonly optimized: boolean },
): BpfProgram {
  const descriptor = new Uint8Array(PROGRAM_BYTES);
  if (pcap.pcap_compile(handle, descriptor, cString(filter), Number(optimized), netmask) !== 0) {
    throw wrongFilter(filter, textAt(pcap.pcap_geterr(handle)));
  }
  const view = new DataView(descriptor.buffer);
  const instructions = new Uint8Array(view.getUint32(0, true) * INSTRUCTION_BYTES);
  const from = Deno.UnsafePointer.create(view.getBigUint64(8, true))!;
  Deno.UnsafePointerView.copyInto(from, instructions);
  pcap.pcap_freecode(descriptor);
  return parseBpf(instructions);
}

function wrongFilter(filter: string, why: string): CaptureError {
  return new CaptureError("filter", `Cannot use the filter "${printed(filter)}": ${why}`);
}

function printed(filter: string): string {
  return filter.length > MAX_PRINTED ? `${filter.slice(0, MAX_PRINTED)}…` : filter;
}
