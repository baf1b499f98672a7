import type { Libpcap } from "../../ffi/libpcap.ts";
import { BpfMachine } from "./bpf_machine.ts";
import type { CollectorPlace } from "./collector_place.ts";
import { compileFilter } from "./compile_filter_io.ts";
import { FilteredPackets } from "./filtered_packets.ts";
import { holdsNoIp, LinkType } from "./link_type.ts";
import type { LiveCounts } from "./live_options.ts";
import type { CollectorEndpoint } from "./own_traffic.ts";
import { withoutOwnTraffic } from "./own_traffic.ts";
import type { PacketHandler } from "./packet_handler.ts";

/**
 * Leaves out the traffic of a collector that has moved since the interface was opened. Its new
 * addresses are not given to the kernel: what it holds when its filter is changed vanishes uncounted.
 * When the interface is opened the next time, they are.
 */
export class MovedCollector {
  /** Takes all packets of the interface. */
  readonly packets: PacketHandler;
  readonly #forget: (() => void) | undefined;

  /**
   * @param handle The open interface.
   * @param filtered Where the kernel takes the collector to be.
   */
  constructor(
    pcap: Libpcap,
    handle: Deno.PointerObject,
    handler: PacketHandler,
    { collector, counts }: {
      readonly collector?: CollectorPlace | undefined;
      readonly counts: LiveCounts;
    },
    filtered: CollectorEndpoint | undefined,
  ) {
    const known = new Set(filtered?.addresses);
    const compile = (linkType: number) => {
      const { addresses = [], ...ports } = collector?.endpoint ?? { port: 0 };
      const moved = addresses.filter((address) => !known.has(address));
      if (moved.length === 0 || holdsNoIp(linkType)) return undefined;
      const others = withoutOwnTraffic(
        { addresses: moved, ...ports },
        linkType === LinkType.Ethernet,
      );
      return new BpfMachine(compileFilter(pcap, handle, others));
    };
    const packets = new FilteredPackets(handler, compile, () => counts.leftOut++);
    this.packets = packets;
    this.#forget = collector?.onMove(() => packets.renew());
  }

  /** Hears of no more moves. */
  close(): void {
    this.#forget?.();
  }
}
