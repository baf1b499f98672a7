import { rest } from "../../base/wait/rest_io.ts";
import { type Address, formatAddress } from "../../transport/address.ts";
import { Pacer } from "../../transport/pacer.ts";
import { localHostFor, requireNet } from "../../transport/require_net_io.ts";
import { locateCollector } from "../../transport/resolve_host_io.ts";

/** A way to a collector of IPFIX, as long as it works: what throws has failed for good. */
export interface IpfixLink {
  /** Why it does not work any more; undefined while it does. */
  readonly broken: Error | undefined;
  /** Sends one message of so many records, when it is the time to. */
  write(message: Uint8Array, records: number): Promise<void>;
  /** Ends it in order; false when the collector does not say within that time that it has read all. */
  finish(waitMs: number): Promise<boolean>;
  close(): void;
}

/** Records that may be sent at once over UDP after a pause: what a socket of Linux keeps as it comes. */
const BURST_RECORDS = 256;
const CONNECT_MS = 10_000;
/** What a message takes to a collector, and word of it back, at most. */
const ROUND_TRIP_MS = 250;

/**
 * Opens a socket for UDP.
 *
 * @param recordsPerSecond The rate kept over time.
 */
export async function openUdpLink(to: Address, recordsPerSecond: number): Promise<IpfixLink> {
  const [hostname] = await addressesOf(to);
  const { port } = to;
  const local = { hostname: localHostFor(hostname), port: 0 };
  const socket = Deno.listenDatagram({ transport: "udp", ...local });
  // It counts records in place of bytes.
  const pacer = new Pacer(recordsPerSecond, BURST_RECORDS, performance.now(), 0);
  return {
    broken: undefined,
    async write(message, records) {
      await socket.send(message, { transport: "udp", hostname, port });
      const waitMs = pacer.spend(records, performance.now());
      if (waitMs >= 1) await rest(waitMs);
    },
    finish: () => Promise.resolve(true),
    close: () => socket.close(),
  };
}

/** Connects over TCP. */
export async function openTcpLink(to: Address, signal: AbortSignal): Promise<IpfixLink> {
  const failed: unknown[] = [];
  for (const hostname of await addressesOf(to)) {
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(new Error("it does not answer")), CONNECT_MS);
    try {
      const ends = AbortSignal.any([signal, tooLong.signal]);
      return new TcpLink(await Deno.connect({ hostname, port: to.port, signal: ends }));
    } catch (cause) {
      failed.push(cause);
    } finally {
      clearTimeout(timer);
    }
  }
  throw failed[0];
}

class TcpLink implements IpfixLink {
  readonly #connection: Deno.TcpConn;
  /** Whether the collector has ended it in order; resolves when it is ended. */
  readonly #ended: Promise<boolean>;
  broken: Error | undefined;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.#ended = this.#watch();
  }

  async write(message: Uint8Array): Promise<void> {
    for (let at = 0; at < message.length;) {
      if (this.broken !== undefined) throw this.broken;
      at += await this.#connection.write(message.subarray(at));
    }
  }

  async finish(waitMs: number): Promise<boolean> {
    // A collector that closes while messages are under way is found out by its answer to them.
    await this.#within(ROUND_TRIP_MS);
    if (this.broken !== undefined) throw this.broken;
    await this.#connection.closeWrite();
    const isInOrder = await this.#within(waitMs);
    if (isInOrder === false) throw this.broken;
    return isInOrder === true;
  }

  /** Whether it ended in order; undefined when it has not ended by then. */
  async #within(ms: number): Promise<boolean | undefined> {
    const waited = new AbortController();
    const isInOrder = await Promise.race([this.#ended, rest(ms, waited.signal)]);
    waited.abort();
    return isInOrder as boolean | undefined;
  }

  close(): void {
    this.#connection.close();
  }

  /** A collector says nothing: what comes is the end, or an error. */
  async #watch(): Promise<boolean> {
    const bytes = new Uint8Array(1024);
    try {
      while (await this.#connection.read(bytes) !== null);
      this.broken = new Error("the collector has closed the connection");
      return true;
    } catch (cause) {
      this.broken = cause as Error;
      return false;
    }
  }
}

async function addressesOf(to: Address): Promise<readonly [string, ...string[]]> {
  const [first, ...others] = await locateCollector(to.hostname);
  if (first === undefined) throw new Error(`there is no host ${to.hostname}`);
  await requireNet(to, [first, ...others]);
  return [first, ...others];
}

/** As `tcp://[::1]:4739`. */
export function linkName(transport: "udp" | "tcp", to: Address): string {
  return `${transport}://${formatAddress(to)}`;
}
