import { assert, assertRejects } from "@std/assert";
import { QuicDialer } from "../../lib/transport/quic_dialer_io.ts";

Deno.test("a host that is being looked up keeps nobody from ending", async () => {
  const stop = new AbortController();
  using dialer = new QuicDialer({ hostname: "slow.invalid", port: 9 }, () => new Promise(() => {}));
  const beganMs = performance.now();
  setTimeout(() => stop.abort(), 50);
  await assertRejects(() => dialer.dial(stop.signal), Error, "its host has not been found yet");
  assert(performance.now() - beganMs < 2000);
});

Deno.test("a host that is not there any more is said to have no address", async () => {
  const { signal } = new AbortController();
  using dialer = new QuicDialer({ hostname: "no-such-host.invalid", port: 9 });
  await assertRejects(() => dialer.dial(signal), Error, "its host has no address");
});
