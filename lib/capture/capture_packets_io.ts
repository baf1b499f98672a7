import { Condition } from "../base/wait/condition_io.ts";
import { type CapturedPacket, CopiedPackets } from "./captured_packet.ts";
import { readInterfaces } from "./live_capture_io.ts";
import { createLiveCounts, type LiveCounts, type LiveOptions } from "./live_options.ts";
import type { PacketHandler } from "./packet_handler.ts";

/** How packets are captured; what is left out is as in a sensor. */
export interface CaptureOptions extends Partial<Omit<LiveOptions, "collector" | "interfaces">> {
  /** Ends the capture: what has been captured by then still comes. */
  readonly signal?: AbortSignal;
  /** Bytes of packets that may wait for who takes them, 64 MiB by default. */
  readonly maxQueueBytes?: number;
  /** Where to count, all the time. */
  readonly counts?: CapturedCounts;
  /** Told in one line that capturing has begun, broke off, or goes on. */
  readonly onChange?: (line: string) => void;
}

/** What was counted of a capture whose packets are taken one by one. */
export interface CapturedCounts extends LiveCounts {
  /** Packets that found the queue full, since those before them were not taken in time. */
  droppedFromQueue: number;
}

const DEFAULTS = { filter: "", snapLength: 262_144, promiscuous: true, timeoutMs: 100 } as const;
const MAX_QUEUE_BYTES = 64 << 20;

/** Nothing counted yet. */
export function createCapturedCounts(): CapturedCounts {
  return { ...createLiveCounts(), droppedFromQueue: 0 };
}

/**
 * Packets of network interfaces as they come, with libpcap: as root, or with CAP_NET_RAW. The network
 * does not wait for who takes them: what finds the queue full is dropped, and counted. Whoever leaves the
 * loop ends the capture.
 *
 * ```ts
 * import { capturePackets } from "@farcap/farcap/capture";
 *
 * async function printSizes(name: string) {
 *   for await (const { originalLength } of capturePackets([name], { filter: "udp" })) {
 *     console.log(originalLength);
 *   }
 * }
 * ```
 *
 * @param interfaces Their names; `any` is all of them on Linux.
 * @throws {CaptureError} `library`, `interface`, `not-permitted`, `filter`, `link-type`; and
 *   `interface-away` only with `failFast`.
 */
export async function* capturePackets(
  interfaces: readonly string[],
  options: CaptureOptions = {},
): AsyncGenerator<CapturedPacket, void> {
  const { counts = createCapturedCounts(), maxQueueBytes = MAX_QUEUE_BYTES } = options;
  const packets = new CopiedPackets();
  const queue: PacketHandler = {
    packet(bytes, at, end, ...rest) {
      if (packets.bytes + end - at > maxQueueBytes) counts.droppedFromQueue++;
      else packets.packet(bytes, at, end, ...rest);
    },
  };
  const changed = new Condition();
  const stop = new AbortController();
  let isOver = false;
  const capturing = readInterfaces(
    interfaces,
    { ...DEFAULTS, immediate: false, monitor: false, ...options, interfaces },
    queue,
    {
      afterBurst: () => changed.notify(),
      counts,
      onChange: options.onChange ?? (() => {}),
      signal: options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal,
    },
  ).finally(() => {
    isOver = true;
    changed.notify();
  });
  capturing.catch(() => {}); // it is thrown below
  try {
    while (true) {
      const taken = packets.take();
      yield* taken;
      if (taken.length > 0) continue;
      if (isOver) break;
      await changed.wait();
    }
    await capturing;
  } finally {
    stop.abort();
    await capturing.catch(() => {});
  }
}
