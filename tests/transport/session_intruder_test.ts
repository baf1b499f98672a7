/** What takes memory of the other end before anybody has looked at it ends the connection. */
import { assert, assertEquals } from "@std/assert";
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { QUIC_OPTIONS } from "../../lib/transport/quic/quic_options.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import {
  BASE_CREDIT_BYTES,
  MessageType,
  Rejection,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import type { SessionServer } from "../../lib/transport/server/session_server_io.ts";
import { ALPN, TLS_SERVER_NAME, tlsIdentity } from "../../lib/transport/quic/tls_identity.ts";
import { Said } from "../said.ts";
import { until } from "../until.ts";
import { MemoryHost } from "./memory_host.ts";
import { batchOf } from "./session_batches.ts";
import { connect, connectRaw, LOOPBACK, serve } from "./session_ends.ts";

Deno.test("a connection has one stream and nothing else: a datagram ends it at the collector", async () => {
  using host = new MemoryHost();
  const log = new Said();
  await using server = await serve(host, { log });
  const endpoint = new Deno.QuicEndpoint({ hostname: LOOPBACK });
  const quic = await connectQuic(server, endpoint);
  const { closed } = quic;
  await quic.sendDatagram(new Uint8Array(1000));
  await closed.catch(() => {});
  await until("it is counted", () => server.counts.turnedAway === 1);
  assertEquals(server.counts.violations, 1);
  assert(log.problems[0]![1].endsWith(": it sent a datagram"), log.problems[0]![1]);
  endpoint.close();
});

Deno.test("of a second stream beside the first nothing is taken, and no stream one way", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const endpoint = new Deno.QuicEndpoint({ hostname: LOOPBACK });
  const quic = await connectQuic(server, endpoint);
  const first = await quic.createBidirectionalStream();
  await first.writable.getWriter().write(new Uint8Array([1]));
  let opened = 0;
  // Whoever waits for room waits until the connection has ended: nobody proves anything on it.
  for (const open of ["createBidirectionalStream", "createUnidirectionalStream"] as const) {
    await quic[open]({ waitUntilAvailable: true }).then(() => opened++, () => {});
  }
  assertEquals(opened, 0);
  await quic.closed.catch(() => {});
  endpoint.close();
});

Deno.test("a datagram of the collector ends the connection at the sensor, which says so", async () => {
  const endpoint = new Deno.QuicEndpoint({ hostname: LOOPBACK, port: 0 });
  const listener = endpoint.listen({ ...QUIC_OPTIONS, ...tlsIdentity(), alpnProtocols: [ALPN] });
  const ended = (async () => {
    const quic = await listener.accept();
    await quic.sendDatagram(new Uint8Array(1000));
    await quic.closed.catch(() => {});
  })();
  const log = new Said();
  const client = await connect(endpoint.addr.port, log);
  await ended;
  await until("it says so", () => log.problems.length > 0);
  await client[Symbol.asyncDispose]();
  const text = log.problems[0]![1];
  assert(/the collector sent a datagram|ended the handshake/.test(text), text);
  endpoint.close();
});

Deno.test("a message that may not come is refused when it begins, whatever it would have become", async () => {
  const megabyte = new Uint8Array(1 << 20);
  const begun: [string, ChannelMessage][] = [
    ["a batch beyond the credit", { type: MessageType.Batch, body: megabyte }],
    ["another hello", { type: MessageType.Hello, body: megabyte }],
    ["a long wish", { type: MessageType.Want, body: megabyte }],
    ["an unknown one", { type: 99, body: megabyte }],
  ];
  using host = new MemoryHost();
  await using server = await serve(host);
  let session = 0n;
  for (const [what, message] of begun) {
    using peer = await connectRaw(server);
    await peer.welcome(++session, "plant");
    await peer.sendPart(message, 66_000); // its first Noise message
    assertEquals(await peer.rejection(), Rejection.Violation, what);
  }
  using stranger = await connectRaw(server);
  await stranger.sendPart({ type: MessageType.Hello, body: megabyte }, 2); // of its Noise message
  assertEquals(await stranger.next(MessageType.Rejected), undefined);
  await until("it is gone", () => server.counts.turnedAway === 1);
});

Deno.test("a batch that has begun and does not go on ends the connection, and its credit comes back", async () => {
  using host = new MemoryHost();
  const log = new Said();
  const creditBytes = BASE_CREDIT_BYTES;
  await using server = await serve(host, { log, creditBytes });
  using peer = await connectRaw(server);
  await peer.welcome(1n, "plant");
  await peer.sendPart(encodeBatch(SCHEMA, 1n, batchOf(7, 60_000)), 30_000);
  await until("it is ended", () => server.counts.violations === 1, 30_000);
  await until("it is gone", () => server.sensors === 0);
  const [, text] = log.problems.at(-1)!;
  assert(text.endsWith(": it sent the beginning of a message and nothing behind it"), text);
  using other = await connectRaw(server);
  assertEquals((await other.welcome(2n, "plant")).credit, BigInt(creditBytes));
});

function connectQuic(server: SessionServer, endpoint: Deno.QuicEndpoint): Promise<Deno.QuicConn> {
  return Deno.connectQuic<false>({
    ...QUIC_OPTIONS,
    hostname: LOOPBACK,
    port: server.address.port,
    serverName: TLS_SERVER_NAME,
    caCerts: [tlsIdentity().cert],
    alpnProtocols: [ALPN],
    endpoint,
  });
}
