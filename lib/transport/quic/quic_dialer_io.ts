import { messageOf } from "../../base/errors.ts";
import { rest } from "../../base/rest_io.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import type { Address } from "../address.ts";
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
  readonly #to: Address;
  readonly #resolve: ResolveHost;
  readonly #uplink: Uplink | undefined;
  /** By the address that it is bound to. */
  readonly #endpoints = new Map<string, Deno.QuicEndpoint>();
  /** Of the host's addresses, those at which the last try failed. */
  readonly #failed = new Set<string>();

  /**
   * @param resolve Finds the addresses of a host.
   * @param uplink What all connections together may send.
   */
  constructor(to: Address, resolve: ResolveHost = resolveAddresses, uplink?: Uplink) {
    this.#to = to;
    this.#uplink = uplink;
    this.#resolve = resolve;
  }

  /**
   * Connects; the host is looked up each time, since it may have moved. Of several addresses each
   * has its turn after a failure.
   *
   * @throws Error When nobody answers.
   */
  async dial(signal: AbortSignal): Promise<QuicStream> {
    const addresses = await this.#locate(signal);
    let address = addresses.find((each) => !this.#failed.has(each));
    if (address === undefined) {
      this.#failed.clear();
      address = addresses[0];
    }
    try {
      return await this.#dialAt(address, signal);
    } catch (error) {
      this.#failed.add(address);
      throw error;
    }
  }

  /** Closes the sockets. */
  [Symbol.dispose](): void {
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }

  async #dialAt(hostname: string, signal: AbortSignal): Promise<QuicStream> {
    if (this.#uplink) {
      this.#uplink.connect(performance.now());
      await rest(this.#uplink.waitMs(performance.now()), signal);
    }
    const connecting = Deno.connectQuic<false>({
      ...QUIC_OPTIONS,
      maxConcurrentBidirectionalStreams: 0, // the sensor opens the one that there is
      hostname,
      port: this.#to.port,
      serverName: TLS_SERVER_NAME,
      caCerts: [tlsIdentity().cert],
      alpnProtocols: [ALPN],
      endpoint: this.#endpointFor(hostname),
    });
    const connection = await orLate(connecting, this.#to.port, signal);
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
  async #locate(signal: AbortSignal): Promise<readonly [string, ...string[]]> {
    try {
      return await unlessAborted(this.#resolve(this.#to.hostname), signal);
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
