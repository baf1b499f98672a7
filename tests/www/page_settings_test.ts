import { assertEquals } from "@std/assert";
import { NATS_ACCESS_FLAGS } from "../../lib/arguments/nats_flags.ts";
import { accessWords } from "../../lib/write/nats/engine_settings.ts";
import { pageMistake, pagePlace } from "../../lib/www/page_settings.ts";

const FLAGS = {
  addr: "127.0.0.1:1335",
  store: "files",
  www: "1337",
  "www-token-file": undefined,
  "www-cert": undefined,
  "www-key": undefined,
  "www-host": "",
  "www-proxy": false,
};

Deno.test("beyond loopback the page wants TLS, its own or a proxy's", () => {
  for (const www of ["1337", ":1337", "127.0.0.1:0", "localhost:80", "[::1]:1"]) {
    assertEquals(pageMistake({ ...FLAGS, www }), undefined, www);
  }
  for (const www of ["0.0.0.0:1337", "[::]:1337", "192.0.2.1:1337", "mon.example:1337"]) {
    assertEquals(pageMistake({ ...FLAGS, www })?.flag, "www", www);
    assertEquals(pageMistake({ ...FLAGS, www, "www-cert": "c", "www-key": "k" }), undefined);
    assertEquals(pageMistake({ ...FLAGS, www, "www-proxy": true }), undefined);
  }
  assertEquals(pageMistake({ ...FLAGS, "www-cert": "c" })?.flag, "www-cert");
  assertEquals(pageMistake({ ...FLAGS, www: "nowhere" })?.flag, "www");
  assertEquals(pageMistake({ ...FLAGS, www: undefined, "www-key": "k" }), undefined);
});

Deno.test("what browsers never say as a host's name is no name of -www-host: a port, a scheme, a path", () => {
  for (
    const name of ["mon.example:1337", "https://mon.example", "mon.example/", "[::1]", "a b", "*"]
  ) {
    assertEquals(pageMistake({ ...FLAGS, "www-host": `b.example,${name}` }), {
      flag: "www-host",
      message: `Wrong name "${name}" in -www-host: wanted names alone, as in farcap.example`,
    });
  }
  assertEquals(pageMistake({ ...FLAGS, "www-host": "mon.example, b_1.example" }), undefined);
});

Deno.test("names are those of -www-host, and TLS is a certificate's or a proxy's", () => {
  assertEquals(pagePlace({ ...FLAGS, "www-host": "Mon.example, b.example" }), {
    address: { hostname: "127.0.0.1", port: 1337 },
    names: ["mon.example", "b.example"],
    isSecure: false,
  });
  assertEquals(pagePlace({ ...FLAGS, "www-proxy": true })?.isSecure, true);
});

Deno.test("commands for an engine connect as the collector does: with all flags that say so", () => {
  assertEquals(accessWords({}), []);
  const names = Object.keys(NATS_ACCESS_FLAGS);
  const flags = Object.fromEntries(names.map((name) => [name, `${name}.pem`]));
  assertEquals(
    accessWords(flags).toSorted(),
    names.flatMap((name) => [`-${name}`, `${name}.pem`]).toSorted(),
  );
});
