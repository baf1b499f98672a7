/** What a collector does with sealed batches, also those of a sensor that does not mean well. */
import { assert, assertEquals } from "@std/assert";
import { keyIdOf } from "../../../lib/seal/agreement_key.ts";
import { newAgreementKey } from "../../../lib/seal/agreement_key_io.ts";
import type { KeyPair } from "../../../lib/seal/key.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import type { PackedBatch } from "../../../lib/pack/packed_batch.ts";
import { sealBatch } from "../../../lib/transport/session/sealed_batch.ts";
import { encodeBatch } from "../../../lib/transport/session/session_batch.ts";
import {
  FIRST_SCHEMA,
  MessageType,
  parseStored,
  Rejection,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import type { SessionServer } from "../../../lib/transport/server/session_server_io.ts";
import { RawPeer } from "../../../tools/raw_peer.ts";
import { MemoryHost } from "../memory_host.ts";
import { batchOf } from "../session_batches.ts";
import { COLLECTOR, connectRaw, serve } from "../session_ends.ts";

const SESSION = 7n;
const PLAIN: PackedBatch = {
  ...batchOf(37, 100),
  body: Uint8Array.from({ length: 100 }, (_, n) => n),
};

async function sealed({ publicKey }: KeyPair = COLLECTOR): Promise<PackedBatch> {
  return (await sealBatch(publicKey, await newAgreementKey(), PLAIN))!;
}

const changed = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at]! ^ 1);

/** What the collector has of these batches: what they hold, or that it cannot tell. */
async function openedOf(server: SessionServer, host: MemoryHost, batches: PackedBatch[]) {
  using peer = await connectRaw(server);
  const { values } = await peer.welcome(SESSION, "plant");
  assertEquals(values?.sealedKeys?.subarray(0, 4), await keyIdOf(COLLECTOR.publicKey));
  for (const [n, batch] of batches.entries()) {
    await peer.send(encodeBatch(SCHEMA, BigInt(n + 1), batch));
  }
  for (let settled = 0n; settled < BigInt(batches.length);) {
    settled = parseStored((await peer.receive(MessageType.Stored)).body)!.settled;
  }
  return host.disk.get(`plant ${SESSION}`)!.batches.map(({ opened }) => opened);
}

Deno.test("a collector opens what was sealed for its key or one that it had, and nothing else", async () => {
  const [retired, stranger] = [newKeyPair(), newKeyPair()];
  using host = new MemoryHost();
  await using server = await serve(host, { retired: [retired] });
  const batch = await sealed();
  const batches = [
    batch,
    await sealed(retired),
    PLAIN,
    await sealed(stranger),
    { ...batch, body: changed(batch.body, 50) },
    { ...batch, body: batch.body.subarray(0, 40) },
    { ...batch, minute: 5 },
    { ...PLAIN, isSealed: true },
  ];
  const { body } = PLAIN;
  const none = undefined;
  assertEquals(await openedOf(server, host, batches), [
    ...[body, body, none, none, none, none, none, none],
  ]);
});

Deno.test("nobody is served under a key that the collector had", async () => {
  const retired = newKeyPair();
  using host = new MemoryHost();
  await using server = await serve(host, { retired: [retired] });
  const { address } = server;
  const ended = await RawPeer.connect({ address, collectorKey: retired.publicKey })
    .then(() => false, () => true);
  assert(ended);
});

Deno.test("a sealed batch beyond the credit, or in a session of schema 1, breaks the protocol unopened", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const large = await sealBatch(COLLECTOR.publicKey, await newAgreementKey(), batchOf(37, 70_000));
  using beyond = await connectRaw(server);
  await beyond.welcome(SESSION, "plant");
  await beyond.send(encodeBatch(SCHEMA, 1n, large!));
  assertEquals(await beyond.rejection(), Rejection.Violation);
  using older = await connectRaw(server);
  await older.welcome(SESSION + 1n, "plant", { schema: FIRST_SCHEMA });
  const message = encodeBatch(FIRST_SCHEMA, 1n, PLAIN);
  message.body[13]! |= 2;
  await older.send(message);
  assertEquals(await older.rejection(), Rejection.Violation);
  assertEquals(host.accepted, 0);
});
