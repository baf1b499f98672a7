import { Fifo } from "../../lib/base/wait/fifo.ts";
import type {
  Admitted,
  HostedSession,
  SessionHost,
} from "../../lib/transport/server/session_host.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { type Hello, Rejection } from "../../lib/transport/session/session_message.ts";

/** What is stored of one session: it outlives hosts, as a disk does. */
export interface MemorySession {
  settled: bigint;
  readonly batches: NumberedBatch[];
}

/** A host in whose place there may be another one by now, or none: then nobody is admitted. */
export function nowAt(current: () => MemoryHost | undefined): SessionHost {
  return {
    get storeId() {
      return current()!.storeId;
    },
    admit: (key, name) => current()?.admit(key, name) ?? { rejection: Rejection.UnknownKey },
    open: (admitted, hello, onSettled) => current()!.open(admitted, hello, onSettled),
  };
}

/**
 * A host whose disk is a map, by name and session. It settles what comes after a moment, or when it is
 * told to.
 */
export class MemoryHost implements SessionHost {
  readonly storeId: Uint8Array;
  wantedTypes?: readonly number[];
  maxRate?: number;
  readonly disk: Map<string, MemorySession>;
  /** Keys that may not send, in hex. */
  readonly revoked = new Set<string>();
  /** Batches that came, of all sessions. */
  accepted = 0;
  /** While set nothing is settled. */
  isStalled = false;
  readonly #settleMs: number;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** @param storeId Of the disk. */
  constructor(
    disk = new Map<string, MemorySession>(),
    settleMs = 5,
    storeId = new Uint8Array(16),
  ) {
    this.storeId = storeId;
    this.disk = disk;
    this.#settleMs = settleMs;
  }

  admit(key: Uint8Array, wantedName: string) {
    return this.revoked.has(key.toHex())
      ? { rejection: Rejection.UnknownKey }
      : { name: wantedName, wantedTypes: this.wantedTypes, maxRate: this.maxRate };
  }

  open(
    { name }: Admitted,
    hello: Hello,
    onSettled: (sequence: bigint) => void,
  ): Promise<HostedSession> {
    const key = `${name} ${hello.session}`;
    const stored = this.disk.get(key) ?? { settled: 0n, batches: [] };
    this.disk.set(key, stored);
    const waiting = new Fifo<NumberedBatch>();
    const drains: (() => void)[] = [];
    let isOpen = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      this.#timers.delete(timer!);
      timer = undefined;
      if (this.isStalled) return begin();
      for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
        stored.batches.push(batch);
        stored.settled = batch.sequence;
      }
      for (const resolve of drains.splice(0)) resolve();
      if (isOpen) onSettled(stored.settled);
    };
    const begin = () => {
      if (timer === undefined) this.#timers.add(timer = setTimeout(settle, this.#settleMs));
    };
    return Promise.resolve({
      get settled() {
        return stored.settled;
      },
      accept: (batch) => {
        this.accepted++;
        if (batch.sequence > stored.settled) waiting.push(batch);
        begin();
        return "accepted";
      },
      drained: () =>
        new Promise((resolve) => waiting.length === 0 ? resolve() : drains.push(resolve)),
      close: () => void (isOpen = false),
    });
  }

  /** What is stored is all there will be: what else was accepted is lost, as in a crash. */
  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
