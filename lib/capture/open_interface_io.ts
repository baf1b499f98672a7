import { cString, type Libpcap, textAt, textIn } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import { listInterfaces } from "./interfaces_io.ts";
import { explainUnsupported, isSupportedLinkType, isUsb, LinkType } from "./link_type.ts";
import type { LiveOptions } from "./live_options.ts";
import { withoutOwnTraffic } from "./own_traffic.ts";

const ERROR_BYTES = 256;
/** struct bpf_program on 64-bit machines. */
const PROGRAM_BYTES = 16;
const NETMASK_UNKNOWN = 0xffffffff;
const NANOSECONDS = 1;

/** Results of libpcap's functions. */
const PCAP_ERROR_NO_SUCH_DEVICE = -5;
const PCAP_ERROR_PERM_DENIED = -8;

/**
 * Opens an interface and sets its filter. The handle is the caller's to close.
 *
 * @throws CaptureError `interface`, `not-permitted`, `filter`, `link-type`.
 */
export function openInterface(
  pcap: Libpcap,
  name: string,
  options: LiveOptions,
): Deno.PointerObject {
  const handle = activate(pcap, name, options);
  try {
    const linkType = pcap.pcap_datalink(handle);
    if (!isSupportedLinkType(linkType)) {
      throw cannotOpen(name, "link-type", explainUnsupported([linkType]));
    }
    setFilter(pcap, handle, options);
    return handle;
  } catch (error) {
    pcap.pcap_close(handle);
    throw error;
  }
}

function activate(pcap: Libpcap, name: string, options: LiveOptions): Deno.PointerObject {
  const error = new Uint8Array(ERROR_BYTES);
  const handle = pcap.pcap_create(cString(name), error);
  if (!handle) throw cannotOpen(name, "interface", textIn(error));
  pcap.pcap_set_snaplen(handle, options.snapLength);
  pcap.pcap_set_promisc(handle, Number(options.promiscuous));
  // For libpcap 0 is for ever.
  pcap.pcap_set_timeout(handle, Math.max(1, Math.round(options.timeoutMs)));
  pcap.pcap_set_immediate_mode(handle, Number(options.immediate));
  pcap.pcap_set_tstamp_precision(handle, NANOSECONDS);
  if (options.ringBytes > 0) pcap.pcap_set_buffer_size(handle, options.ringBytes);
  if (options.monitor) {
    if (pcap.pcap_can_set_rfmon(handle) !== 1) {
      pcap.pcap_close(handle);
      throw cannotOpen(name, "interface", "it has no monitor mode");
    }
    pcap.pcap_set_rfmon(handle, 1);
  }
  const status = pcap.pcap_activate(handle);
  if (status >= 0) return handle;
  const reason = textAt(pcap.pcap_geterr(handle)) || textAt(pcap.pcap_statustostr(status));
  pcap.pcap_close(handle);
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      throw cannotOpen(name, "interface", `it does not exist; ${knownInterfaces()}`);
    case PCAP_ERROR_PERM_DENIED:
      throw cannotOpen(
        name,
        "not-permitted",
        "CAP_NET_RAW is needed; run as root, or grant it with " +
          "setcap cap_net_raw+ep to the executable",
      );
    default:
      throw cannotOpen(name, "interface", reason);
  }
}

function setFilter(
  pcap: Libpcap,
  handle: Deno.PointerObject,
  { filter, collector }: LiveOptions,
): void {
  // Alone first: what is wrong with it is told of it, and its brackets do not reach what is added.
  if (filter !== "") compile(pcap, handle, filter, () => 0);
  const linkType = pcap.pcap_datalink(handle);
  const whole = collector && !isUsb(linkType)
    ? withoutOwnTraffic(filter, collector, linkType === LinkType.Ethernet)
    : filter;
  if (whole !== "") {
    compile(pcap, handle, whole, (program) => pcap.pcap_setfilter(handle, program));
  }
}

function compile(
  pcap: Libpcap,
  handle: Deno.PointerObject,
  filter: string,
  use: (program: Uint8Array<ArrayBuffer>) => number,
): void {
  const program = new Uint8Array(PROGRAM_BYTES);
  const isWrong = pcap.pcap_compile(handle, program, cString(filter), 1, NETMASK_UNKNOWN);
  const failed = isWrong !== 0 || use(program) !== 0;
  const reason = failed ? textAt(pcap.pcap_geterr(handle)) : "";
  if (isWrong === 0) pcap.pcap_freecode(program);
  if (failed) throw new CaptureError("filter", `Cannot use the filter "${filter}": ${reason}`);
}

function knownInterfaces(): string {
  return `known interfaces are ${listInterfaces().map(({ name }) => `"${name}"`).join(", ")}`;
}

function cannotOpen(name: string, code: CaptureError["code"], why: string): CaptureError {
  return new CaptureError(code, `Cannot open interface "${name}": ${why}`);
}
