import { assert, assertEquals } from "@std/assert";
import { BYE, MessageType, Rejection } from "../../../lib/transport/session/session_message.ts";
import { SessionTable } from "../../../lib/transport/server/session_table.ts";
import { until } from "../../until.ts";
import { MemoryHost } from "../memory_host.ts";
import { connectRaw, serve } from "../session_ends.ts";

Deno.test("the newest connection of a session takes the place of the one before", () => {
  const table = new SessionTable<string>();
  assertEquals(table.claim("plant", 1n, "a"), undefined);
  assertEquals(table.claim("plant", 1n, "b"), "a");
  assertEquals(table.claim("plant", 2n, "c"), undefined);
  assertEquals(table.claim("plan", 2n, "d"), undefined);
  assertEquals([table.holds("plant", 2n, "c"), table.holds("plan", 2n, "d")], [true, true]);
  table.leave("plant", 1n, "a", 0);
  assert(table.holds("plant", 1n, "b"), "one that was replaced takes nothing with it");
  table.leave("plant", 1n, "b", 0);
  assertEquals(table.holds("plant", 1n, "b"), false);
});

Deno.test("16 sessions of a name count: those that are served, and for 10 s those that have ended", () => {
  const table = new SessionTable<string>();
  for (let session = 1n; session <= 16n; session++) table.claim("plant", session, "a");
  const admitsOneMore = (nowMs: number) => table.admits("plant", 99n, nowMs);
  assertEquals(admitsOneMore(0), false);
  assertEquals(table.admits("other", 99n, 0), true);
  table.leave("plant", 1n, "a", 1000);
  table.leave("plant", 2n, "a", 5000);
  assertEquals([admitsOneMore(5000), admitsOneMore(10_999), admitsOneMore(11_000)], [
    false,
    false,
    true,
  ]);
  assertEquals(table.admits("plant", 2n, 11_000), true, "it may be gone on with");
  table.claim("plant", 2n, "b");
  table.claim("plant", 99n, "b");
  assertEquals(
    table.admits("plant", 100n, 60_000),
    false,
    "one that is gone on with is not forgotten",
  );
  table.leave("plant", 2n, "b", 60_000);
});

Deno.test("whoever begins session after session and leaves has to wait, with a word or without", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const begin = async (session: bigint) => {
    const peer = await connectRaw(server);
    await peer.welcome(session, "plant");
    return peer;
  };
  for (let session = 1n; session <= 8n; session++) (await begin(session))[Symbol.dispose]();
  for (let session = 9n; session <= 16n; session++) {
    using peer = await begin(session);
    await peer.send(BYE);
    await peer.next(MessageType.Bye);
  }
  await until("they have gone", () => server.sensors === 0);
  using late = await connectRaw(server);
  await late.hello(17n, "plant");
  assertEquals(await late.rejection(), Rejection.Busy);
  using _back = await begin(3n); // it is gone on with
});
