import { cString, type Libpcap, openLibpcap, textAt, textIn } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";
import { listInterfaces } from "./interfaces_io.ts";
import { isUsb } from "./link_type.ts";
import type { LiveCounts, LiveOptions } from "./live_options.ts";
import { withoutOwnTraffic } from "./own_traffic.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { PcapParser } from "./pcap.ts";

/** What reading from an interface needs besides its options. */
export interface LiveReading {
  /** Called after each burst of packets; it is not waited for, since the network does not wait. */
  readonly afterBurst: () => void;
  readonly counts: LiveCounts;
  /** Told that capturing has begun, has broken off or goes on, in one line. */
  readonly onChange: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Memory for one burst; untouched pages cost nothing. */
const BURST_BYTES = 32 << 20;
const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const ERROR_BYTES = 256;
/** struct bpf_program and struct pcap_stat on 64-bit machines. */
const PROGRAM_BYTES = 16;
const STAT_WORDS = 3;
const NETMASK_UNKNOWN = 0xffffffff;
const NANOSECONDS = 1;
const SEEK_SET = 0;
/** How long to wait before an interface that is gone is tried again. */
const REOPEN_MS = 500;
/** How often the kernel's counts, and the state of a quiet interface, are asked for. */
const LOOK_MS = 1000;

/** Results of libpcap's functions. */
const PCAP_ERROR = -1;
const PCAP_ERROR_NO_SUCH_DEVICE = -5;
const PCAP_ERROR_PERM_DENIED = -8;

/** Captures from several interfaces at once, as {@linkcode readInterface} does from each. */
export async function readInterfaces(
  names: readonly string[],
  options: LiveOptions,
  handler: PacketHandler,
  reading: LiveReading,
): Promise<void> {
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
 * @throws CaptureError When it cannot be opened: `library`, `interface`, `not-permitted`, `filter`.
 */
export async function readInterface(
  name: string,
  options: LiveOptions,
  handler: PacketHandler,
  reading: LiveReading,
): Promise<void> {
  const { signal, onChange } = reading;
  let capture: LiveCapture | undefined = new LiveCapture(name, options);
  onChange(`capturing from ${name}`);
  while (true) {
    const problem = await capture.read(handler, reading);
    if (problem === undefined) return;
    sayBroken(name, problem, reading);
    capture = undefined;
    while (!capture) {
      await rest(REOPEN_MS, signal);
      if (signal.aborted) return;
      try {
        capture = new LiveCapture(name, options);
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

/** One opened interface and the two bursts that are filled in turn. */
class LiveCapture {
  readonly #name: string;
  readonly #pcap: Libpcap;
  readonly #handle: Deno.PointerObject;
  readonly #bursts: readonly Burst[];
  readonly #burstPackets: number;
  /** What has been added to the counts; the kernel's only rise, and wrap at 2^32. */
  #counted = new Uint32Array(STAT_WORDS);
  /** Whether packets have come since the last look. */
  #isBusy = false;
  #isDown = false;
  /** What is open and not up is no device but a tap of the kernel, such as nflog. */
  readonly #canBeDown: boolean;

  constructor(name: string, options: LiveOptions) {
    this.#name = name;
    this.#pcap = openLibpcap();
    this.#handle = this.#open(name, options);
    this.#canBeDown = !isInterfaceDown(name);
    try {
      this.#setFilter(options);
      this.#bursts = [new Burst(this.#pcap, this.#handle), new Burst(this.#pcap, this.#handle)];
    } catch (error) {
      this.#pcap.pcap_close(this.#handle);
      throw error;
    }
    // So many that a burst of the longest packets fits.
    this.#burstPackets = Math.floor(BURST_BYTES / (options.snapLength + PACKET_HEADER_BYTES)) - 1;
  }

  /**
   * Reads until `signal` aborts, then closes. A thread of libpcap fills one burst while the packets of
   * the other are handled.
   *
   * @returns Why the interface gave up; undefined when it did not.
   */
  async read(
    handler: PacketHandler,
    reading: LiveReading,
  ): Promise<string | undefined> {
    const { afterBurst, counts, signal } = reading;
    const pcap = this.#pcap;
    const stop = () => pcap.pcap_breakloop(this.#handle);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const looks = setInterval(() => this.#look(reading), LOOK_MS);
    const parser = new PcapParser(handler);
    parser.push(this.#bursts[0]!.bytes.subarray(0, FILE_HEADER_BYTES));
    try {
      let current = 0;
      let filling = this.#fill(current);
      while (true) {
        const result = await filling;
        const full = this.#bursts[current]!;
        const isOver = result === PCAP_ERROR || signal.aborted;
        const problem = result === PCAP_ERROR ? textAt(pcap.pcap_geterr(this.#handle)) : undefined;
        current = 1 - current;
        if (!isOver) filling = this.#fill(current);
        const packets = full.take();
        this.#isBusy ||= packets.length > 0;
        parser.push(packets);
        afterBurst();
        if (isOver) return signal.aborted ? undefined : problem;
      }
    } finally {
      clearInterval(looks);
      signal.removeEventListener("abort", stop);
      this.#count(counts);
      for (const burst of this.#bursts) burst.close();
      pcap.pcap_close(this.#handle);
    }
  }

  #fill(index: number): Promise<number> {
    const { dumper } = this.#bursts[index]!;
    return this.#pcap.pcap_dispatch(
      this.#handle,
      this.#burstPackets,
      this.#pcap.pcap_dump,
      dumper,
    );
  }

  #open(name: string, options: LiveOptions): Deno.PointerObject {
    const pcap = this.#pcap;
    const error = new Uint8Array(ERROR_BYTES);
    const handle = pcap.pcap_create(cString(name), error);
    if (!handle) throw cannotOpen(name, "interface", textIn(error));
    pcap.pcap_set_snaplen(handle, options.snapLength);
    pcap.pcap_set_promisc(handle, Number(options.promiscuous));
    pcap.pcap_set_timeout(handle, options.timeoutMs);
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

  #setFilter({ filter, collector }: LiveOptions): void {
    // Alone first: what is wrong with it is told of it, and its brackets do not reach what is added.
    if (filter !== "") this.#compile(filter, () => 0);
    const isNetwork = !isUsb(this.#pcap.pcap_datalink(this.#handle));
    const whole = collector && isNetwork ? withoutOwnTraffic(filter, collector) : filter;
    if (whole !== "") {
      this.#compile(whole, (program) => this.#pcap.pcap_setfilter(this.#handle, program));
    }
  }

  #compile(filter: string, use: (program: Uint8Array<ArrayBuffer>) => number): void {
    const pcap = this.#pcap;
    const program = new Uint8Array(PROGRAM_BYTES);
    const isWrong = pcap.pcap_compile(this.#handle, program, cString(filter), 1, NETMASK_UNKNOWN);
    const failed = isWrong !== 0 || use(program) !== 0;
    const reason = failed ? textAt(pcap.pcap_geterr(this.#handle)) : "";
    if (isWrong === 0) pcap.pcap_freecode(program);
    if (failed) {
      throw new CaptureError("filter", `Cannot use the filter "${filter}": ${reason}`);
    }
  }

  /** libpcap itself waits in silence while an interface is down. */
  #look(reading: LiveReading): void {
    this.#count(reading.counts);
    const isDown = this.#canBeDown && !this.#isBusy && isInterfaceDown(this.#name);
    this.#isBusy = false;
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    if (isDown) sayBroken(this.#name, "the interface is down", reading);
    else sayMended(this.#name, reading);
  }

  #count(counts: LiveCounts): void {
    const stat = new Uint32Array(STAT_WORDS);
    if (this.#pcap.pcap_stats(this.#handle, new Uint8Array(stat.buffer)) !== 0) return;
    const [received, dropped, droppedByInterface] = stat.map((count, at) =>
      (count - this.#counted[at]!) >>> 0
    );
    this.#counted = stat;
    counts.received += received!;
    counts.droppedByKernel += dropped!;
    counts.droppedByInterface += droppedByInterface!;
  }
}

/** Memory that libpcap dumps packets into as if it were a capture file. */
class Burst {
  readonly bytes = new Uint8Array(BURST_BYTES);
  readonly dumper: Deno.PointerObject;
  readonly #pcap: Libpcap;
  readonly #file: Deno.PointerValue;

  constructor(pcap: Libpcap, handle: Deno.PointerObject) {
    this.#pcap = pcap;
    this.#file = pcap.fmemopen(this.bytes, BigInt(BURST_BYTES), cString("w"));
    const dumper = pcap.pcap_dump_fopen(handle, this.#file);
    if (!dumper) throw new CaptureError("interface", textAt(pcap.pcap_geterr(handle)));
    this.dumper = dumper;
    pcap.pcap_dump_flush(dumper);
  }

  /** The packets that were dumped, each with its header; the next ones overwrite them. */
  take(): Uint8Array {
    this.#pcap.pcap_dump_flush(this.dumper);
    const end = Number(this.#pcap.ftell(this.#file));
    this.#pcap.fseek(this.#file, BigInt(FILE_HEADER_BYTES), SEEK_SET);
    return this.bytes.subarray(FILE_HEADER_BYTES, end);
  }

  close(): void {
    this.#pcap.pcap_dump_close(this.dumper);
  }
}

function isInterfaceDown(name: string): boolean {
  return listInterfaces().some((each) => each.name === name && !each.isUp);
}

function knownInterfaces(): string {
  return `known interfaces are ${listInterfaces().map(({ name }) => `"${name}"`).join(", ")}`;
}

function cannotOpen(name: string, code: CaptureError["code"], why: string): CaptureError {
  return new CaptureError(code, `Cannot open interface "${name}": ${why}`);
}

/** Waits, not beyond the abort of `signal`. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener("abort", stop);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
