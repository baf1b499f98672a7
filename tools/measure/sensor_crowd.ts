/** Many sensors at once, good ones and others, all in this process. */
import { crc32, deflateRawSync } from "node:zlib";
import { SILENT } from "../../lib/base/program/log_io.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import type { BatchPart, PackedBatch } from "../../lib/pack/packed_batch.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { QuicDialer } from "../../lib/transport/quic/quic_dialer_io.ts";
import { SessionClient } from "../../lib/transport/sender/session_client_io.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import {
  BYE,
  encodeWant,
  MessageType,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import { type PeerTarget, RawPeer } from "../raw_peer.ts";

/** What good sensors send. */
export interface Load {
  readonly sensors: number;
  readonly batches: number;
  /** Of one batch, records unpacked. */
  readonly batchBytes: number;
  /** How their names begin. */
  readonly name: string;
  /** What each of them is, in place of records of that many bytes. */
  readonly batch?: Batch;
}

/** What became of one good sensor. */
export interface Sent {
  /** Records that the collector has acknowledged. */
  readonly acknowledged: number;
  /** From the beginning of all to the end of this one. */
  readonly seconds: number;
}

const TYPE = typeNumber("Ethernet");
const RECORD_BYTES = 64;
const LINGER_MS = 120_000;
const QUEUE_BYTES = 4 << 20;
const NEVER = new AbortController().signal;

/** Of a record's bytes, so that records can be compressed about as much as those of traffic. */
const RANDOM_BYTES = 16;

/** Records that are one field each, the end of it random: `length ‖ tag ‖ length ‖ field`. */
function recordsOf(
  bytes: number,
): { readonly data: Uint8Array<ArrayBuffer>; readonly count: number } {
  const count = Math.max(1, Math.floor(bytes / RECORD_BYTES));
  const data = new Uint8Array(count * RECORD_BYTES);
  for (let at = 0; at < data.length; at += 65_536) {
    crypto.getRandomValues(data.subarray(at, at + 65_536));
  }
  for (let at = 0; at < data.length; at += RECORD_BYTES) {
    data.fill(0, at, at + RECORD_BYTES - RANDOM_BYTES);
    data.set([RECORD_BYTES - 1, 0x12, RECORD_BYTES - 3], at);
  }
  return { data, count };
}

