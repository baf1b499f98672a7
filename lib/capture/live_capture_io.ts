import { interfaceMtu } from "../../ffi/interface_mtu.ts";
import { type Libpcap, openLibpcap, textAt } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import { rest } from "../base/rest_io.ts";
import type { BurstReader } from "./burst_reader.ts";
import type { CollectorPlace } from "./collector_place.ts";
import { checkFilter } from "./compile_filter_io.ts";
import { CopiedBursts } from "./copied_bursts_io.ts";
import { DumpedBursts } from "./dumped_bursts_io.ts";
import { listInterfaces } from "./interfaces_io.ts";
import { KernelCounts } from "./kernel_counts.ts";
import type { LiveCounts, LiveOptions } from "./live_options.ts";
import { openInterface } from "./open_interface_io.ts";
import { MovedCollector } from "./moved_collector_io.ts";
import type { PacketHandler } from "./packet_handler.ts";

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

/** struct pcap_stat: three counts, and three more on Windows. */
const STAT_WORDS = 6;
/** How long to wait before an interface that is gone is tried again. */
const REOPEN_MS = 500;
/** How long to wait at most for what the kernel has gathered of one; a longer -timeout may lose it. */
const MAX_GATHERING_MS = 10_000;
/** How often the kernel's counts, the MTU, and the state of a quiet interface are asked for. */
const LOOK_MS = 1000;

/** Captures from several interfaces at once, as {@linkcode readInterface} does from each. */
export async function readInterfaces(
  names: readonly string[],
  options: LiveOptions,
  handler: PacketHandler,
  reading: LiveReading,
): Promise<void> {
  const forget = reading.collector?.onMove((added) =>
    reading.onChange(
      `The collector is at ${added.join(", ")} now: its traffic there is left out, too`,
    )
  );
  // One that cannot be opened ends the others.
  const failure = new AbortController();
  const signal = AbortSignal.any([reading.signal, failure.signal]);
  const readings = names.map((name) =>
    readInterface(name, options, handler, { ...reading, signal }).catch((error) => {
      failure.abort();
      throw error;
    })
  );
  const failed = (await Promise.allSettled(readings)).find(({ status }) => status === "rejected");
  forget?.();
  if (failed?.status === "rejected") throw failed.reason;
}

/**
 * Captures from one interface until `signal` aborts; what libpcap has handed over by then is delivered.
 * An interface that is or goes down or away is reported, and capturing goes on when it is back.
 *
 * @throws CaptureError When it cannot be opened: `library`, `interface`, `not-permitted`, `filter`,
 * `link-type`; `interface-away` only with `failFast`.
 */
export async function readInterface(
  name: string,
  options: LiveOptions,
  handler: PacketHandler,
  reading: LiveReading,
): Promise<void> {
  let isFirst = true;
  while (true) {
    const capture = await openOrWait(name, options, handler, reading, isFirst);
    if (capture === undefined) return;
    if (isFirst) reading.onChange(`capturing from ${name}`);
    else sayMended(name, reading);
    isFirst = false;
    const problem = await capture.read();
    if (problem === undefined) return;
    sayBroken(name, problem, reading);
    await rest(REOPEN_MS, reading.signal);
  }
}

/** Tries again and again; undefined when `signal` aborts. What waiting cannot mend is thrown at first. */
async function openOrWait(
  name: string,
  options: LiveOptions,
  handler: PacketHandler,
  reading: LiveReading,
  isFirst: boolean,
): Promise<LiveCapture | undefined> {
  const { signal, onChange } = reading;
  // That it broke off has been said.
  for (let isSaid = !isFirst; !signal.aborted; isSaid = true) {
    try {
      return new LiveCapture(name, options, handler, reading);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      const isHopeless = error.code !== "interface-away" || options.failFast;
      if (isFirst && isHopeless) throw error;
      if (isFirst) checkFilter(options.filter);
      if (!isSaid) onChange(`${error.message}; waiting for it`);
    }
    await rest(REOPEN_MS, signal);
  }
  return undefined;
}

function sayBroken(name: string, problem: string, { counts, onChange }: LiveReading): void {
  counts.interruptions++;
  onChange(`Capture on ${name} broke off: ${problem}`);
}

function sayMended(name: string, { onChange }: LiveReading): void {
  onChange(`Capture on ${name} goes on`);
}

