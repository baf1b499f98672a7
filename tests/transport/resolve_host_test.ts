import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../lib/base/errors.ts";
import { locateCollector, resolveAddresses } from "../../lib/transport/resolve_host_io.ts";

Deno.test("resolveAddresses() leaves addresses as they are", async () => {
  for (const address of ["127.0.0.1", "::1", "fe80::1%eth0", "192.0.2.1"]) {
    assertEquals(await resolveAddresses(address), [address]);
  }
});

Deno.test("resolveAddresses() asks the system for names, its hosts file too", async () => {
  assert((await resolveAddresses("localhost")).includes("127.0.0.1"));
});

Deno.test("a name without an address is said", async () => {
  const name = "no-such-host.invalid";
  await assertRejects(() => resolveAddresses(name), Error, name);
  await assertRejects(() => locateCollector(name), ConfigError, name);
});
