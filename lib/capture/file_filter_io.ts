import { openLibpcap } from "../../ffi/libpcap.ts";
import { BpfMachine } from "./bpf_machine.ts";
import type { CaptureCounts } from "./capture_counts.ts";
import { checkFilter, compileFilter, openDead } from "./compile_filter_io.ts";
import { FilteredPackets } from "./filtered_packets.ts";
import type { PacketHandler } from "./packet_handler.ts";

/**
 * Passes on those packets of capture files that a filter takes. libpcap compiles it, once for each link
 * type, as tcpdump does for files; what it makes of it runs here.
 *
 * @param counts Where packets that are not passed on become `filtered`.
 * @returns A handler, which throws a {@linkcode CaptureError} of code `filter` at the first packet of a
 * link type for which the filter means nothing.
 * @throws CaptureError `library`, `not-permitted`, `filter`.
 */
export function filterPackets(
  filter: string,
  handler: PacketHandler,
  counts: CaptureCounts,
): PacketHandler {
  checkFilter(filter);
  const machines = new Map<number, BpfMachine>();
  const machineOf = (linkType: number) => {
    const present = machines.get(linkType);
    if (present) return present;
    try {
      const machine = compileMachine(filter, linkType);
      machines.set(linkType, machine);
      return machine;
    } catch (error) {
      counts.delivered--;
      counts.refused++;
      throw error;
    }
  };
  return new FilteredPackets(handler, machineOf, () => {
    counts.delivered--;
    counts.filtered++;
  });
}

function compileMachine(filter: string, linkType: number): BpfMachine {
  const pcap = openLibpcap();
  const handle = openDead(pcap, linkType);
  try {
    return new BpfMachine(compileFilter(pcap, handle, filter));
  } finally {
    pcap.pcap_close(handle);
  }
}
