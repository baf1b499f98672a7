import type { Address } from "../address.ts";

/** One datagram as it came. The source address is a hint for logs, never an identity. */
export interface Received {
  /** Owned by whoever has this object. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: Address;
}

/** Datagrams of one socket in order of arrival; the sequence ends after `close`. */
export interface Receiver extends AsyncIterable<Received>, AsyncDisposable {
  /** Where it listens, the port chosen when 0 was asked for. */
  readonly address: Address;
  /** Datagrams read from the socket. */
  readonly received: number;
  /** Datagrams that found the queue full. */
  readonly overflowed: number;
  /** Takes what has come already, then stops receiving; what waits can still be read. */
  close(): Promise<void>;
}
