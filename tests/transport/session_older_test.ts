/** A collector that knows the first schema only, as those of before schema 2. */
import { assertEquals } from "@std/assert";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { QUIC_OPTIONS } from "../../lib/transport/quic/quic_options.ts";
import { QuicStream } from "../../lib/transport/quic/quic_stream_io.ts";
import { SecureStream } from "../../lib/transport/quic/secure_stream_io.ts";
import {
  encodeRejected,
  encodeWelcome,
  MessageType,
  parseHello,
  Rejection,
} from "../../lib/transport/session/session_message.ts";
import { ALPN, tlsIdentity } from "../../lib/transport/quic/tls_identity.ts";
import { Said } from "../said.ts";
import { COLLECTOR, connect, LOOPBACK } from "./session_ends.ts";

/** Serves connections until it is told to end; returns the schemas of their hellos. */
async function serveFirstSchema(listener: Deno.QuicListener): Promise<number[]> {
  const schemas: number[] = [];
  const serve = async (connection: Deno.QuicConn) => {
    const streams = connection.incomingBidirectionalStreams.getReader();
    const { value } = await streams.read();
    using secure = SecureStream.accept(
      new QuicStream(connection, value!),
      [await importStaticKey(COLLECTOR)],
      () => true,
    );
    for (let messages = await secure.receive(); messages; messages = await secure.receive()) {
      for (const { type, body } of messages) {
        if (type !== MessageType.Hello) continue;
        const { schema } = parseHello(body)!;
        schemas.push(schema);
        await secure.send([
          schema === 1
            ? encodeWelcome({ settled: 0n, credit: 1_000_000n, name: "granted" })
            : encodeRejected({ reason: Rejection.Schema, settled: 0n }),
        ]);
      }
    }
  };
  for (;;) {
    const connection = await listener.accept().catch(() => undefined);
    if (connection === undefined) return schemas;
    serve(connection).catch(() => {}); // the sensor ends it
  }
}

Deno.test("an older collector is none that cannot be reached, for scripts that fail fast neither", async () => {
  const endpoint = new Deno.QuicEndpoint({ hostname: LOOPBACK });
  const listener = endpoint.listen({ ...QUIC_OPTIONS, ...tlsIdentity(), alpnProtocols: [ALPN] });
  const serving = serveFirstSchema(listener);
  const log = new Said();
  {
    await using client = await connect(endpoint.addr.port, log, {
      keys: newKeyPair(),
      failFast: true,
    });
    assertEquals(client.name, "granted");
    assertEquals(log.problems, []);
  }
  endpoint.close({ closeCode: 0, reason: "" });
  assertEquals(await serving, [2, 1]);
});
