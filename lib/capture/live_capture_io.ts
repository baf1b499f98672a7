import { interfaceMtu } from "../../ffi/interface_mtu.ts";
import { type Libpcap, openLibpcap, textAt } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import { rest } from "../base/rest_io.ts";
import type { BurstReader } from "./burst_reader.ts";
import { filterWarning } from "./compile_filter_io.ts";
import { CopiedBursts } from "./copied_bursts_io.ts";
import { DumpedBursts } from "./dumped_bursts_io.ts";
import { listInterfaces } from "./interfaces_io.ts";
import { KernelCounts } from "./kernel_counts.ts";
import type { LiveCounts, LiveOptions } from "./live_options.ts";
import { openInterface } from "./open_interface_io.ts";
import type { PacketHandler } from "./packet_handler.ts";

/** What reading from an interface needs besides its options. */
export interface LiveReading {
  /** Called after each burst of packets; it is not waited for, since the network does not wait. */
  readonly afterBurst: () => void;
  readonly counts: LiveCounts;
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
  const warning = filterWarning(options.filter);
  if (warning !== undefined) reading.onChange(warning);
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
  if (failed?.status === "rejected") throw failed.reason;
}

/**
 * Captures from one interface until `signal` aborts; what libpcap has handed over by then is delivered.
 * An interface that goes down or away is reported, and capturing goes on when it is back.
 *
 * @throws CaptureError When it cannot be opened: `library`, `interface`, `not-permitted`, `filter`,
 * `link-type`.
 */
export async function readInterface(
  name: string,
  options: LiveOptions,
  handler: PacketHandler,
  reading: LiveReading,
): Promise<void> {
  const { signal, onChange } = reading;
  let capture: LiveCapture | undefined = new LiveCapture(name, options, handler, reading);
  onChange(`capturing from ${name}`);
  while (true) {
    const problem = await capture.read();
    if (problem === undefined) return;
    sayBroken(name, problem, reading);
    capture = undefined;
    while (!capture) {
      await rest(REOPEN_MS, signal);
      if (signal.aborted) return;
      try {
        capture = new LiveCapture(name, options, handler, reading);
        sayMended(name, reading);
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
      }
    }
  }
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
    this.#name = name;
    this.#reading = reading;
    this.#gatheringMs = Math.min(2 * options.timeoutMs, MAX_GATHERING_MS);
    this.#pcap = openLibpcap();
    this.#handle = openInterface(this.#pcap, name, options);
    try {
      this.#canBeDown = !isInterfaceDown(name);
      this.#mtu = interfaceMtu(name);
      this.#bursts = this.#newBursts(options.snapLength, handler);
    } catch (error) {
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
