import { Pacer } from "../pacer.ts";
import { QUIC_OPTIONS } from "./quic_options.ts";

/** What a packet of the carrier holds of a stream at least, while there is enough of it: RFC 9000, 14.1. */
const PACKET_BYTES = 1152;
/** What a packet costs besides: headers of IPv6, UDP and QUIC, and its authentication (RFC 9001, 5.3). */
const PACKET_COST_BYTES = 96;
/** How a connection begins: padded packets, and larger and larger ones, to learn which are carried. */
const CONNECTION_BYTES = 10_240;
/** With less, in bytes per second, a collector takes it for one that does not go on. */
export const MIN_UPLINK = 2048;
/** At once after a pause: room for a connection to begin. */
const MIN_BURST_BYTES = 12_288;
/** Or what that time allows. */
const BURST_MS = 100;

/**
 * Keeps what a sensor's connections send within a rate, all that it can know of counted as if each
 * write were packets of its own: stream bytes, headers, handshakes, acknowledgements, keep-alives.
 * What the carrier sends again it does not tell.
 *
 * ```ts
 * import { Uplink } from "./uplink.ts";
 *
 * const uplink = new Uplink(10_000, 0);
 * uplink.write(20_000, 0);
 * if (uplink.waitMs(0) < 700) throw new Error("12,288 bytes at once, then 10,000 a second");
 * ```
 */
export class Uplink {
  #sliceBytes!: number;
  #pacer!: Pacer;
  #freeAtMs!: number;

  /** @param bytesPerSecond What the network carries of the sensor at most; Infinity for no limit. */
  constructor(bytesPerSecond: number, nowMs: number) {
    this.limit(bytesPerSecond, nowMs);
  }

  /** What to write at a time, in bytes. */
  get sliceBytes(): number {
    return this.#sliceBytes;
  }

  /** Keeps within another rate from now on. */
  limit(bytesPerSecond: number, nowMs: number): void {
    const keepAlives = PACKET_COST_BYTES * 1000 / QUIC_OPTIONS.keepAliveInterval;
    const burstBytes = Math.max(MIN_BURST_BYTES, bytesPerSecond * BURST_MS / 1000);
    this.#sliceBytes = PACKET_BYTES *
      Math.max(1, Math.floor(burstBytes / 8 / (PACKET_BYTES + PACKET_COST_BYTES)));
    this.#pacer = new Pacer(bytesPerSecond - keepAlives, burstBytes, nowMs, 0);
    this.#freeAtMs = nowMs;
  }

  /** How long nothing may be sent, in milliseconds. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#freeAtMs - nowMs);
  }

  /** Counts bytes of a stream as sent. */
  write(bytes: number, nowMs: number): void {
    this.#spend(bytes + Math.ceil(bytes / PACKET_BYTES) * PACKET_COST_BYTES, nowMs);
  }

  /** Counts that a connection is to begin, which then waits first: its handshake has to go on. */
  connect(nowMs: number): void {
    this.#spend(CONNECTION_BYTES, nowMs);
  }

  /** Counts that something has come, which is acknowledged. */
  heard(nowMs: number): void {
    this.#spend(PACKET_COST_BYTES, nowMs);
  }

  #spend(bytes: number, nowMs: number): void {
    this.#freeAtMs = nowMs + this.#pacer.spend(bytes, nowMs);
  }
}
