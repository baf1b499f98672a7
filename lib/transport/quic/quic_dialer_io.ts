import { messageOf } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { type Address, formatAddress } from "../address.ts";
import { QUIC_OPTIONS } from "./quic_options.ts";
import { closeConnection, QuicStream, watchForDatagram } from "./quic_stream_io.ts";
import { localHostFor } from "../require_net_io.ts";
import type { Uplink } from "./uplink.ts";
import { resolveAddresses, type ResolveHost } from "../resolve_host_io.ts";
import { ALPN, TLS_SERVER_NAME, tlsIdentity } from "./tls_identity.ts";

/** The carrier asks at once, after 1 s and after 3 s. */
const CONNECT_MS = 4_000;

/** Makes a sensor's connections, one after another, all from one socket for each kind of address. */
export class QuicDialer implements Disposable {
  readonly #to: readonly [Address, ...Address[]];
  readonly #resolve: ResolveHost;
  readonly #uplink: Uplink | undefined;
  /** A connection needs random numbers, and is made in this thread. */
  readonly #randomness = gatherRandomness();
  /** By the address that it is bound to. */
  readonly #endpoints = new Map<string, Deno.QuicEndpoint>();
  /** Of the hosts' addresses, those at which the last try failed. */
  readonly #failed = new Set<string>();
  /** Where it was dialed last. */
  #last: Address;
  /** What that is called. */
  #lastTo: Address;

  /**
   * @param to Where somebody may answer, in the order in which they are tried.
   * @param resolve Finds the addresses of a host.
   * @param uplink What all connections together may send.
   */
  constructor(
    to: Address | readonly [Address, ...Address[]],
    resolve: ResolveHost = resolveAddresses,
    uplink?: Uplink,
  ) {
    this.#to = "hostname" in to ? [to] : to;
    this.#last = this.#lastTo = this.#to[0];
    this.#uplink = uplink;
    this.#resolve = resolve;
  }

  /** Whom the last connection was to, by the name that was given. */
  get lastTo(): Address {
    return this.#lastTo;
  }

  /** The last connection was of no use: others have their turn. */
  fail(): void {
    this.#failed.add(formatAddress(this.#last));
  }

  /**
   * Connects; hosts are looked up each time, since they may have moved. Of several addresses each
   * has its turn after a failure.
   *
   * @throws Error When nobody answers.
   */
  async dial(signal: AbortSignal): Promise<QuicStream> {
    await this.#randomness;
    let found = await this.#locateNext(signal);
    if (!found) {
      this.#failed.clear();
      found = (await this.#locateNext(signal))!;
    }
    this.#lastTo = found.to;
    this.#last = found.address;
    try {
      return await this.#dialAt(this.#last, signal);
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  /** The first place that has not failed. @throws Error When one that is to be tried cannot be found. */
  async #locateNext(
    signal: AbortSignal,
  ): Promise<{ readonly to: Address; readonly address: Address } | undefined> {
    for (const to of this.#to) {
      if (this.#failed.has(formatAddress(to)) && this.#to.length > 1) continue;
      let hosts: readonly string[];
      try {
        hosts = await this.#locate(to, signal);
      } catch (error) {
        this.#failed.add(formatAddress(to));
        throw error;
      }
      const address = hosts.map((hostname) => ({ hostname, port: to.port }))
        .find((each) => !this.#failed.has(formatAddress(each)));
      if (address) return { to, address };
    }
    return undefined;
  }

  /** Closes the sockets. */
  [Symbol.dispose](): void {
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }

  async #dialAt({ hostname, port }: Address, signal: AbortSignal): Promise<QuicStream> {
    if (this.#uplink) {
      this.#uplink.connect(performance.now());
      await rest(this.#uplink.waitMs(performance.now()), signal);
    }
    const connecting = Deno.connectQuic<false>({
      ...QUIC_OPTIONS,
      maxConcurrentBidirectionalStreams: 0, // the sensor opens the one that there is
      hostname,
      port,
      serverName: TLS_SERVER_NAME,
      caCerts: [tlsIdentity().cert],
      alpnProtocols: [ALPN],
      endpoint: this.#endpointFor(hostname),
    });
    const connection = await orLate(connecting, port, signal);
    try {
      const opened = await connection.createBidirectionalStream();
      const stream = new QuicStream(connection, opened, this.#uplink);
      watchForDatagram(connection, () => stream.abandon("the collector sent a datagram"));
      return stream;
    } catch (error) {
      close(connection);
      throw error;
    }
  }

  /** The system may take long to find a host, or that there is none. */
  async #locate({ hostname }: Address, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return await unlessAborted(this.#resolve(hostname), signal);
    } catch (cause) {
      if (signal.aborted) throw new Error("its host has not been found yet", { cause });
      const isUnknown = (cause as { code?: string }).code === "ENOTFOUND";
      const why = isUnknown ? "has no address" : `cannot be looked up: ${messageOf(cause)}`;
      throw new Error(`its host ${why}`, { cause });
    }
  }

  #endpointFor(hostname: string): Deno.QuicEndpoint {
    const any = localHostFor(hostname);
    let endpoint = this.#endpoints.get(any);
    if (!endpoint) this.#endpoints.set(any, endpoint = new Deno.QuicEndpoint({ hostname: any }));
    return endpoint;
  }
}

/**
 * Resolves when the runtime's TLS library (AWS-LC) has what its random numbers begin with: it measures
 * the jitter of the processor for that, once in a process, for 30 ms. A new ECDSA key has it do so in
 * another thread.
 */
async function gatherRandomness(): Promise<void> {
  await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
}

/** An attempt cannot be cancelled: one that comes off too late is closed. */
async function orLate(
  connecting: Promise<Deno.QuicConn>,
  port: number,
  signal: AbortSignal,
): Promise<Deno.QuicConn> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const wanted = `; wanted there: a collector, and UDP port ${port} open to it, ` +
    "which is the port after that of -addr";
  const onAbort = () => reject(new Error("it has not answered yet" + wanted));
  const timer = setTimeout(() => reject(new Error("it does not answer" + wanted)), CONNECT_MS);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    connecting.then(close, () => {});
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

function close(connection: Deno.QuicConn): void {
  connection.closed.catch(() => {});
  closeConnection(connection);
}
