import type { CollectorPlace } from "./collector_place.ts";
import type { LiveCounts } from "./live_options.ts";

/** What reading from an interface needs besides its options. */
export interface LiveReading {
  /** Called after each burst of packets; it is not waited for, since the network does not wait. */
  readonly afterBurst: () => void;
  readonly counts: LiveCounts;
  /** Where the collector is by now, if not only where the options say. */
  readonly collector?: CollectorPlace | undefined;
  /** Told that capturing has begun, has broken off or goes on, or the MTU changed, in one line. */
  readonly onChange: (line: string) => void;
  readonly signal: AbortSignal;
  /** Copies packets one by one also where libpcap can write them into memory, for tests of that. */
  readonly copies?: boolean;
}
