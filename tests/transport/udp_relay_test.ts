import { assert, assertEquals } from "@std/assert";
import { Peer } from "./loopback.ts";
import { UdpRelay } from "./udp_relay.ts";

Deno.test("a relay hands on in both directions, from a port of its own", async () => {
  using server = new Peer();
  using client = new Peer();
  using relay = new UdpRelay(server.address);
  await client.send(Uint8Array.of(7), relay.address);
  const { bytes, from } = await server.receiveFrom();
  assertEquals([...bytes], [7]);
  assert(from.port !== client.address.port && from.port !== relay.address.port);
  await server.send(Uint8Array.of(8), from);
  const answer = await client.receiveFrom();
  assertEquals([[...answer.bytes], answer.from.port], [[8], relay.address.port]);

  relay.rebind();
  await client.send(Uint8Array.of(9), relay.address);
  const later = await server.receiveFrom();
  assertEquals([...later.bytes], [9]);
  assert(later.from.port !== from.port);
});

Deno.test("a relay loses, doubles and reorders what its weather says", async () => {
  using server = new Peer();
  using client = new Peer();
  using relay = new UdpRelay(server.address, { jitterMs: 50 }, 5);
  const came: number[] = [];
  for (let n = 0; n < 100; n++) await client.send(Uint8Array.of(n), relay.address);
  while (came.length < 100) came.push((await server.receive())[0]!);
  assertEquals(came.toSorted((a, b) => a - b), Array.from({ length: 100 }, (_, n) => n));
  assert(came.some((n, at) => at > 0 && n < came[at - 1]!), "nothing was reordered");

  relay.weather = { loss: 0.2, duplication: 0.2 };
  const before = { ...relay.counts };
  for (let n = 0; n < 200; n++) {
    await client.send(Uint8Array.of(n), relay.address);
    while (handled(relay) < 101 + n) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const lost = relay.counts.lost - before.lost;
  assert(lost > 20 && lost < 60, `${lost} of 200 were lost`);
  assertEquals(
    relay.counts.forwarded - before.forwarded,
    200 - lost + relay.counts.duplicated - before.duplicated,
  );
});

/** Datagrams that it has read and dealt with. */
function handled({ counts }: UdpRelay): number {
  return counts.lost + counts.forwarded - counts.duplicated;
}
