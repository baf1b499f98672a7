import { ConfigError } from "../base/errors.ts";
import { type Address, formatAddress } from "./address.ts";
import { MAX_DATAGRAM_BYTES } from "./datagram.ts";

/** One datagram as it came. The source address is a hint for logs, never an identity. */
export interface Received {
  /** Owned by the receiver of this object. */
  readonly bytes: Uint8Array;
  readonly from: Address;
}

/** How many bytes of datagrams may wait to be worked on. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/**
 * How long work on datagrams may go on before the socket is read again. The wait in between takes 2 ms;
 * the default receive buffer of Linux holds 48 datagrams of 2.7 kB.
 */
const MAX_WORK_MS = 4;
/** How long a socket that is to be closed is still read, for what the kernel holds of it. */
const CLOSE_MS = 50;
/** How many port numbers are tried for port 0. */
const PORT_TRIES = 64;

/**
 * Empties a UDP socket into a bounded queue: nothing else happens between two reads, so that work
 * on datagrams cannot make the kernel drop the next ones. What does not fit the queue is counted.
 */
export class BoxReceiver {
  /** Where it listens, the port chosen when 0 was asked for. */
  readonly address: Address;
  /** Datagrams read from the socket. */
  received = 0;
  /** Datagrams that found the queue full. */
  overflowed = 0;
  readonly #socket: Deno.DatagramConn;
  #queue: Received[] = [];
  #waitingBytes = 0;
  #wake: (() => void) | undefined;
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

  /** The datagrams in order of arrival; ends after `close` when the queue is empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Received, void> {
    let readAtMs = performance.now();
    while (this.#queue.length > 0 || !this.#isClosed) {
      const waiting = this.#queue;
      this.#queue = [];
      for (const received of waiting) {
        // Work that never waits would keep the event loop from the socket; only a wait that lets the
        // thread rest makes Deno look at it (setImmediate does not).
        if (performance.now() - readAtMs > MAX_WORK_MS) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          readAtMs = performance.now();
        }
        this.#waitingBytes -= received.bytes.length;
        yield received;
      }
      if (this.#queue.length === 0 && !this.#isClosed) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    }
  }

  /** Takes what has come already, then stops receiving; what waits in the queue can still be read. */
  async close(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, CLOSE_MS));
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
    this.#wake?.();
  }

  async #receive(): Promise<void> {
    // One byte more than any datagram: Deno cuts silently what does not fit.
    const buffer = new Uint8Array(MAX_DATAGRAM_BYTES + 1);
    while (!this.#isClosed) {
      try {
        const [bytes, from] = await this.#socket.receive(buffer);
        this.#enqueue(bytes, from as Deno.NetAddr);
      } catch (error) {
        // An ICMP answer to another socket's datagram may be reported here; only closing ends it.
        if (error instanceof Deno.errors.BadResource || this.#isClosed) return;
      }
    }
  }

  #enqueue(bytes: Uint8Array, from: Address): void {
    this.received++;
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.overflowed++;
      return;
    }
    this.#waitingBytes += bytes.length;
    this.#queue.push({ bytes: bytes.slice(), from });
    this.#wake?.();
    this.#wake = undefined;
  }
}

function listen(address: Address): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({ transport: "udp", ...address });
  } catch (cause) {
    const isInUse = cause instanceof Deno.errors.AddrInUse;
    const why = isInUse
      ? "another program uses that port"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new ConfigError(
      isInUse ? "address-in-use" : "address",
      `Cannot listen on ${formatAddress(address)}: ${why}`,
      { cause },
    );
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
