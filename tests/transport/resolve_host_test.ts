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

/** As node:dns says it. */
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

Deno.test("an address that is none is refused, a name without an address may have one later", async () => {
  for (const host of ["1:2:3", "300.1.2.3"]) {
    await assertRejects(() => resolveAddresses(host), Error, host);
    await assertRejects(() => locateCollector(host), ConfigError, host);
  }
  for (const code of ["ENOTFOUND", "EAI_AGAIN"]) {
    assertEquals(await locateCollector("moved.invalid", failing(code)), []);
  }
  const denied = await assertRejects(
    () => locateCollector("moved.invalid", failing("EPERM")),
    ConfigError,
    "--allow-net with moved.invalid in its list",
  );
  assertEquals(denied.code, "not-permitted");
});
