import { assertEquals, assertRejects } from "@std/assert";
import { QuicDialer } from "../../../lib/transport/quic/quic_dialer_io.ts";
import { MemoryHost } from "../memory_host.ts";
import { serve } from "../session_ends.ts";

Deno.test("a host that is being looked up keeps nobody from ending", async () => {
  const stop = new AbortController();
  using dialer = new QuicDialer({ hostname: "slow.invalid", port: 9 }, () => new Promise(() => {}));
  setTimeout(() => stop.abort(), 50);
  await assertRejects(() => dialer.dial(stop.signal), Error, "its host has not been found yet");
});

Deno.test("a host that is not found is said to have no address, any other trouble what it is", async () => {
  const { signal } = new AbortController();
  for (
    const [code, said] of [
      ["ENOTFOUND", "its host has no address"],
      ["EAI_AGAIN", "its host cannot be looked up: no name server answers"],
    ] as const
  ) {
    // As node:dns says it.
    const error = Object.assign(new Error(`getaddrinfo ${code} moved.invalid`), { code });
    const address = { hostname: "moved.invalid", port: 9 };
    using dialer = new QuicDialer(address, () => Promise.reject(error));
    await assertRejects(() => dialer.dial(signal), Error, said);
  }
});

Deno.test("of a host's addresses each has its turn, in whatever order they are found", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const orders: [string, ...string[]][] = [
    ["127.0.0.2", "127.0.0.1"], // nobody listens at the first
    ["127.0.0.1", "127.0.0.2"],
  ];
  const address = { ...server.address, hostname: "two.invalid" };
  using dialer = new QuicDialer(address, () => Promise.resolve(orders.shift()!));
  const { signal } = new AbortController();
  await assertRejects(() => dialer.dial(signal), Error);
  using _stream = await dialer.dial(signal);
});

Deno.test("of several collectors another has its turn when one does not answer, is not found, or is of no use", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  await using other = await serve(host);
  const { signal } = new AbortController();
  const silent = { hostname: "127.0.0.2", port: server.address.port };
  const unknown = { hostname: "unknown.invalid", port: 9 };
  const resolve = (name: string): Promise<[string]> =>
    name === unknown.hostname ? Promise.reject(new Error("nobody knows")) : Promise.resolve([name]);
  using dialer = new QuicDialer([silent, unknown, server.address, other.address], resolve);
  await assertRejects(() => dialer.dial(signal), Error);
  await assertRejects(() => dialer.dial(signal), Error, "nobody knows");
  for (const address of [server.address, server.address]) {
    using _stream = await dialer.dial(signal);
    assertEquals(dialer.lastTo, address);
  }
  dialer.fail();
  {
    using _stream = await dialer.dial(signal);
    assertEquals(dialer.lastTo, other.address);
  }
  dialer.fail();
  await assertRejects(() => dialer.dial(signal), Error); // all over again
  assertEquals(dialer.lastTo, silent);
});
