import { assert, assertEquals, assertRejects } from "@std/assert";
import { locateCollector, resolveHost } from "../../lib/transport/resolve_host_io.ts";

Deno.test("resolveHost() leaves addresses as they are", async () => {
  for (const address of ["127.0.0.1", "::1", "fe80::1%eth0", "192.0.2.1"]) {
    assertEquals(await resolveHost(address), address);
  }
});

Deno.test("resolveHost() asks the system for names, its hosts file too", async () => {
  assert(["127.0.0.1", "::1"].includes(await resolveHost("localhost")));
});

Deno.test("resolveHost() says which name it does not find", async () => {
  await assertRejects(() => resolveHost("no-such-host.invalid"), Error, "no-such-host.invalid");
});

Deno.test("locateCollector() gives what resolveHost() does, and all else that the name has", async () => {
  const addresses = await locateCollector("localhost");
  assertEquals(addresses[0], await resolveHost("localhost"));
  assert(addresses.includes("127.0.0.1"));
  assertEquals(await locateCollector("fe80::1%eth0"), ["fe80::1%eth0"]);
});
