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

Deno.test("a host without an address is said", async () => {
  for (const host of ["no-such-host.invalid", "1:2:3", "300.1.2.3"]) {
    await assertRejects(() => resolveAddresses(host), Error, host);
    await assertRejects(() => locateCollector(host), ConfigError, host);
  }
});
