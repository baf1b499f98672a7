/**
 * deno task measure-relay [ROUNDS] [SECONDS] [LOSS] [ROUND_TRIP_MS]
 *
 * What a session delivers through a bad network (5 % loss each way, 300 ms round trip) against what one
 * stream of bare QUIC does, in turn: bytes at the collector's end, for a session those on disk. Batches
 * are of random bytes, so that compression has no part in it. Prints both rates of every round.
 */
import { linesOf } from "../../tools/lines_of.ts";
import { SILENT } from "../../lib/base/program/log_io.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { QuicDialer } from "../../lib/transport/quic/quic_dialer_io.ts";
import { QUIC_OPTIONS } from "../../lib/transport/quic/quic_options.ts";
import { SessionClient } from "../../lib/transport/sender/session_client_io.ts";
import type {
  Admitted,
  HostedSession,
  SessionHost,
} from "../../lib/transport/server/session_host.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import type { Hello } from "../../lib/transport/session/session_message.ts";
import { SessionServer } from "../../lib/transport/server/session_server_io.ts";
import { ALPN, tlsIdentity } from "../../lib/transport/quic/tls_identity.ts";
import { StoreHost } from "../../lib/write/files/store_host_io.ts";
import { RecordStore } from "../../lib/write/files/store_io.ts";
import { UdpRelay } from "./udp_relay.ts";

const LOOPBACK = "127.0.0.1";
const BATCH_BYTES = 128 << 10;
const RECORD_BYTES = 120;
const QUEUE_BYTES = 48 << 20;

interface Relayed {
  readonly seed: number;
  readonly loss: number;
  readonly delayMs: number;
}

/** Bytes that come out of one stream in so many seconds, the handshake included. */
async function deliverBare(seconds: number, relayed: Relayed): Promise<number> {
  const endpoint = new Deno.QuicEndpoint({ hostname: LOOPBACK });
  const listener = endpoint.listen({ ...QUIC_OPTIONS, ...tlsIdentity(), alpnProtocols: [ALPN] });
  let bytes = 0;
  const receiving = (async () => {
    const connection = await listener.accept();
    connection.closed.catch(() => {});
    for await (const { readable } of connection.incomingBidirectionalStreams) {
      for await (const chunk of readable) bytes += chunk.length;
    }
  })().catch(() => {});
  await using relay = await startRelay(endpoint.addr.port, relayed);
  using dialer = new QuicDialer({ hostname: LOOPBACK, port: relay.port });
  const ended = new AbortController();
  const endMs = performance.now() + seconds * 1000;
  const sending = (async () => {
    using stream = await dialer.dial(ended.signal);
    const chunk = crypto.getRandomValues(new Uint8Array(1 << 16));
    while (performance.now() < endMs) await stream.write(chunk);
  })().catch(() => {});
  await until(endMs);
  const delivered = bytes;
  ended.abort();
  endpoint.close({ closeCode: 0, reason: "" });
  await Promise.all([sending, receiving]);
  return delivered;
}

/** Bytes of batches that a session brings to disk in so many seconds, both handshakes included. */
async function deliverSession(seconds: number, relayed: Relayed): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
  try {
    await using store = await RecordStore.open(folder, { version: "measure" });
    const host = new CountingHost(new StoreHost(store, () => undefined, SILENT));
    const keys = newKeyPair();
    await using server = new SessionServer({
      address: { hostname: LOOPBACK, port: 0 },
      keys: [await importStaticKey(keys)],
      host,
      log: SILENT,
    });
    await using relay = await startRelay(server.address.port, relayed);
    const ended = new AbortController();
    const endMs = performance.now() + seconds * 1000;
    await using client = await SessionClient.open({
      collector: { hostname: LOOPBACK, port: relay.port },
      collectorKey: keys.publicKey,
      keys: newKeyPair(),
      name: "measured",
      containsPayloads: false,
      maxQueueBytes: QUEUE_BYTES,
      waits: true,
      lingerMs: 0,
      signal: ended.signal,
      log: SILENT,
    });
    const sending = (async () => {
      const batch = randomBatch();
      while (performance.now() < endMs) await client.send(batch);
    })();
    await until(endMs);
    const { settledBytes } = host;
    ended.abort();
    await sending;
    return settledBytes;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Counts what the host settles. */
class CountingHost implements SessionHost {
  settledBytes = 0;
  readonly storeId = new Uint8Array(16);
  readonly #host: SessionHost;

  constructor(host: SessionHost) {
    this.#host = host;
  }

  admit(key: Uint8Array, name: string) {
    return this.#host.admit(key, name);
  }

  async open(
    sensor: Admitted,
    hello: Hello,
    onSettled: (sequence: bigint) => void,
    signal: AbortSignal,
  ): Promise<HostedSession | "fork"> {
    const bytes = new Map<bigint, number>();
    const session = await this.#host.open(sensor, hello, (sequence) => {
      for (const [each, length] of bytes) {
        if (each > sequence) break;
        this.settledBytes += length;
        bytes.delete(each);
      }
      onSettled(sequence);
    }, signal);
    if (session === "fork") return session;
    return {
      get settled() {
        return session.settled;
      },
      accept: (batch: NumberedBatch) => {
        bytes.set(batch.sequence, batch.body.length);
        return session.accept(batch);
      },
      drained: () => session.drained(),
      close: () => session.close(),
    };
  }
}

/** Records whose one field cannot be compressed. */
function randomBatch(): Batch {
  const count = Math.floor(BATCH_BYTES / (RECORD_BYTES + 3));
  const data = new Uint8Array(count * (RECORD_BYTES + 3));
  for (let at = 0; at < data.length; at += RECORD_BYTES + 3) {
    crypto.getRandomValues(data.subarray(at, at + RECORD_BYTES + 3));
    data.set([RECORD_BYTES + 2, 0x12, RECORD_BYTES], at);
  }
  return { type: typeNumber("Ethernet"), count, data };
}

async function startRelay(to: number, { seed, loss, delayMs }: Relayed) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      import.meta.filename!,
      "relay",
      ...[to, seed, loss, delayMs].map(String),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: Deno.env.get("VERBOSE") ? "inherit" : "null",
  }).spawn();
  const lines = linesOf(process.stdout);
  const port = Number((await lines.next()).value);
  return {
    port,
    async [Symbol.asyncDispose]() {
      await process.stdin.close();
      await lines.return?.();
      await process.status;
    },
  };
}

function until(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms - performance.now()));
}

function mbPerS(rate: number): string {
  return `${(rate / 1e6).toFixed(2)} MB/s`;
}

if (Deno.args[0] === "relay") {
  const [port, seed, loss, delayMs] = Deno.args.slice(1).map(Number);
  const server = { hostname: LOOPBACK, port: port! };
  using relay = new UdpRelay(server, { loss: loss!, delayMs: delayMs! }, seed);
  console.log(relay.address.port);
  for await (const _ of Deno.stdin.readable); // until the other end is gone
  console.error(JSON.stringify(relay.counts));
} else {
  const [rounds = 3, seconds = 30, loss = 0.05, roundTripMs = 300] = Deno.args.map(Number);
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const relayed = { seed: round, loss, delayMs: roundTripMs / 2 };
    const bare = await deliverBare(seconds, relayed);
    const session = await deliverSession(seconds, relayed);
    rates.push(session / bare);
    console.log(
      `round ${round}: bare QUIC ${mbPerS(bare / seconds)}, session ${mbPerS(session / seconds)}: ${
        (100 * session / bare).toFixed(0)
      } %`,
    );
  }
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  console.log(`a session delivers ${(100 * mean).toFixed(0)} % of what bare QUIC does`);
}
