import { interfaceMtu } from "../../ffi/interface_mtu.ts";
import { type Libpcap, openLibpcap, textAt } from "../../ffi/libpcap.ts";
import { PacketFanout } from "../../ffi/packet_fanout.ts";
import { CaptureError } from "../base/errors.ts";
import { rest } from "../base/wait/rest_io.ts";
import { CaptureRing } from "./capture_ring_io.ts";
import { checkFilter } from "./compile_filter_io.ts";
import { listInterfaces } from "./interfaces_io.ts";
import type { LiveOptions } from "./live_options.ts";
import type { LiveReading } from "./live_reading.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { FIRST_RING_BYTES, fittingRing, MAX_RING_BYTES } from "./ring_growth.ts";

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
  const { counts, signal, onChange } = reading;
  // That it broke off has been said.
  for (let isSaid = !isFirst; !signal.aborted; isSaid = true) {
    try {
      const capture = new LiveCapture(name, options, handler, reading);
      if (isFirst && isSaid) counts.down--;
      return capture;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      const isHopeless = error.code !== "interface-away" || options.failFast;
      if (isFirst && isHopeless) throw error;
      if (isFirst) checkFilter(options.filter);
      if (!isSaid) {
        counts.down++;
        onChange(`${error.message}; waiting for it`);
      }
    }
    await rest(REOPEN_MS, signal);
  }
  return undefined;
}

function sayBroken(name: string, problem: string, { counts, onChange }: LiveReading): void {
  counts.interruptions++;
  counts.down++;
  onChange(`Capture on ${name} broke off: ${problem}`);
}

function sayMended(name: string, { counts, onChange }: LiveReading): void {
  counts.down--;
  onChange(`Capture on ${name} goes on`);
}

/** One opened interface. */
class LiveCapture {
  readonly #name: string;
  readonly #pcap: Libpcap;
  readonly #options: LiveOptions;
  readonly #handler: PacketHandler;
  readonly #reading: LiveReading;
  #ring: CaptureRing;
  /** Through which a larger ring takes the place of another; undefined where none can, or shall. */
  #fanout: PacketFanout | undefined;
  /** A larger ring that is ready. */
  #successor: CaptureRing | undefined;
  #growing: Promise<void> | undefined;
  /** What had been read of this ring at the last look. */
  #seenBytes = 0;
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
    this.#options = options;
    this.#handler = handler;
    this.#reading = reading;
    this.#gatheringMs = Math.min(2 * options.timeoutMs, MAX_GATHERING_MS);
    this.#pcap = openLibpcap();
    this.#ring = this.#openFirst();
    this.#canBeDown = !isInterfaceDown(name);
    this.#mtu = interfaceMtu(name);
  }

  /**
   * Reads until `signal` aborts, then closes.
   *
   * @returns Why the interface gave up; undefined when it did not.
   */
  async read(): Promise<string | undefined> {
    const { afterBurst, signal } = this.#reading;
    const stop = () => this.#ring.breakLoop();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const looks = setInterval(() => this.#look(), LOOK_MS);
    try {
      while (!this.#ring.bursts.isOver) {
        const packets = await this.#ring.bursts.read(signal);
        this.#isBusy ||= packets > 0;
        afterBurst();
        if (this.#successor && !this.#ring.bursts.isOver) await this.#moveOn(this.#successor);
      }
      if (signal.aborted) return undefined;
      const problem = textAt(this.#pcap.pcap_geterr(this.#ring.handle));
      await rest(this.#gatheringMs, signal);
      while (!signal.aborted && await this.#ring.bursts.readRest() > 0) afterBurst();
      return problem;
    } finally {
      clearInterval(looks);
      if (this.#isDown) this.#reading.counts.down--; // it is opened anew, if at all
      signal.removeEventListener("abort", stop);
      await this.#growing;
      await this.#successor?.close();
      await this.#ring.close();
    }
  }

  #open(ringBytes: number): CaptureRing {
    const options = { ...this.#options, ringBytes };
    return new CaptureRing(this.#pcap, this.#name, options, this.#handler, this.#reading);
  }

  /** A small ring if it can grow, and else a large one, unless the user says how large. */
  #openFirst(): CaptureRing {
    const { ringBytes } = this.#options;
    if (ringBytes !== undefined) return this.#open(ringBytes);
    // The last packets of a ring that is replaced come only when the kernel has gathered enough.
    if (this.#gatheringMs === MAX_GATHERING_MS) return this.#open(MAX_RING_BYTES);
    const ring = this.#open(FIRST_RING_BYTES);
    this.#fanout = PacketFanout.begin(ring.fd);
    if (this.#fanout) return ring;
    ring.discard();
    return this.#open(MAX_RING_BYTES);
  }

  #lookAtRing(dropped: number): void {
    const { ringBytes, bursts } = this.#ring;
    const came = bursts.bytes - this.#seenBytes;
    this.#seenBytes = bursts.bytes;
    if (!this.#fanout || this.#growing) return;
    const fitting = fittingRing(ringBytes, came, dropped, LOOK_MS);
    if (fitting > ringBytes) this.#growing = this.#grow(this.#fanout, fitting);
  }

  /** Makes a larger ring ready; nothing is lost when that fails, and it is not tried again. */
  async #grow(fanout: PacketFanout, ringBytes: number): Promise<void> {
    const larger = this.#tryToOpen(ringBytes);
    if (!larger || !fanout.join(larger.fd)) {
      this.#fanout = undefined;
      await larger?.discard();
      return;
    }
    // What it got before it joined came to the other one, too.
    await rest(this.#gatheringMs, this.#reading.signal);
    larger.forget();
    this.#successor = larger;
    this.#ring.breakLoop();
  }

  #tryToOpen(ringBytes: number): CaptureRing | undefined {
    try {
      return this.#open(ringBytes);
    } catch (error) {
      if (error instanceof CaptureError) return undefined;
      throw error;
    }
  }

  /** Goes on with the larger ring once all that came to the other one has been handed over. */
  async #moveOn(successor: CaptureRing): Promise<void> {
    if (this.#fanout!.moveTo(successor.fd)) {
      const before = this.#ring;
      await before.drain(this.#gatheringMs);
      this.#ring = successor;
      this.#seenBytes = 0;
      this.#reading.onChange(
        `The capture buffer of ${this.#name} was ${before.ringBytes >> 20} MiB ` +
          `and is now ${successor.ringBytes >> 20} MiB`,
      );
      await before.close();
    } else {
      this.#fanout = undefined;
      await successor.close();
    }
    this.#successor = undefined;
    this.#growing = undefined;
  }

  #look(): void {
    const { counts } = this.#reading;
    const before = counts.droppedByKernel;
    this.#ring.count();
    this.#lookAtRing(counts.droppedByKernel - before);
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
