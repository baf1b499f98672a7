import { ConfigError } from "../../base/errors.ts";
import { mayStartWorker } from "../../base/program/worker_io.ts";
import type { Address } from "../address.ts";
import { BoxReceiver } from "./box_receiver_io.ts";
import type { Received, Receiver } from "./received.ts";
import type { FromReceiver, ReceivedBurst, ToReceiver } from "./receiver_messages.ts";

const WORKER_URL = new URL("./receiver_worker_io.ts", import.meta.url);

/**
 * Listens, in a worker where one may be started: there nothing keeps the socket from being read while
 * this thread works.
 *
 * @throws ConfigError `address-in-use`, or `address` when it is not one of this machine.
 */
export async function openReceiver(address: Address): Promise<Receiver> {
  return await mayStartWorker(WORKER_URL)
    ? await WorkerReceiver.open(address)
    : new BoxReceiver(address);
}

/** A receiver that lives in a worker; the same contract as {@linkcode BoxReceiver}. */
export class WorkerReceiver implements Receiver {
  readonly address: Address;
  received = 0;
  overflowed = 0;
  readonly #worker: Worker;

  private constructor(worker: Worker, address: Address) {
    this.#worker = worker;
    this.address = address;
  }

  /** Starts the worker and listens. @throws ConfigError as {@linkcode openReceiver}. */
  static async open(address: Address): Promise<WorkerReceiver> {
    const worker = new Worker(WORKER_URL, { type: "module", name: "farcap-receiver" });
    try {
      const answer = await ask(worker, { kind: "listen", address });
      if (answer.kind === "failed") throw new ConfigError(answer.code, answer.message);
      if (answer.kind !== "listening") throw new TypeError(`Unexpected answer ${answer.kind}`);
      return new WorkerReceiver(worker, answer.address);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Received, void> {
    while (true) {
      const burst = await ask(this.#worker, { kind: "next" }) as ReceivedBurst;
      this.received = burst.received;
      this.overflowed = burst.overflowed;
      if (burst.datagrams.length === 0) return;
      yield* burst.datagrams;
    }
  }

  close(): Promise<void> {
    this.#worker.postMessage({ kind: "close" } satisfies ToReceiver);
    return Promise.resolve();
  }

  /** Stops receiving at once; what waits is lost. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#worker.terminate();
    return Promise.resolve();
  }
}

/** Says something to the worker and waits for what it says next. */
function ask(worker: Worker, message: ToReceiver): Promise<FromReceiver> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromReceiver>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(event.error ?? new Error(event.message));
    };
    worker.postMessage(message);
  });
}
