/** A collector that knows the first schema only, as those of before schema 2. */
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { QUIC_OPTIONS } from "../../lib/transport/quic/quic_options.ts";
import { QuicStream } from "../../lib/transport/quic/quic_stream_io.ts";
import { SecureStream } from "../../lib/transport/quic/secure_stream_io.ts";
import { ALPN, tlsIdentity } from "../../lib/transport/quic/tls_identity.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { parseBatch } from "../../lib/transport/session/session_batch.ts";
import {
  encodeRejected,
  encodeStored,
  encodeWelcome,
  MessageType,
  parseHello,
  Rejection,
} from "../../lib/transport/session/session_message.ts";
import { COLLECTOR, LOOPBACK } from "./session_ends.ts";

const CREDIT = 1_000_000_000n;

/** Takes batches, and says of each at once that it is stored. */
export class FirstSchemaCollector implements AsyncDisposable {
  /** The schemas of the hellos that came. */
  readonly schemas: number[] = [];
  readonly batches: NumberedBatch[] = [];
  readonly #endpoint = new Deno.QuicEndpoint({ hostname: LOOPBACK });
  readonly #serving: Promise<void>;

  constructor() {
    const listener = this.#endpoint.listen({
      ...QUIC_OPTIONS,
      ...tlsIdentity(),
      alpnProtocols: [ALPN],
    });
    this.#serving = this.#accept(listener);
  }

  get port(): number {
    return this.#endpoint.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endpoint.close({ closeCode: 0, reason: "" });
    await this.#serving;
  }

  async #accept(listener: Deno.QuicListener): Promise<void> {
    for (;;) {
      const connection = await listener.accept().catch(() => undefined);
      if (connection === undefined) return;
      this.#serve(connection).catch(() => {}); // the sensor ends it
    }
  }

  async #serve(connection: Deno.QuicConn): Promise<void> {
    const streams = connection.incomingBidirectionalStreams.getReader();
    const { value } = await streams.read();
    using secure = SecureStream.accept(
      new QuicStream(connection, value!),
      [await importStaticKey(COLLECTOR)],
      () => true,
    );
    for (let messages = await secure.receive(); messages; messages = await secure.receive()) {
      for (const { type, body } of messages) {
        if (type === MessageType.Hello) await secure.send([this.#answer(parseHello(body)!.schema)]);
        if (type !== MessageType.Batch) continue;
        const batch = parseBatch(1, body)!;
        this.batches.push({ ...batch, body: batch.body.slice() });
        await secure.send([encodeStored({ settled: batch.sequence, credit: CREDIT })]);
      }
    }
  }

  #answer(schema: number) {
    this.schemas.push(schema);
    return schema === 1
      ? encodeWelcome({ settled: 0n, credit: CREDIT, name: "granted" })
      : encodeRejected({ reason: Rejection.Schema, settled: 0n });
  }
}
