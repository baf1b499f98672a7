import { assertEquals } from "@std/assert";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { BYE, MessageType, Rejection } from "../../lib/transport/session_message.ts";
import { SessionServer } from "../../lib/transport/session_server_io.ts";
import { SessionTable } from "../../lib/transport/session_table.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { Said } from "../said.ts";
import { until } from "../until.ts";
import { MemoryHost } from "./memory_host.ts";

Deno.test("a session that has broken off counts for 10 s, or until it is gone on with or over", () => {
  const table = new SessionTable<string>();
  for (const session of [1n, 2n, 3n]) table.claim("plant", session, "a");
  table.claim("other", 1n, "a");
  table.leave("plant", 1n, "a", 1000);
  table.leave("plant", 2n, "a", 5000);
  table.leave("plant", 3n, "a");
  const ofLate = (nowMs: number) => table.othersOfLate("plant", 9n, nowMs);
  assertEquals([ofLate(6000), ofLate(10_999), ofLate(11_000)], [2, 2, 1]);
  assertEquals(table.others("plant", 9n), 0);
  assertEquals(table.othersOfLate("plant", 2n, 11_000), 0);
  table.claim("plant", 2n, "b");
  assertEquals(ofLate(20_000), 1); // it is being served
  table.leave("plant", 2n, "b");
  assertEquals(ofLate(20_000), 0);
});

Deno.test("whoever begins session after session and leaves without a word has to wait", async () => {
  using host = new MemoryHost();
  const keyPair = newKeyPair();
  await using server = new SessionServer({
    address: { hostname: "127.0.0.1", port: 0 },
    keys: [await importStaticKey(keyPair)],
    host,
    log: new Said(),
  });
  const target = { address: server.address, collectorKey: keyPair.publicKey };
  const begin = async (session: bigint) => {
    const peer = await RawPeer.connect(target);
    await peer.welcome(session, "plant");
    return peer;
  };
  for (let session = 1n; session <= 20n; session++) {
    using peer = await begin(session);
    await peer.send(BYE);
    await peer.next(MessageType.Bye);
  }
  for (let session = 21n; session <= 36n; session++) (await begin(session))[Symbol.dispose]();
  await until("they have gone", () => server.sensors === 0);
  using late = await RawPeer.connect(target);
  await late.hello(37n, "plant");
  assertEquals(await late.rejection(), Rejection.Busy);
  using _back = await begin(30n); // it is gone on with
});