/** Has so many sensors send so much at once, and waits until each is done. */
export async function sendAtOnce(target: PeerTarget, load: Load): Promise<Sent[]> {
  const batch = load.batch ?? { type: TYPE, ...recordsOf(load.batchBytes) };
  const beganMs = performance.now();
  return await Promise.all(Array.from({ length: load.sensors }, async (_, number) => {
    await using client = await openClient(target, `${load.name}-${number}`);
    for (let sent = 0; sent < load.batches; sent++) {
      await client.send(batch);
      // Packing never waits: the others of this process would be kept from their connections.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await client.finish();
    const acknowledged = client.counts.of(TYPE).sent;
    return { acknowledged, seconds: (performance.now() - beganMs) / 1000 };
  }));
}

/** Sends for a while at a steady pace; gives how much of it was acknowledged in that time, in MB/s. */
export async function sendPaced(
  target: PeerTarget,
  pace: { readonly megabytesPerSecond: number; readonly seconds: number; readonly name: string },
): Promise<number> {
  const batch: Batch = { type: TYPE, ...recordsOf(32 << 10) };
  await using client = await openClient(target, pace.name);
  const beganMs = performance.now();
  const endMs = beganMs + pace.seconds * 1000;
  for (let sent = 0; performance.now() < endMs; sent += batch.data.length) {
    const dueMs = beganMs + sent / pace.megabytesPerSecond / 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    await client.send(batch);
  }
  return client.counts.of(TYPE).bytes / 1e3 / (performance.now() - beganMs);
}

/** A good sensor that always has something to send, until it is disposed of. */
export async function keepSending(
  target: PeerTarget,
  name: string,
): Promise<AsyncDisposable & { readonly acknowledged: number }> {
  const batch: Batch = { type: TYPE, ...recordsOf(128 << 10) };
  const client = await openClient(target, name);
  let isOver = false;
  const sending = (async () => {
    while (!isOver) {
      await client.send(batch);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  })();
  return {
    /** In batches. */
    get acknowledged() {
      return client.counts.of(TYPE).parts;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await client[Symbol.asyncDispose]();
      await sending;
    },
  };
}

/** Sensors with a batch now and then each, until they are disposed of. */
export async function sendNowAndThen(
  target: PeerTarget,
  { sensors, batchBytes, name, periodMs }: Omit<Load, "batches"> & { readonly periodMs: number },
): Promise<AsyncDisposable> {
  const batch: Batch = { type: TYPE, ...recordsOf(batchBytes) };
  const clients: SessionClient[] = [];
  for (let n = 0; n < sensors; n++) clients.push(await openClient(target, `${name}-${n}`));
  const timer = setInterval(() => {
    for (const client of clients) void client.send(batch);
  }, periodMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    },
  };
}

async function openClient(target: PeerTarget, name: string): Promise<SessionClient> {
  return await SessionClient.open({
    collector: target.address,
    collectorKey: target.collectorKey,
    keys: newKeyPair(),
    name,
    containsPayloads: false,
    maxQueueBytes: QUEUE_BYTES,
    waits: true,
    lingerMs: LINGER_MS,
    signal: NEVER,
    log: SILENT,
  });
}

function packedBatchOf(bytes: number): PackedBatch {
  const { data, count } = recordsOf(bytes);
  return packRecords(data, { type: TYPE, count });
}

/** Framed records of one type as a batch that a peer sends. */
export function packRecords(data: Uint8Array, part: BatchPart, level?: number): PackedBatch {
  return {
    parts: [part],
    encoding: 1,
    minute: 0,
    firstTime: 0n,
    lastTime: 0n,
    crc: crc32(data),
    recordBytes: data.length,
    containsPayloads: false,
    body: new Uint8Array(deflateRawSync(data, { level })),
  };
}

/**
 * Has so many peers stand still, a third each: with all the credit that they get, sending nothing; in the
 * middle of a batch; and sending batches without ever reading.
 */
export async function stall(target: PeerTarget, count: number): Promise<Disposable> {
  using stack = new DisposableStack();
  const dialer = stack.use(new QuicDialer(target.address));
  const batch = packedBatchOf(20_000);
  for (let number = 0; number < count; number++) {
    const peer = stack.use(await RawPeer.connect({ ...target, dialer }));
    await peer.welcome(BigInt(number + 1), `stalled-${number}`);
    if (number % 3 === 0) await peer.send(encodeWant({ next: 1 << 20, all: 1 << 30 }));
    if (number % 3 === 1) await peer.sendPart(encodeBatch(SCHEMA, 1n, batch), 10_000);
    if (number % 3 === 2) {
      for (const n of [1n, 2n]) await peer.send(encodeBatch(SCHEMA, n, batch));
    }
  }
  return stack.move();
}

/** Connects and leaves again so many times, each time with another key, name and session. */
export async function connectAndLeave(target: PeerTarget, times: number): Promise<void> {
  using dialer = new QuicDialer(target.address);
  let next = 1;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next <= times) {
      const number = next++;
      using peer = await RawPeer.connect({ ...target, dialer });
      await peer.welcome(BigInt(number), `guest-${number}`);
      if (number % 2 === 0) { // the others leave without a word
        await peer.send(BYE);
        await peer.next(MessageType.Bye);
      }
    }
  }));
}

const AT_ONCE = 20;

/** Resident memory of a process in MiB: now, and at its highest. Linux only. */
export async function memoryOf(
  pid: number,
): Promise<{ readonly now: number; readonly peak: number }> {
  // Deno itself reads there only with all permissions.
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`] }).output();
  const status = new TextDecoder().decode(stdout);
  const mib = (name: string) =>
    Math.round(Number(new RegExp(`${name}:\\s*(\\d+) kB`).exec(status)![1]) / 1024);
  return { now: mib("VmRSS"), peak: mib("VmHWM") };
}

/** The middle one. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
