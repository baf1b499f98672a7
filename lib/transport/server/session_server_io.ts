import { messageOf } from "../../base/errors.ts";
import { Histogram } from "../../base/count/histogram.ts";
import type { Log } from "../../base/program/log_io.ts";
import type { StaticKey } from "../../seal/agreement_key.ts";
import type { Address } from "../address.ts";
import { cannotListen } from "../cannot_listen_io.ts";
import { CreditPool } from "./credit_pool.ts";
import { HalfOpen } from "./half_open.ts";
import { QUIC_OPTIONS } from "../quic/quic_options.ts";
import type { SessionCounts } from "./session_counts.ts";
import { ServedConnection } from "./served_connection_io.ts";
import type { SessionHost } from "./session_host.ts";
import { RateLimits } from "./rate_limit.ts";
import type { ServerState } from "./server_state.ts";
import { ServerKeys } from "./server_keys.ts";
import { SessionTable } from "./session_table.ts";
import { ALPN, tlsIdentity } from "../quic/tls_identity.ts";
import { Turns } from "./turns_io.ts";
import { within } from "../within_io.ts";

/** How a {@linkcode SessionServer} serves. */
export interface SessionServerOptions {
  readonly address: Address;
  /** The collector's keys, the newest first. */
  readonly keys: readonly StaticKey[];
  /** Keys that it had: what was sealed for them is opened, and nobody is served under them. */
  readonly retiredKeys?: readonly StaticKey[];
  readonly host: SessionHost;
  /** Bytes that all sessions together may send before something is stored. */
  readonly creditBytes?: number;
  readonly log: Log;
}

const DEFAULT_CREDIT_BYTES = 64 << 20;
/** Connections that have not proved anything yet. */
const MAX_HALF_OPEN = 1024;
const TICK_MS = 1000;
/** How long the end waits for all connections. */
const CLOSE_MS = 5_000;

/** Listens for sessions and serves them until it is closed. */
export class SessionServer implements AsyncDisposable {
  readonly address: Address;
  readonly counts: SessionCounts = {
    connections: 0,
    accepted: 0,
    turnedAway: 0,
    violations: 0,
  };
  /** Seconds from the beginning of a connection until its sensor has proved that it may send. */
  readonly #handshakes = new Histogram();
  readonly #options: SessionServerOptions;
  readonly #endpoint: Deno.QuicEndpoint;
  readonly #pool: CreditPool;
  readonly #keys: ServerKeys;
  readonly #table = new SessionTable<ServedConnection>();
  readonly #connections = new Map<ServedConnection, Promise<void>>();
  readonly #turns = new Turns();
  readonly #limits = new RateLimits();
  readonly #halfOpen = new HalfOpen<ServedConnection>(MAX_HALF_OPEN);
  readonly #ticking: ReturnType<typeof setInterval>;
  #isClosed = false;

  /** Listens. @throws ConfigError `address-in-use`, or `address` when it is not one of this machine. */
  constructor(options: SessionServerOptions) {
    this.#options = options;
    this.#pool = new CreditPool(options.creditBytes ?? DEFAULT_CREDIT_BYTES);
    this.#keys = new ServerKeys(options.keys, options.retiredKeys);
    this.#endpoint = openEndpoint(options.address);
    this.address = this.#endpoint.addr;
    const listener = this.#endpoint.listen({
      ...QUIC_OPTIONS,
      ...tlsIdentity(),
      alpnProtocols: [ALPN],
    });
    this.#accept(listener);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Connections of sensors that may send, those included that are ending. */
  get sensors(): number {
    return this.#connections.size - this.#halfOpen.size;
  }

  /** How it is doing just now. */
  get state(): ServerState {
    return {
      sensors: this.sensors,
      halfOpen: this.#halfOpen.size,
      creditBytes: this.#pool.bytes,
      freeCreditBytes: this.#pool.free,
      handshakes: this.#handshakes,
    };
  }

  /** Asks the host again whether each sensor may send, and ends the sessions of those that may not. */
  review(): void {
    for (const connection of this.#connections.keys()) connection.review();
  }

  /** Serves under these keys, the newest first, from now on; tells sensors, and ends what is served under others. */
  setKeys(keys: readonly StaticKey[], retiredKeys: readonly StaticKey[]): void {
    this.#keys.set(keys, retiredKeys);
    for (const connection of this.#connections.keys()) connection.reviewKey();
  }

  /**
   * Takes nothing more; ends every session in order once what it brought is stored. What cannot be
   * stored just now, the sensors keep.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#ticking);
    for (const connection of this.#connections.keys()) connection.stop();
    await within(CLOSE_MS, Promise.all(this.#connections.values()));
    this.#endpoint.close({ closeCode: 0, reason: "" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #accept(listener: Deno.QuicListener): Promise<void> {
    while (!this.#isClosed) {
      try {
        const incoming = await listener.incoming();
        if (this.#isClosed) return incoming.refuse();
        // Only so can its address be read: the getters of `incoming` destroy the connection.
        this.#serve(incoming.accept({ zeroRtt: true }));
      } catch (error) {
        if (this.#isClosed || error instanceof Deno.errors.BadResource) return;
        this.#options.log.problem("incoming", `Cannot accept a connection: ${messageOf(error)}`);
      }
    }
  }

  #serve(quic: Deno.QuicConn): void {
    const { host, log } = this.#options;
    this.counts.connections++;
    const beganMs = performance.now();
    const connection = new ServedConnection(quic, {
      keys: this.#keys,
      host,
      pool: this.#pool,
      table: this.#table,
      turns: this.#turns,
      limits: this.#limits,
      counts: this.counts,
      log,
      onConfirmed: () => {
        this.#halfOpen.remove(connection);
        this.#handshakes.observe((performance.now() - beganMs) / 1000);
      },
    });
    this.#halfOpen.add(connection, quic.remoteAddr.hostname)?.abandon("too many are half open");
    const over = connection.run().finally(() => {
      this.#halfOpen.remove(connection);
      this.#connections.delete(connection);
    });
    this.#connections.set(connection, over);
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections.keys()) connection.tick(nowMs);
  }
}

function openEndpoint(address: Address): Deno.QuicEndpoint {
  try {
    return new Deno.QuicEndpoint(address);
  } catch (cause) {
    throw cannotListen("listen for sessions on", address, cause);
  }
}