/** One opened interface. */
class LiveCapture {
  readonly #name: string;
  readonly #pcap: Libpcap;
  readonly #handle: Deno.PointerObject;
  readonly #moved: MovedCollector;
  readonly #bursts: BurstReader;
  readonly #reading: LiveReading;
  readonly #kernel = new KernelCounts();
  /** Whether packets have come since the last look. */
  #isBusy = false;
  #isDown = false;
  /** When the interface is gone, the kernel hands over what it has gathered in that time. */
  readonly #gatheringMs: number;
  /** What is open and not up is no device but a tap of the kernel, such as nflog. */
  readonly #canBeDown: boolean;
  /** As far as it is known; `any` has none. */
  #mtu: number | undefined;

  constructor(name: string, options: LiveOptions, handler: PacketHandler, reading: LiveReading) {
    const collector = reading.collector?.endpoint ?? options.collector;
    this.#name = name;
    this.#reading = reading;
    this.#gatheringMs = Math.min(2 * options.timeoutMs, MAX_GATHERING_MS);
    this.#pcap = openLibpcap();
    this.#handle = openInterface(this.#pcap, name, { ...options, ...(collector && { collector }) });
    this.#moved = new MovedCollector(this.#pcap, this.#handle, handler, reading, collector);
    try {
      this.#canBeDown = !isInterfaceDown(name);
      this.#mtu = interfaceMtu(name);
      this.#bursts = this.#newBursts(options.snapLength, this.#moved.packets);
    } catch (error) {
      this.#moved.close();
      this.#pcap.pcap_close(this.#handle);
      throw error;
    }
  }

  /**
   * Reads until `signal` aborts, then closes.
   *
   * @returns Why the interface gave up; undefined when it did not.
   */
  async read(): Promise<string | undefined> {
    const { afterBurst, signal } = this.#reading;
    const pcap = this.#pcap;
    const stop = () => pcap.pcap_breakloop(this.#handle);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const looks = setInterval(() => this.#look(), LOOK_MS);
    try {
      while (!this.#bursts.isOver) {
        const packets = await this.#bursts.read(signal);
        this.#isBusy ||= packets > 0;
        afterBurst();
      }
      if (signal.aborted) return undefined;
      const problem = textAt(pcap.pcap_geterr(this.#handle));
      await rest(this.#gatheringMs, signal);
      while (!signal.aborted && await this.#bursts.readRest() > 0) afterBurst();
      return problem;
    } finally {
      clearInterval(looks);
      this.#moved.close();
      signal.removeEventListener("abort", stop);
      stop();
      await this.#bursts.close();
      this.#count();
      pcap.pcap_close(this.#handle);
    }
  }

  #newBursts(snapLength: number, handler: PacketHandler): BurstReader {
    const { dump } = this.#pcap;
    return dump && !this.#reading.copies
      ? new DumpedBursts(this.#pcap, dump, this.#handle, snapLength, handler)
      : new CopiedBursts(this.#pcap, this.#handle, snapLength, handler);
  }

  #look(): void {
    this.#count();
    this.#lookAtMtu();
    // libpcap itself waits in silence while an interface is down.
    const isDown = this.#canBeDown && !this.#isBusy && isInterfaceDown(this.#name);
    this.#isBusy = false;
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    if (isDown) sayBroken(this.#name, "the interface is down", this.#reading);
    else sayMended(this.#name, this.#reading);
  }

  #lookAtMtu(): void {
    const mtu = interfaceMtu(this.#name);
    if (mtu === undefined || this.#mtu === undefined || mtu === this.#mtu) return;
    const { counts, onChange } = this.#reading;
    counts.mtuChanges++;
    onChange(`The MTU of ${this.#name} was ${this.#mtu} bytes and is now ${mtu}`);
    this.#mtu = mtu;
  }

  #count(): void {
    const stat = new Uint32Array(STAT_WORDS);
    if (this.#pcap.pcap_stats(this.#handle, new Uint8Array(stat.buffer)) !== 0) return;
    this.#kernel.addTo(this.#reading.counts, stat);
  }
}

/** False, too, when it cannot be found out just now. */
function isInterfaceDown(name: string): boolean {
  try {
    return listInterfaces().some((each) => each.name === name && !each.isUp);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return false;
  }
}
