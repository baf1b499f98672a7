import type { CollectorEndpoint } from "./own_traffic.ts";

/** How to capture from network interfaces. */
export interface LiveOptions {
  /** Names of interfaces; `any` is all of them on Linux. */
  readonly interfaces: readonly string[];
  /** What to capture, in the language of pcap-filter(7); everything when it is empty. */
  readonly filter: string;
  /** Whether an interface that is missing or down at the start ends the capture; else it is waited for. */
  readonly failFast?: boolean;
  /** The collector whose traffic is left out. */
  readonly collector?: CollectorEndpoint;
  /** Bytes of a packet that are captured at most. */
  readonly snapLength: number;
  /** Whether packets for others are captured too. */
  readonly promiscuous: boolean;
  /** Size of the kernel's ring in bytes; 0 is the library's default. By default it grows with the traffic. */
  readonly ringBytes?: number;
  /** How long the kernel may gather packets before it hands them over, in milliseconds; 1 at least. */
  readonly timeoutMs: number;
  /** Hands over every packet at once. */
  readonly immediate: boolean;
  /** Monitor mode, for 802.11 devices that have it. */
  readonly monitor: boolean;
}

/** What the kernel and the library counted, over all interfaces. */
export interface LiveCounts {
  /** Packets that passed the filter. */
  received: number;
  /** Packets that found the kernel's ring full. */
  droppedByKernel: number;
  /** Packets that the interface or its driver dropped. */
  droppedByInterface: number;
  /** Packets from and to addresses that the collector moved to, left out of those that passed. */
  leftOut: number;
  /** How often capturing broke off and had to begin again. */
  interruptions: number;
  /** How often an interface's MTU was seen to have changed (Linux). */
  mtuChanges: number;
  /** Interfaces that are missing or down just now. */
  down: number;
}

/** Nothing counted yet. */
export function createLiveCounts(): LiveCounts {
  return {
    received: 0,
    droppedByKernel: 0,
    droppedByInterface: 0,
    leftOut: 0,
    interruptions: 0,
    mtuChanges: 0,
    down: 0,
  };
}
