import { MAX_DATAGRAM_BYTES } from "../../base/max_datagram.ts";
import { Condition } from "../../base/wait/condition_io.ts";
import { rest } from "../../base/wait/rest_io.ts";
import type { Address } from "../address.ts";
import { cannotListen } from "../cannot_listen_io.ts";
import type { Received, Receiver } from "./received.ts";

/** How many bytes of datagrams may wait to be worked on. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/**
 * How long work on datagrams may go on before the socket is read again. The wait in between takes 2 ms;
 * the default receive buffer of Linux holds 48 datagrams of 2.7 kB.
 */
const MAX_WORK_MS = 4;
/** A socket that is to be closed is read until nothing has come for two rests of so long… */
const QUIET_MS = 25;
/** …and no longer than this. */
const MAX_CLOSE_MS = 1000;
/** How long to wait after a read that failed. */
const RETRY_MS = 10;
/** How many port numbers are tried for port 0. */
const PORT_TRIES = 64;

/**
 * Empties a UDP socket into a bounded queue. What does not fit the queue is counted; what the kernel
 * drops because nobody reads the socket is not, so that the thread should have little else to do.
 */
export class BoxReceiver implements Receiver {
  readonly address: Address;
  received = 0;
  overflowed = 0;
  readonly #socket: Deno.DatagramConn;
  #queue: Received[] = [];
  #waitingBytes = 0;
  /** Notified when a datagram has come, or none will any more. */
  readonly #changed = new Condition();
  #isClosed = false;

  /**
   * Listens. For port 0 a free port is chosen whose successor is free too, for sessions.
   *
   * @throws ConfigError `address-in-use`, or `address` when it is not one of this machine.
   */
  constructor(address: Address) {
    this.#socket = address.port === 0 ? listenOnFreePair(address) : listen(address);
    this.address = this.#socket.addr as Deno.NetAddr;
    this.#receive();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Received, void> {
    let readAtMs = performance.now();
    while (true) {
      const waiting = await this.take(Infinity);
      if (waiting.length === 0) return;
      for (const received of waiting) {
        // Work that never waits would keep the event loop from the socket; only a wait that lets the
        // thread rest makes Deno look at it (setImmediate does not).
        if (performance.now() - readAtMs > MAX_WORK_MS) {
          await rest(0);
          readAtMs = performance.now();
        }
        yield received;
      }
    }
  }

  /** What waits, `maxCount` datagrams at most; it waits for one, and is empty only at the end. */
  async take(maxCount: number): Promise<Received[]> {
    while (this.#queue.length === 0 && !this.#isClosed) {
      await this.#changed.wait();
    }
    const taken = this.#queue.splice(0, maxCount);
    for (const received of taken) this.#waitingBytes -= costOf(received.bytes);
    return taken;
  }

  /** Reads what the kernel holds, and stops. */
  async close(): Promise<void> {
    const endMs = performance.now() + MAX_CLOSE_MS;
    // Two rests, since a thread that was kept from running finds the first one over at once.
    let quietRests = 0;
    while (quietRests < 2 && performance.now() < endMs) {
      const before = this.received;
      await rest(QUIET_MS);
      quietRests = this.received === before ? quietRests + 1 : 0;
    }
    await this[Symbol.asyncDispose]();
  }

  /** Stops receiving at once. */
  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.close();
      this.#changed.notify();
    }
    return Promise.resolve();
  }

  async #receive(): Promise<void> {
    // One byte more than any datagram: Deno cuts silently what does not fit.
    const buffer = new Uint8Array(MAX_DATAGRAM_BYTES + 1);
    while (!this.#isClosed) {
      try {
        const [bytes, from] = await this.#socket.receive(buffer);
        this.#enqueue(bytes, from as Deno.NetAddr);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || this.#isClosed) return;
        // What the system reports of one datagram does not end the socket.
        await rest(RETRY_MS);
      }
    }
  }

  #enqueue(bytes: Uint8Array, from: Address): void {
    this.received++;
    if (this.#waitingBytes + costOf(bytes) > MAX_WAITING_BYTES) {
      this.overflowed++;
      return;
    }
    this.#waitingBytes += costOf(bytes);
    this.#queue.push({ bytes: bytes.slice(), from });
    this.#changed.notify();
  }
}

/** What a datagram in the queue takes, the objects around its bytes too. */
function costOf(bytes: Uint8Array): number {
  return bytes.length + 256;
}

function listen(address: Address): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({ transport: "udp", ...address });
  } catch (cause) {
    throw cannotListen("listen on", address, cause);
  }
}

function listenOnFreePair(address: Address): Deno.DatagramConn {
  for (let tries = 1;; tries++) {
    const socket = listen(address);
    const { port } = socket.addr as Deno.NetAddr;
    try {
      listen({ ...address, port: port + 1 }).close();
      return socket;
    } catch (error) {
      socket.close();
      if (tries === PORT_TRIES) throw error;
    }
  }
}
