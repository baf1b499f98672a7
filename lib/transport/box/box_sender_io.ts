import { counted } from "../../base/text/counted.ts";
import { messageOf, SendError } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { rest } from "../../base/wait/rest_io.ts";
import type { Batch } from "../../gather/batch.ts";
import { splitBatch } from "../../gather/split_batch.ts";
import { encodeBatchMessage } from "../../pack/batch_message.ts";
import { gzip } from "../../pack/gzip.ts";
import { NONCE_BYTES, sealBox } from "../../seal/box.ts";
import { lowOrderKey } from "../../seal/low_order_key.ts";
import type { KeyPair } from "../../seal/key.ts";
import { sharedKey } from "../../seal/shared_key.ts";
import type { Address } from "../address.ts";
import { backoffMs } from "../backoff.ts";
import { DATAGRAM_OVERHEAD_BYTES, encodeDatagram } from "./datagram.ts";
import { Outage } from "../outage.ts";
import { Pacer } from "../pacer.ts";
import { locateCollector, type ResolveHost } from "../resolve_host_io.ts";
import { SentCountsByType } from "../sent_counts.ts";
import type { Transport } from "../transport.ts";

/** How a {@linkcode BoxSender} sends. */
export interface BoxSenderOptions {
  readonly collector: Address;
  readonly collectorKey: Uint8Array;
  /** The sensor's own keys; the public one travels in front of every datagram. */
  readonly keys: KeyPair;
  readonly clientId: string;
  readonly containsPayloads: boolean;
  /** No datagram is longer, UDP's own header not counted. */
  readonly maxDatagramBytes: number;
  /** Bytes per second, see {@linkcode Pacer}; Infinity for no limit. */
  readonly rate: number;
  /** Finds the addresses of the collector's host. */
  readonly resolve?: ResolveHost;
  /** Told of every datagram sent. */
  readonly onSent?: (batch: Batch, bytes: number) => void;
  /** Told of every batch that could not be sent, with the reason. */
  readonly onFailed?: (batch: Batch, reason: string) => void;
}

/** How long a resolved host name is used before it is looked up again. */
const LOCATE_AGAIN_MS = 60_000;
/** What goes out at once after a pause: the default receive buffer of a socket holds several times that. */
const BURST_BYTES = 32 * 1024;

/**
 * Sends batches as the original's datagrams: packed, sealed for the collector, one datagram each.
 * There is no answer; what is lost on the way is not noticed here.
 */
export class BoxSender implements Transport {
  /** By record type. */
  readonly counts = new SentCountsByType();
  readonly #options: BoxSenderOptions;
  readonly #key: Uint8Array;
  #pacer: Pacer;
  #socket: Deno.DatagramConn | undefined;
  #to: Deno.NetAddr | undefined;
  #locatedAtMs = 0;
  #mayGoAtMs = 0;

  /** @throws KeyFileError `malformed` when the collector's key is one with which everybody could read. */
  constructor(options: BoxSenderOptions) {
    const key = sharedKey(options.collectorKey, options.keys.privateKey);
    if (!key) throw lowOrderKey();
    this.#key = key;
    this.#options = options;
    this.#pacer = new Pacer(options.rate, BURST_BYTES, performance.now());
  }

  /**
   * Looks the collector's address up.
   *
   * @throws SendError `not-connected` when its host has none just now.
   * @throws ConfigError When it never will, or Deno does not permit to look.
   */
  async locate(): Promise<void> {
    const { collector: { hostname, port }, resolve } = this.#options;
    this.#locatedAtMs = performance.now();
    const [address] = await locateCollector(hostname, resolve);
    if (address === undefined) {
      throw new SendError("not-connected", `the collector's host "${hostname}" has no address`);
    }
    this.#to = { transport: "udp", hostname: address, port };
  }

  /** Looks it up until it has an address or `signal` aborts; says when it has none. @throws ConfigError */
  async locateInTime(signal: AbortSignal, log: Log): Promise<void> {
    const beganMs = performance.now();
    const outage = new Outage(beganMs);
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        return await this.locate();
      } catch (error) {
        if (!(error instanceof SendError)) throw error;
        const words = outage.say(error.message, performance.now());
        if (words !== undefined) log.problem("host", `Cannot send yet${words}`);
      }
      const sinceMs = performance.now() - beganMs;
      await rest(backoffMs(tries, sinceMs, 0, Math.random()), signal);
    }
  }

  /** Sends at most so many bytes per second from now on, see {@linkcode Pacer}. */
  limit(bytesPerSecond: number): void {
    this.#pacer = new Pacer(bytesPerSecond, BURST_BYTES, performance.now());
  }

  /** Sends one batch, in several datagrams if one cannot hold it; waits as the rate demands. */
  async send(batch: Batch): Promise<void> {
    const { clientId, containsPayloads, maxDatagramBytes } = this.#options;
    const content = await gzip(encodeBatchMessage(clientId, batch, containsPayloads));
    if (content.length + DATAGRAM_OVERHEAD_BYTES <= maxDatagramBytes) {
      await this.#sendContent(batch, content);
    } else if (batch.count > 1) {
      for (const half of splitBatch(batch)) await this.send(half);
    } else {
      this.counts.of(batch.type).tooLarge += batch.count;
      this.#options.onFailed?.(batch, `no datagram of ${maxDatagramBytes} bytes can hold it`);
    }
  }

  get name(): string {
    return this.#options.clientId;
  }

  get error(): SendError | undefined {
    const { failed } = this.counts;
    if (failed === 0) return undefined;
    return new SendError(
      "refused",
      `Cannot send ${counted(failed, "record")}: the system refused the datagrams`,
    );
  }

  /** Nothing waits here: `send` does. */
  get waitingBytes(): number {
    return 0;
  }

  /** Everything has been handed to the network already. */
  async finish(): Promise<void> {}

  /** Closes the socket. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.close();
    return Promise.resolve();
  }

  async #sendContent(batch: Batch, content: Uint8Array): Promise<void> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const { publicKey } = this.#options.keys;
    const datagram = encodeDatagram({
      publicKey,
      nonce,
      box: sealBox(content, nonce, this.#key),
    });
    await this.#pace(datagram.length);
    const counts = this.counts.of(batch.type);
    try {
      const to = await this.#destination();
      this.#socket ??= listenLike(to);
      await this.#socket.send(datagram, to);
    } catch (error) {
      counts.failed += batch.count;
      this.#options.onFailed?.(batch, messageOf(error));
      return;
    }
    counts.sent += batch.count;
    counts.parts++;
    counts.bytes += datagram.length;
    this.#options.onSent?.(batch, datagram.length);
  }

  async #pace(bytes: number): Promise<void> {
    const nowMs = performance.now();
    const waitMs = this.#mayGoAtMs - nowMs;
    if (waitMs > 0) await rest(waitMs);
    const sentAtMs = performance.now();
    this.#mayGoAtMs = sentAtMs + this.#pacer.spend(bytes, sentAtMs);
  }

  /** Where the collector is now: a name may move. While it cannot be looked up, it is where it was. */
  async #destination(): Promise<Deno.NetAddr> {
    if (!this.#to) await this.locate();
    else if (performance.now() - this.#locatedAtMs > LOCATE_AGAIN_MS) {
      await this.locate().catch(() => {});
    }
    return this.#to!;
  }
}

function listenLike({ hostname }: Deno.NetAddr): Deno.DatagramConn {
  const any = hostname.includes(":") ? "::" : "0.0.0.0";
  return Deno.listenDatagram({ transport: "udp", hostname: any, port: 0 });
}
