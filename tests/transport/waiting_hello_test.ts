/** What happens to a sensor while its hello waits for the store. */
import { assertEquals } from "@std/assert";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { MessageType, Rejection } from "../../lib/transport/session/session_message.ts";
import { until } from "../until.ts";
import { MemoryHost } from "./memory_host.ts";
import { connectRaw, serve } from "./session_ends.ts";

/** A host that lets sensors wait until it is told to go on. */
class SlowHost extends MemoryHost {
  readonly going = Promise.withResolvers<void>();
  /** Sensors that wait, or have waited. */
  asked = 0;
  opened = 0;
  closed = 0;

  override async open(...args: Parameters<MemoryHost["open"]>) {
    this.asked++;
    await this.going.promise;
    const session = await super.open(...args);
    this.opened++;
    return {
      get settled() {
        return session.settled;
      },
      accept: session.accept,
      drained: session.drained,
      close: () => {
        this.closed++;
        session.close();
      },
    };
  }
}

Deno.test("a key that is revoked while its hello waits is rejected at once, and never welcome", async () => {
  using host = new SlowHost();
  await using server = await serve(host);
  const keys = newKeyPair();
  using peer = await connectRaw(server, keys);
  await peer.hello(1n, "plant");
  await until("it waits", () => host.asked === 1);
  host.revoked.add(keys.publicKey.toHex());
  server.review();
  assertEquals(await peer.rejection(), Rejection.Revoked);
  host.going.resolve();
  await until("what was opened for it is closed", () => host.opened === 1 && host.closed === 1);
  await until("it has gone", () => server.sensors === 0);
});

Deno.test("of two connections whose hellos wait for one session the newer one is welcome", async () => {
  using host = new SlowHost();
  await using server = await serve(host);
  using older = await connectRaw(server);
  await older.hello(1n, "plant");
  await until("it waits", () => host.asked === 1);
  using newer = await connectRaw(server);
  await newer.hello(1n, "plant");
  assertEquals(await older.rejection(), Rejection.Fenced);
  await until("the newer one waits", () => host.asked === 2);
  host.going.resolve();
  await newer.receive(MessageType.Welcome);
  await until("only the older one's is closed", () => host.opened === 2 && host.closed === 1);
});
