import { cString, type Libpcap, textAt, textIn } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import { nearestName } from "../base/text/nearest_name.ts";
import { type BpfProgram, joinBpf } from "./bpf_program.ts";
import { compileFilter, netmaskOf, setFilter } from "./compile_filter_io.ts";
import { listInterfaces } from "./interfaces_io.ts";
import {
  describeLinkType,
  explainUnsupported,
  hidesIp,
  holdsNoIp,
  isSupportedLinkType,
  LinkType,
} from "./link_type.ts";
import type { LiveOptions } from "./live_options.ts";
import { withoutOwnTraffic } from "./own_traffic.ts";

const ERROR_BYTES = 256;
const NANOSECONDS = 1;

/** Results of libpcap's functions. */
const PCAP_ERROR_NO_SUCH_DEVICE = -5;
const PCAP_ERROR_PERM_DENIED = -8;
const PCAP_ERROR_IFACE_NOT_UP = -9;

/**
 * Opens an interface and sets its filter. The handle is the caller's to close.
 *
 * @throws CaptureError `interface-away` when it is missing or down; `interface`, `not-permitted`, `filter`, `link-type`.
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
    const program = captureFilter(pcap, handle, name, options);
    if (program) setFilter(pcap, handle, program, options.filter);
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
  if (options.ringBytes) pcap.pcap_set_buffer_size(handle, options.ringBytes);
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
      throw cannotOpen(name, "interface-away", `it does not exist; ${knownInterfaces(name)}`);
    case PCAP_ERROR_IFACE_NOT_UP:
      throw cannotOpen(name, "interface-away", "it is down");
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

/**
 * What is captured of an interface that is open: what the user wants, but for what sensors send. The
 * user's filter is compiled alone, so that it selects what it selects for tcpdump.
 */
function captureFilter(
  pcap: Libpcap,
  handle: Deno.PointerObject,
  name: string,
  { filter, collector }: LiveOptions,
): BpfProgram | undefined {
  const wanted = filter.trim() === ""
    ? undefined
    : compileFilter(pcap, handle, filter, netmaskOf(pcap, name));
  const linkType = pcap.pcap_datalink(handle);
  if (!collector || collector.addresses.length === 0 || holdsNoIp(linkType)) return wanted;
  if (hidesIp(linkType)) {
    const what = `libpcap has no filter for link type ${describeLinkType(linkType)}`;
    throw cannotOpen(
      name,
      "link-type",
      `${what}, so that what sensors send would be captured again; wanted is a file of it`,
    );
  }
  const others = withoutOwnTraffic(collector, linkType === LinkType.Ethernet);
  const program = compileFilter(pcap, handle, others);
  return wanted ? joinBpf(wanted, program) : program;
}

function knownInterfaces(missing: string): string {
  const names = listInterfaces().map(({ name }) => name);
  const nearest = nearestName(missing, names);
  const hint = nearest === undefined ? "" : `did you mean "${nearest}"? `;
  return `${hint}known interfaces are ${names.map((name) => `"${name}"`).join(", ")}`;
}

function cannotOpen(name: string, code: CaptureError["code"], why: string): CaptureError {
  return new CaptureError(code, `Cannot open interface "${name}": ${why}`);
}
