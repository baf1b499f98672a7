/**
 * deno task measure-hostile [datagrams|begun|share]
 *
 * What a stranger, or one lying sensor, costs a collector process: its memory beside connections that
 * send datagrams nobody asked for; beside sessions that begin the longest message and do not go on;
 * and what an honest sensor gets done a second before, during and after 16 sessions of one sensor
 * whose small batches unpack to as much as a batch may.
 */
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { QuicDialer } from "../../lib/transport/quic/quic_dialer_io.ts";
import { QUIC_OPTIONS } from "../../lib/transport/quic/quic_options.ts";
import { batchCost, encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { MessageType, parseStored, SCHEMA } from "../../lib/transport/session/session_message.ts";
import { ALPN, TLS_SERVER_NAME, tlsIdentity } from "../../lib/transport/quic/tls_identity.ts";
import { CollectorProcess } from "../collector_process.ts";
import { type PeerTarget, RawPeer } from "../raw_peer.ts";
import { keepSending, medianOf, memoryOf, packRecords } from "./sensor_crowd.ts";

const STRANGERS = 440;
const SESSIONS = 400;
const LIARS = 16;
/** How long each part of the measurement of shares takes. */
const SHARE_SECONDS = 10;
const UNPACKED_BYTES = 2 << 20;

const parts = { datagrams, begun, share };
const [chosen, ...rest] = Deno.args;
if (chosen === "lie") await lie(JSON.parse(rest[0]!));
else if (chosen === undefined) { for (const part of Object.values(parts)) await part(); }
else await parts[chosen as keyof typeof parts]();

async function datagrams(): Promise<void> {
  await using collector = await CollectorProcess.start();
  const before = (await memoryOf(collector.pid)).now;
  using endpoint = closing(new Deno.QuicEndpoint({ hostname: "0.0.0.0" }));
  let ended = 0;
  for (let number = 0; number < STRANGERS; number++) {
    const connection = await Deno.connectQuic<false>({
      ...QUIC_OPTIONS,
      ...collector.sessions,
      serverName: TLS_SERVER_NAME,
      caCerts: [tlsIdentity().cert],
      alpnProtocols: [ALPN],
      endpoint: endpoint.resource,
    });
    connection.closed.then(() => ended++, () => ended++);
    const datagram = new Uint8Array(connection.maxDatagramSize);
    try {
      for (let bytes = 0; bytes < 1_400_000; bytes += datagram.length) {
        await connection.sendDatagram(datagram);
      }
    } catch {
      // the collector has ended it
    }
  }
  const { peak } = await memoryOf(collector.pid);
  console.log(
    `${STRANGERS} connections that send datagrams: ${before} MiB before, ${peak} at most; ended ${ended}`,
  );
}

async function begun(): Promise<void> {
  await using collector = await CollectorProcess.start();
  const before = (await memoryOf(collector.pid)).now;
  using stack = new DisposableStack();
  const target = targetOf(collector);
  const dialer = stack.use(new QuicDialer(target.address));
  const message = { type: MessageType.Batch, body: new Uint8Array(1 << 20) };
  let ended = 0;
  for (let number = 0; number < SESSIONS; number++) {
    const peer = stack.use(await RawPeer.connect({ ...target, dialer }));
    await peer.welcome(1n, `beginner-${number}`);
    await peer.sendPart(message, (1 << 20) - 70_000).catch(() => {});
    peer.next(MessageType.Rejected).then(() => ended++);
  }
  const { peak } = await memoryOf(collector.pid);
  console.log(
    `${SESSIONS} sessions that begin a batch of 1 MiB: ${before} MiB before, ${peak} at most; ended ${ended}`,
  );
}

async function share(): Promise<void> {
  await using collector = await CollectorProcess.start();
  const target = targetOf(collector);
  await using honest = await keepSending(target, "honest");
  await seconds(2);
  const before = await ratesOf(() => honest.acknowledged);
  const { address: { hostname, port }, collectorKey } = target;
  const lying = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", import.meta.filename!, "lie"],
      JSON.stringify({ hostname, port, key: collectorKey.toHex() }),
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await seconds(2);
  const during = await ratesOf(() => honest.acknowledged);
  await lying.stdin.close();
  const { stdout } = await lying.output();
  await seconds(1);
  const after = await ratesOf(() => honest.acknowledged);
  const percent = (100 * medianOf(during) / medianOf(before)).toFixed(0);
  console.log(
    `batches of an honest sensor acknowledged a second: before ${before}; beside ${LIARS} sessions ` +
      `of a liar ${during} (${percent} %); after ${after}`,
  );
  console.log(`  ${new TextDecoder().decode(stdout).trim()}`);
}

/** In a process of its own: small batches, as many as there is credit for, until standard input ends. */
async function lie(to: { hostname: string; port: number; key: string }): Promise<void> {
  const target = { address: to, collectorKey: Uint8Array.fromHex(to.key) };
  const batch = bombOf();
  using dialer = new QuicDialer(target.address);
  let isOver = false;
  let settled = 0n;
  const beganMs = performance.now();
  const keys = newKeyPair();
  const sending = Array.from({ length: LIARS }, async (_, number) => {
    using peer = await RawPeer.connect({ ...target, dialer }, keys);
    let { credit } = await peer.welcome(BigInt(number + 1), "liar");
    let mine = 0n;
    for (let used = 0n, sequence = 1n; !isOver;) {
      for (; used + BigInt(batchCost(SCHEMA, batch)) <= credit; sequence++) {
        await peer.send(encodeBatch(SCHEMA, sequence, batch));
        used += BigInt(batchCost(SCHEMA, batch));
      }
      const news = await peer.next(MessageType.Stored);
      if (!news) break;
      const stored = parseStored(news.body)!;
      credit = stored.credit;
      settled += stored.settled - mine;
      mine = stored.settled;
    }
  });
  for await (const _ of Deno.stdin.readable);
  isOver = true;
  const perSecond = Number(settled) * 1000 / (performance.now() - beganMs);
  const kilobytes = (perSecond * batchCost(SCHEMA, batch) / 1000).toFixed(0);
  console.log(`the liar had ${perSecond.toFixed(1)} batches a second stored, ${kilobytes} kB/s`);
  await Promise.race([Promise.allSettled(sending), seconds(2)]);
  Deno.exit(0);
}

/** The most work that a batch can make for its bytes: very many very small records. */
function bombOf(): PackedBatch {
  const record = [2, 8, 1]; // length ‖ tag of field 1, varint ‖ 1
  const count = Math.floor(UNPACKED_BYTES / record.length);
  const data = new Uint8Array(count * record.length);
  for (let at = 0; at < data.length; at += record.length) data.set(record, at);
  return packRecords(data, { type: typeNumber("Ethernet"), count }, 9);
}

/** What a count rises by in each second. */
async function ratesOf(count: () => number): Promise<number[]> {
  const rates: number[] = [];
  for (let second = 0; second < SHARE_SECONDS; second++) {
    const [from, beganMs] = [count(), performance.now()];
    await seconds(1);
    rates.push(Math.round((count() - from) * 1000 / (performance.now() - beganMs)));
  }
  return rates;
}

function targetOf({ sessions, publicKey }: CollectorProcess): PeerTarget {
  return { address: sessions, collectorKey: publicKey };
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}

function closing(
  endpoint: Deno.QuicEndpoint,
): Disposable & { readonly resource: Deno.QuicEndpoint } {
  return { resource: endpoint, [Symbol.dispose]: () => endpoint.close() };
}
